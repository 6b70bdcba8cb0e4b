"""The machine of a browser: a run over scripts that knows elements, events, requests and stores."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from webshellhunt.analysis.browser.channels import STORES, Channel, ways
from webshellhunt.analysis.browser.cleaning import MEMBERS, makes_digest, makes_test
from webshellhunt.analysis.browser.elements import (
    ELEMENT,
    FIELD,
    FORM_VALUES,
    KEYS,
    TARGETS,
    VALUES,
    PasswordFields,
    field_member,
    is_any_input,
    is_field,
    is_form_read,
    is_store_read,
    is_value_read,
    looked_up,
)
from webshellhunt.analysis.browser.sent import Outbox, address_in_markup, tainted_of
from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.invocations import evaluate_call
from webshellhunt.analysis.calling.outside import names_of
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.traces import Trace
from webshellhunt.analysis.domain.values import (
    ABSENT,
    NUMBER,
    REST,
    UNKNOWN,
    Choice,
    Closure,
    Method,
    Opaque,
    Tainted,
    Text,
    Thing,
    Value,
    choice,
    derived,
    join,
    lettered,
    options_of,
    traces_of,
)
from webshellhunt.analysis.execution.expressions import EXPRESSIONS
from webshellhunt.analysis.execution.loops import LOOPS
from webshellhunt.analysis.execution.machine import ExhaustedError, Machine
from webshellhunt.analysis.execution.names import is_declared
from webshellhunt.analysis.execution.statements import STATEMENTS
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbols import PageSymbols
from webshellhunt.lang.tree import Argument, Assign, Call, Index, Member, Name, New, Node

_EACH = frozenset({"each", "foreach", "map", "filter"})
_PROMISE = "promise"
_REQUESTS = frozenset({"request", "url"})
_MARKUP = frozenset({"innerhtml", "outerhtml", "srcdoc"})
_WRITES = frozenset({"write", "writeln", "insertadjacenthtml", "html", "append", "prepend"})
_MERGED = "merged"
EVENT, KEY_EVENT = "event", "keyevent"
"""The types of events, those of keys apart."""
_ADDRESS = "\0address"
"""Where a connection keeps the address that it was opened to."""
_ATTACHES = frozenset({"addeventlistener", "attachevent", "on", "one", "bind", "live", "observe", "delegate"})
_SHORT = frozenset({"keyup", "keydown", "keypress", "input", "change", "blur", "focusout", "submit", "click"})
_GATHERS = frozenset({"append", "set", "add", "push", "unshift"})
_CONNECTIONS = frozenset({"xmlhttprequest", "xmlhttp", "websocket", "eventsource"})
_PEERS = frozenset({"rtcpeerconnection", "webkitrtcpeerconnection"})
_BEACONS = frozenset({"setattribute", "attr", "prop"})
_MAY_HAVE_ACTION = frozenset({"action", "formaction"})
_NO_ELEMENTS = frozenset({"object", "array", "function", "arguments", "merged"})
_CODES = frozenset({"charcodeat", "codepointat"})
_DIGITS = frozenset({"tostring", "tofixed"})
_MERGES = frozenset({"extend", "assign", "merge", "defaults"})
_MOST_HANDLERS = 400


@dataclass(frozen=True, slots=True)
class Handler:
    """A function that handles an event of an element; ``this`` is the element."""

    function: Closure
    event: str
    this: Value = UNKNOWN


@dataclass(slots=True)
class Notes:
    """Notes of a run: its functions, its handlers, and what left the page."""

    outbox: Outbox = field(default_factory=Outbox)
    handlers: list[Handler] = field(default_factory=list)
    functions: dict[object, Closure] = field(default_factory=dict)
    methods: dict[str, Closure] = field(default_factory=dict)
    """Functions that were assigned to members of objects of a library, as plug-ins of it."""
    opened: dict[tuple[str, ...], Value] = field(default_factory=dict)
    """The addresses of connections whose objects are known by their names only."""
    remembers: bool = False
    """True if a value from a store is entered into a password field."""
    is_tainted: bool = False
    """True if a script reads what a visitor types."""
    site: Node | None = None
    """The call, member or item that is being evaluated."""


class BrowserMachine(Machine):
    """A run over the scripts of a page."""

    def __init__(self, symbols: PageSymbols, fields: PasswordFields, steps: int) -> None:
        super().__init__(symbols, Surroundings(is_classic=True), Observer(), steps)
        self.fields: PasswordFields = fields
        self.notes: Notes = Notes()

    def allow(self, steps: int, run: Callable[[], object]) -> bool:
        """Run code for so many steps at most; return False if it needed more, and drop the branches that are open."""
        depth, frames, runs = self.state.depth, len(self.frames), self._runs
        nesting, targets = runs.nesting, len(runs.targets)
        allowed = min(steps, self.left)
        self.left -= allowed
        rest, self.left = self.left, allowed
        try:
            run()
        except (ExhaustedError, RecursionError):
            while self.state.depth > depth:
                self.state.undo()
            del self.frames[frames:], runs.targets[targets:]
            runs.nesting, runs.leaving, self.notes.site = nesting, None, None
            self.left = rest
            return False
        self.left += rest
        return True

    def tainted(self, kind: str, token: int) -> Tainted:
        """Return what a visitor types, as read at the current place of the code."""
        self.notes.is_tainted = True
        site = self.notes.site
        return Tainted((Trace(kind, self.text_at(site), token if site is None else site.start),), "string")

    def text_at(self, node: Node | None) -> str:
        """Return the source text of a node."""
        return ""

    # The host -------------------------------------------------------------------------------------------------------

    def host_member(self, subject: Value, name: str, token: int) -> Value:
        """Return a member of an element, an event, a store or the page."""
        lower = name.lower()
        if subject.__class__ is Thing and subject.type in (EVENT, KEY_EVENT):
            return self._member_of_event(subject, lower, token)
        if subject.__class__ is Thing and subject.type == _MERGED:
            return UNKNOWN
        if subject.__class__ is Tainted and lower in MEMBERS:
            return NUMBER
        if subject.__class__ is not Opaque:
            return ABSENT
        if lower in VALUES and (
            is_field(subject) or (len(subject.path) == 1 and self.fields.is_named(subject.path[0]))
        ):
            return self.tainted("typed", token)
        if lower in VALUES and self.fields.has_form and is_any_input(subject):
            return self.tainted("form", token)
        if is_store_read((*names_of(subject), lower)):
            return Tainted((Trace("stored", lower, token),), "string")
        return field_member(self.fields, subject, lower)

    def _member_of_event(self, event: Thing, name: str, token: int) -> Value:
        if name in KEYS and event.type == KEY_EVENT:
            return self.tainted("keys", token)
        if name in TARGETS:
            return event.fields.get("\0target", UNKNOWN)
        return UNKNOWN

    def host_object(self, name: str, arguments: Sequence[Value], token: int) -> Value:
        """Return a new connection, form or other object of the browser."""
        if name in FORM_VALUES and is_form_read(self.fields, (name,), None, arguments, is_made=True):
            return self.tainted("form", token)
        if name == _PROMISE:
            return self._promise(arguments)
        if name in _REQUESTS and arguments:
            made = Thing("request", fields={"url": arguments[0], REST: derived(arguments)})
            self.state.bear(made.fields)
            return made
        if name not in _CONNECTIONS and name not in _PEERS:
            return ABSENT
        thing = Thing(name)
        self.state.bear(thing.fields)
        if arguments:
            thing.fields[_ADDRESS] = arguments[0]
            self._send((name,), None, arguments, token)
        return thing

    def host_call(self, names: tuple[str, ...], subject: Value, arguments: Sequence[Value], token: int) -> Value:
        """Return the result of a function of the browser or of a library; what it sends is noted."""
        name = names[-1]
        if is_value_read(names, subject, arguments):
            return self.tainted("typed", token)
        if is_form_read(self.fields, names, subject, arguments, is_made=False):
            return self.tainted("form", token)
        if name in VALUES and not arguments and self.fields.has_form and is_any_input(subject):
            return self.tainted("form", token)
        if is_field(subject) and name in VALUES:
            self._enter(arguments[:1])
            return subject
        if name in _ATTACHES or name in _SHORT:
            self._attach(name, subject, arguments)
        if name in _GATHERS:
            self._gather(subject, arguments)
        if name == "open" and len(arguments) > 1:
            self._open(subject, arguments[1])
        if subject.__class__ is not Tainted:
            self._send(names, subject, arguments, token)
        if name in _WRITES:
            for each in arguments:
                self._write(names, each, token)
        if is_store_read(names):
            return Tainted((Trace("stored", name, token),), "string")
        if name in _MERGES and len(arguments) > 1:
            return self._merged(arguments)
        if name in _EACH and subject.__class__ is Opaque and (is_field(subject) or subject.path[:1] == (ELEMENT,)):
            return self._for_each(subject, arguments)
        if subject.__class__ is Thing and subject.type == _PROMISE:
            return self._of_promise(subject, name, arguments)
        if name in _DIGITS and subject.__class__ is Opaque and subject.codes:
            return lettered([subject])
        method = self.notes.methods.get(name) if subject.__class__ is Opaque and len(names) > 1 else None
        if method is not None:
            return call_function(self, method.function, arguments, subject, outer=method.frame)
        return looked_up(self.fields, names, subject, arguments)

    def host_assign(self, subject: Value, name: str, value: Value, token: int) -> bool:
        """Assign to a member of an element, of a store or of the page itself; what that sends is noted."""
        lower = name.lower()
        if is_field(subject) and lower in VALUES:
            self._enter([value])
            return True
        if lower.startswith("on"):
            self._handle(lower, subject, [value])
        elif value.__class__ is Closure and subject.__class__ is Opaque:
            self.notes.methods[lower] = value
        if subject.__class__ is Thing and subject.type in _NO_ELEMENTS and not lower.startswith("location"):
            return False
        names = (lower,) if subject is self.page else (*(names_of(subject) or ("",)), lower)
        if lower in _MARKUP:
            self._write(names, value, token)
        self.assign_named(names, value, token)
        return False

    def note_function(self, function: Closure) -> None:
        """Note a function, which an event may call."""
        self.notes.functions[function.function] = function

    # What leaves the page -------------------------------------------------------------------------------------------

    def assign_named(self, names: tuple[str, ...], value: Value, token: int) -> None:
        """Note what an assignment to dotted names sends or stores."""
        channel = ways().of_assignment(names)
        if channel is not None:
            contents = () if channel is Channel.FORM else (value,)
            self.notes.outbox.add(channel, ".".join(names[-2:]).strip("."), token, value, contents)

    def _send(self, names: tuple[str, ...], subject: Value, arguments: Sequence[Value], token: int) -> None:
        """Note what a call sends or stores."""
        if names[-1] in _BEACONS:
            if len(arguments) > 1 and isinstance(arguments[0], str):
                self.assign_named(("element", arguments[0].lower()), arguments[1], token)
            return
        way = ways().of_call(names, len(arguments))
        if way is None:
            return
        if names[-1] in ("send", "setrequestheader"):
            address = self._address_of(subject)
        else:
            address = _address_in(arguments, way.address)
        self.notes.outbox.add(way.channel, ".".join(names[-2:]), token, address, arguments)

    def _write(self, names: tuple[str, ...], markup: Value, token: int) -> None:
        """Note the addresses of elements in markup that a script writes into the page."""
        for option in options_of(markup):
            if option.__class__ is Text:
                self.notes.outbox.add(Channel.BEACON, ".".join(names[-2:]), token, address_in_markup(option), [option])

    def _open(self, subject: Value, address: Value) -> None:
        if subject.__class__ is Thing:
            self.state.put(subject.fields, _ADDRESS, address)
        opened = self.notes.opened
        for names in ((), names_of(subject)):
            opened[names] = join(opened.get(names, ABSENT), address)

    def _address_of(self, subject: Value) -> Value:
        """Return the address that a connection was opened to; any address, where it is not known."""
        held = subject.fields.get(_ADDRESS, ABSENT) if subject.__class__ is Thing else ABSENT
        opened = self.notes.opened
        return held if held is not ABSENT else opened.get(names_of(subject), opened.get((), UNKNOWN))

    def _gather(self, subject: Value, arguments: Sequence[Value]) -> None:
        """Let an object of a library take up a value: ``form.append("name", value)``."""
        self.notes.outbox.note_entry(arguments)
        if not tainted_of(arguments):
            return
        if subject.__class__ is Thing:
            self.state.put(subject.fields, REST, join(subject.fields.get(REST, ABSENT), derived(arguments)))
        elif subject.__class__ is Opaque and subject.path and STORES.isdisjoint(subject.path):
            store = self.stores.setdefault(".".join(subject.path), Thing("store"))
            self.state.put(store.fields, REST, join(store.fields.get(REST, ABSENT), derived(arguments)))

    def _merged(self, arguments: Sequence[Value]) -> Value:
        """Return the object that has the members of several; the first one gets them, too."""
        objects = [each for each in arguments if each.__class__ is Thing]
        if not objects:
            return ABSENT
        made = Thing(_MERGED)
        self.state.bear(made.fields)
        for each in objects:
            for key, value in each.fields.items():
                made.fields[key] = join(made.fields.get(key, ABSENT), value)
        for key, value in made.fields.items():
            self.state.put(objects[0].fields, key, value)
        return made

    def _for_each(self, element: Value, arguments: Sequence[Value]) -> Value:
        """Call functions with each element of a list."""
        results = [
            call_function(self, each.function, [element] * len(each.function.parameters), element, outer=each.frame)
            for argument in arguments
            for each in options_of(argument)
            if each.__class__ is Closure
        ]
        return array_of(results)

    def _of_promise(self, promise: Thing, name: str, arguments: Sequence[Value]) -> Value:
        """Settle a promise, or call functions with the value that it is settled with."""
        if name in ("resolve", "reject"):
            self.state.put(promise.fields, REST, join(promise.fields.get(REST, ABSENT), derived(arguments)))
            return None
        content = promise.fields.get(REST, UNKNOWN)
        called = [self.call(each, [content], 0) for each in arguments if each.__class__ is Closure]
        return choice([content, *called])

    def _promise(self, arguments: Sequence[Value]) -> Value:
        """Return a promise, which a function settles."""
        promise = Thing(_PROMISE)
        self.state.bear(promise.fields)
        for each in arguments[:1]:
            if each.__class__ is Closure:
                self.call(each, [Method(promise, "resolve"), Method(promise, "reject")], 0)
        return promise

    def _enter(self, values: Sequence[Value]) -> None:
        """Note that a value is entered into a password field."""
        self.notes.remembers |= any(trace.kind == "stored" for each in values for trace in traces_of(each))

    # Handlers -------------------------------------------------------------------------------------------------------

    def _attach(self, name: str, subject: Value, arguments: Sequence[Value]) -> None:
        event = arguments[0] if name in _ATTACHES and arguments else name
        selected = [each for each in arguments[1:2] if isinstance(each, str) and self.fields.is_selected(each)]
        self._handle(str(event).lower() if isinstance(event, str) else "", FIELD if selected else subject, arguments)

    def _handle(self, event: str, this: Value, values: Sequence[Value]) -> None:
        """Note handlers of an event."""
        for value in values:
            for each in options_of(value):
                if each.__class__ is Closure and len(self.notes.handlers) < _MOST_HANDLERS:
                    self.notes.handlers.append(Handler(each, event, this))


def _address_in(arguments: Sequence[Value], number: int) -> Value:
    """Return the address among the arguments of a call."""
    for each in arguments[:2]:
        for option in options_of(each):
            if option.__class__ is Thing and "url" in option.fields:
                return option.fields["url"]
    return arguments[number] if number < len(arguments) else UNKNOWN


# Expressions ----------------------------------------------------------------------------------------------------------


def _called_name(callee: Node) -> str:
    return (
        callee.text.lower() if isinstance(callee, Name) else callee.name.lower() if isinstance(callee, Member) else ""
    )


def _call(machine: BrowserMachine, node: Call) -> Value:
    """Return the result of a call; of a test or a digest of what a visitor types, nothing is left."""
    name = _called_name(node.callee)
    outer, machine.notes.site = machine.notes.site, node
    if name and makes_digest(name):
        for each in node.arguments:
            machine.value(each.value if isinstance(each, Argument) else each)
        value: Value = Opaque("string")
    else:
        value = evaluate_call(machine, node)
        if name and value.__class__ in (Tainted, Choice) and makes_test(name):
            value = Opaque("string")
        elif name in _CODES and value.__class__ is Opaque and value.codes:
            value = lettered([value])  # as digits, they are as good as the letters
    machine.notes.site = outer
    return value


def _assign(machine: BrowserMachine, node: Assign) -> Value:
    """Assign; the address of the page is no variable."""
    target = node.target
    if isinstance(target, Name) and target.text == "location" and not is_declared(machine, "location"):
        value = machine.value(node.value)
        machine.assign_named(("location",), value, target.start)
        return value
    return EXPRESSIONS[Assign](machine, node)


def _located(machine: BrowserMachine, node: Node) -> Value:
    outer, machine.notes.site = machine.notes.site, node
    value = EXPRESSIONS[node.__class__](machine, node)
    machine.notes.site = outer
    return value


BrowserMachine.statements = {**STATEMENTS, **LOOPS}
BrowserMachine.expressions = {
    **EXPRESSIONS,
    Call: _call,
    Assign: _assign,
    Member: _located,
    Index: _located,
    New: _located,
}
