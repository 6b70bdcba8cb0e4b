"""The machine of a browser: a run over scripts that knows elements, events, requests and stores."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from webshellhunt.analysis.browser.elements import (
    FIELD,
    FORM_VALUES,
    KEYS,
    TARGETS,
    VALUES,
    field_member,
    is_any_input,
    is_field,
    is_form_read,
    is_store_read,
)
from webshellhunt.analysis.browser.notes import Called, Notes
from webshellhunt.analysis.browser.results import MERGED, PROMISE, promise_of, result_of, stored
from webshellhunt.analysis.browser.sending import ADDRESS, note_assignment, note_call
from webshellhunt.analysis.calling.invocations import evaluate_call
from webshellhunt.analysis.calling.outside.known_names import names_of
from webshellhunt.analysis.domain.taints import derived, lettered
from webshellhunt.analysis.domain.values import (
    ABSENT,
    NUMBER,
    REST,
    UNKNOWN,
    Choice,
    Closure,
    Opaque,
    Tainted,
    Thing,
    Value,
)
from webshellhunt.analysis.execution.expressions import EXPRESSIONS
from webshellhunt.analysis.execution.names import is_declared
from webshellhunt.analysis.machine.budget import ExhaustedError
from webshellhunt.analysis.machine.machine import Evaluate, Machine
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbols import PageSymbols
from webshellhunt.lang.tree import Argument, Assign, Call, Index, Member, Name, New, Node
from webshellhunt.lazy_pattern import lazy_pattern

EVENT, KEY_EVENT = "event", "keyevent"
"""The types of events, those of keys apart."""
TARGET = "\0target"
"""Where an event keeps its element."""
_ATTACHES = frozenset({"addeventlistener", "attachevent", "on", "one", "bind", "live", "observe", "delegate"})
_SHORT = frozenset({"keyup", "keydown", "keypress", "input", "change", "blur", "focusout", "submit", "click"})
_CONNECTIONS = frozenset({"xmlhttprequest", "xmlhttp", "websocket", "eventsource"})
_CONNECTIONS |= {"rtcpeerconnection", "webkitrtcpeerconnection"}
_REQUESTS = frozenset({"request", "url"})
_NO_ELEMENTS = frozenset({"object", "array", "function", "arguments", MERGED})
_CODES = frozenset({"charcodeat", "codepointat"})
_ADDRESS = "location"
_DIGESTS = lazy_pattern(
    r"(?:calc|\w{0,12}_)?(?:md4|md5|sha\d*|sha_?\d+)(?:_?\w{0,12})|(?:create|calc\w*|get)?hash\w*|digest|h?mac\w*|bcrypt|pbkdf2\w*"
)
_TESTS = lazy_pattern(
    r"zxcvbn|(?:is|has|check|valid|test|score|strength|match|compare|measure|verify)\w*"
    r"|search|indexof|includes|startswith|endswith|alert|parseint|parsefloat|number|boolean"
)
MEMBERS = frozenset({"length", "score"})
"""Members of a value that are a measure of it."""


class BrowserMachine(Machine):
    """A run over the scripts of a page."""

    expressions: Mapping[type[Node], Evaluate]
    nesting: int

    def __init__(self, symbols: PageSymbols, notes: Notes, steps: int) -> None:
        super().__init__(symbols, Surroundings(is_classic=True), Observer(), steps)
        self.notes: Notes = notes
        self.expressions = expressions_with(notes)
        self.text = notes.source.text

    def allow(self, steps: int, run: Callable[[], object]) -> bool:
        """Run code for so many steps at most; return False if it needed more, and drop the branches that are open."""
        depth, frames, nesting, targets = self.state.depth, len(self.frames), self.nesting, len(self.control.targets)
        budget = self.budget
        limits, allowed = (budget.reserve, budget.floor), min(steps, budget.left)
        rest, budget.left = budget.left - allowed, allowed
        budget.reserve = budget.floor = allowed // 2
        budget.aim()
        try:
            run()
        except (ExhaustedError, RecursionError):
            while self.state.depth > depth:
                self.state.undo()
            del self.frames[frames:]
            self.control.restart(targets)
            self.nesting, self.notes.site = nesting, None
            budget.left, (budget.reserve, budget.floor) = rest, limits
            budget.aim()
            return False
        budget.left, (budget.reserve, budget.floor) = budget.left + rest, limits
        budget.aim()
        return True

    # The host -------------------------------------------------------------------------------------------------------

    def host_member(self, subject: Value, name: str, token: int) -> Value:
        """Return a member of an element, an event, a store or the page."""
        lower = name.lower()
        if subject.__class__ is Thing and subject.type in (EVENT, KEY_EVENT):
            return self._member_of_event(subject, lower, token)
        if subject.__class__ is Thing and subject.type == MERGED:
            return UNKNOWN
        if subject.__class__ is Tainted and lower in MEMBERS:
            return NUMBER
        return self._member_of_element(subject, lower, token) if subject.__class__ is Opaque else ABSENT

    def _member_of_event(self, event: Thing, name: str, token: int) -> Value:
        if name in KEYS and event.type == KEY_EVENT:
            return self.notes.tainted("keys", token)
        return event.fields.get(TARGET, UNKNOWN) if name in TARGETS else UNKNOWN

    def _member_of_element(self, element: Opaque, name: str, token: int) -> Value:
        fields = self.notes.fields
        if name in VALUES:
            is_variable = len(element.path) == 1 and fields.is_named(element.path[0])  # the id of an element
            if is_field(element) or is_variable:
                return self.notes.tainted("typed", token)
            if fields.has_form and is_any_input(element):
                return self.notes.tainted("form", token)
        if is_store_read((*names_of(element), name)):
            return stored(name, token)
        return field_member(fields, element, name)

    def host_object(self, name: str, arguments: Sequence[Value], token: int) -> Value:
        """Return a new connection, form or other object of the browser."""
        if name in FORM_VALUES and is_form_read(self.notes.fields, (name,), None, arguments, is_made=True):
            return self.notes.tainted("form", token)
        if name == PROMISE:
            return promise_of(self, arguments, token)
        if name in _REQUESTS and arguments:
            return self._object("request", {"url": arguments[0], REST: derived(arguments)})
        if name not in _CONNECTIONS:
            return ABSENT
        note_call(self, self.notes.outbox, Called((name,), None, arguments, token))
        return self._object(name, {ADDRESS: arguments[0]} if arguments else {})

    def _object(self, kind: str, fields: dict[object, Value]) -> Thing:
        thing = Thing(kind, fields=fields)
        self.state.bear(thing.fields)
        return thing

    def host_call(self, names: tuple[str, ...], subject: Value, arguments: Sequence[Value], token: int) -> Value:
        """Return the result of a function of the browser or of a library, and note sent values."""
        called = Called(names, subject, arguments, token)
        if called.name in _ATTACHES or called.name in _SHORT:
            self._attach(called)
        note_call(self, self.notes.outbox, called)
        return result_of(self, self.notes, called)

    def _attach(self, called: Called) -> None:
        """Note the handlers that a call attaches to an element, or to those in it that a text selects."""
        arguments = called.arguments
        event = arguments[0] if called.name in _ATTACHES and arguments else called.name
        texts = [each for each in arguments[1:2] if isinstance(each, str)]
        this = FIELD if any(map(self.notes.fields.is_selected, texts)) else called.subject
        self.notes.handle(event.lower() if isinstance(event, str) else "", this, arguments)

    def host_assign(self, subject: Value, name: str, value: Value, token: int) -> bool:
        """Assign to a member of an element, of a store or of the page itself, and note sent values."""
        lower, notes = name.lower(), self.notes
        if is_field(subject) and lower in VALUES:
            notes.enter([value])
            return True
        if lower.startswith("on"):
            notes.handle(lower, subject, [value])
        elif value.__class__ is Closure and subject.__class__ is Opaque:
            notes.functions.plug_ins[lower] = value
        if subject.__class__ is not Thing or subject.type not in _NO_ELEMENTS:
            names = (lower,) if subject is self.page else (*(names_of(subject) or ("",)), lower)
            note_assignment(notes.outbox, names, value, token)
        return False

    def note_function(self, function: Closure) -> None:
        """Note a function, which an event may call."""
        self.notes.functions.made[function.function] = function


def expressions_with(notes: Notes) -> dict[type[Node], Callable[..., Value]]:
    """Return the meaning of each kind of expression for a run with some notes."""

    def located(machine: Machine, node: Node) -> Value:
        outer, notes.site = notes.site, node
        value = EXPRESSIONS[node.__class__](machine, node)
        notes.site = outer
        return value

    def called(machine: Machine, node: Call) -> Value:
        outer, notes.site = notes.site, node
        value = _result(machine, node, _name_of(node.callee))
        notes.site = outer
        return value

    def assigned(machine: Machine, node: Assign) -> Value:
        target = node.target
        if not isinstance(target, Name) or target.text != _ADDRESS or is_declared(machine, _ADDRESS):
            return EXPRESSIONS[Assign](machine, node)
        value = machine.value(node.value)  # the address of the page, which is no variable
        note_assignment(notes.outbox, (_ADDRESS,), value, target.start)
        return value

    return {**EXPRESSIONS, Call: called, Assign: assigned, Member: located, Index: located, New: located}


def _name_of(callee: Node) -> str:
    """Return the name of a function that is called, in lower case."""
    return (
        callee.text.lower() if isinstance(callee, Name) else callee.name.lower() if isinstance(callee, Member) else ""
    )


def _result(machine: Machine, node: Call, name: str) -> Value:
    """Return the result of a call; that of a test or a digest is no longer tainted."""
    if name and makes_digest(name):
        for each in node.arguments:
            machine.value(each.value if isinstance(each, Argument) else each)
        return Opaque("string")
    value = evaluate_call(machine, node)
    if value.__class__ in (Tainted, Choice) and name and makes_test(name):
        return Opaque("string")
    if name in _CODES and value.__class__ is Opaque and value.codes:
        return lettered([value])  # as digits, they are as good as the letters
    return value


def makes_digest(name: str) -> bool:
    """True if a function of a name, in lower case, returns a digest of its arguments."""
    return len(name) <= 64 and _DIGESTS.fullmatch(name) is not None


def makes_test(name: str) -> bool:
    """True if a function of a name, in lower case, returns the result of a test of its arguments."""
    return len(name) <= 64 and _TESTS.fullmatch(name) is not None
