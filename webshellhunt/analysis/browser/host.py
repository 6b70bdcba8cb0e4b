"""The host of scripts: the answers of a browser for all that they do not declare.

A value from outside is known by its dotted names; a password field, an event and a connection are objects that know
what they are. What the visitor types is labelled; what leaves the page is noted.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from webshellhunt.analysis.browser.channels import STORES, Channel, ways
from webshellhunt.analysis.browser.sent import PATH, Outbox, address_in_markup, labels_in, path_of, typed_in
from webshellhunt.core import properties as p
from webshellhunt.core.heap import CODE, KIND, REST, Heap
from webshellhunt.core.procedure import Frame
from webshellhunt.core.values import MISSING, NUMBER, UNKNOWN, Label, Parts, Ref, Some, Value, join, labels_of, options
from webshellhunt.lang.tree import Node
from webshellhunt.lazy_pattern import lazy_pattern

FIELD = Ref("password field")
"""A password field, or a list of elements that has one."""
FIELD_NAME = "field"
EVENT, KEY_EVENT = "event", "keyevent"
"""The names of events, those of keys apart."""
VALUES = frozenset({"value", "val", "defaultvalue"})
FORM_VALUES = frozenset({"serialize", "serializearray", "formdata"})
KEYS = frozenset({"key", "keycode", "which", "charcode", "code", "keyidentifier"})
TARGETS = frozenset({"target", "srcelement", "currenttarget"})
MEASURES = frozenset({"length", "score"})
"""Members of a value that are a measure of it."""
MARKUP = frozenset({"innerhtml", "outerhtml", "srcdoc"})
_OTHERS = frozenset(
    {
        "form", "parent", "parents", "closest", "next", "prev", "siblings", "children", "find", "parentnode",
        "nextsibling", "id", "name", "type", "style", "classlist", "classname", "labels", "dataset",
    }
)  # fmt: skip
"""Members of an element that are not the element, its value or a list with it."""
ELEMENT = "element"
"""The first name of another element; the second is the text that selects it."""
_TARGET, _ADDRESS = "\0target", "\0address"
_LOOK_UPS = frozenset({"$", "jquery", "find"})
_WRAPPERS = frozenset({("$",), ("jquery",)})
_LIBRARIES = frozenset({"$", "jquery"})
_MAKES = frozenset({"createelement", "createelementns"})
_INPUTS = frozenset({"input", ":input", "form input"})
_COOKIES = lazy_pattern(r"\w*cookies?\w*")
_WRITERS = frozenset({"setitem", "removeitem", "set", "remove", "clear"})
_ATTACHES = frozenset({"addeventlistener", "attachevent", "on", "one", "bind", "live", "observe", "delegate"})
_SHORT = frozenset({"keyup", "keydown", "keypress", "input", "change", "blur", "focusout", "submit", "click"})
_CONNECTIONS = frozenset({"xmlhttprequest", "xmlhttp", "websocket", "eventsource"})
_CONNECTIONS |= {"rtcpeerconnection", "webkitrtcpeerconnection"}
_REQUESTS = frozenset({"request", "url"})
_WRITES = frozenset({"write", "writeln", "insertadjacenthtml", "html", "append", "prepend"})
_ATTRIBUTES = frozenset({"setattribute", "attr", "prop"})
_READS_ATTRIBUTES = frozenset({"getattribute", "attr", "prop"})
_SENDS = frozenset({"send", "setrequestheader"})
_GATHERS = frozenset({"append", "set", "add", "push", "unshift"})
_MERGES = frozenset({"extend", "assign", "merge", "defaults"})
_EACH = frozenset({"each", "foreach", "map", "filter"})
_WRAPS = frozenset({"bind", "partial", "proxy", "debounce", "throttle", "once"})
_SETS_UP = "ajaxsetup"
_MOST_DEFAULTS = 16
_MOST_ITEMS = 16
_MOST_HANDLERS = 400
_MOST_NAMES = 12
_MOST_OPENED = 256


class PasswordFields(Protocol):
    """The password fields of a page, as `webshellhunt.client_scripts.script_analysis.Fields`."""

    def is_named(self, name: str) -> bool:
        """Return whether an id or name belongs to a password field."""

    def is_selected(self, text: str) -> bool:
        """Return whether a string selects a password field."""

    def may_look_up(self, name: str) -> bool:
        """Return whether a function of a name, in lower case, may look an element up."""

    def is_sign_in(self, selector: str) -> bool:
        """Return whether a string selects a form with a password field."""

    @property
    def has_form(self) -> bool:
        """Whether the page has a form with a password field."""


class Called(NamedTuple):
    """A call of something that the scripts do not declare, by its dotted names in lower case."""

    names: tuple[str, ...]
    subject: Value
    arguments: Sequence[Value]
    at: int

    @property
    def name(self) -> str:
        """The last name."""
        return self.names[-1]


@dataclass(frozen=True, slots=True)
class Handler:
    """A function that handles an event of an element; ``this`` is the element."""

    function: Value
    event: str
    this: Value = UNKNOWN


def outside(*names: str) -> Some:
    """Return a value from outside, by its dotted names."""
    return Some("", form=PATH + PATH.join(each.replace(PATH, "\2") for each in names[-_MOST_NAMES:]))


class Browser:
    """The host of the scripts of one page.

    ``site`` says which expression stands at the place of a call or a member, ``text_of`` its text. ``remembers``: a
    value from a store is entered into a password field; ``is_tainted``: a script reads a typed value.
    """

    def __init__(
        self, fields: PasswordFields, site: Callable[[int], Node | None], text_of: Callable[[Node], str]
    ) -> None:
        self.fields = fields
        self.outbox: Outbox = Outbox()
        self.handlers: list[Handler] = []
        self.plug_ins: dict[str, Value] = {}
        """Functions that scripts assigned to members of objects of a library."""
        self.remembers: bool = False
        self.is_tainted: bool = False
        self._site = site
        self._text_of = text_of
        self._opened: dict[tuple[str, ...], Value] = {}
        """The addresses of connections by the names that these are known by, and of all under ``()``."""
        self._defaults: list[Value] = []
        """The settings that a script makes for all requests of jQuery."""
        self._stores: dict[str, Value] = {}
        """Values that objects of a library took up."""

    @property
    def keeps(self) -> bool:
        """Whether an object of a library took up something that a visitor typed."""
        return bool(self._stores)

    # Texts of a visitor -----------------------------------------------------------------------------------------------

    def typed(self, kind: str, at: int) -> Some:
        """Return a typed value that is read at a place of the code."""
        self.is_tainted = True
        return Some("text", frozenset({self._label(kind, at)}))

    def _label(self, kind: str, at: int) -> Label:
        site = self._site(at)
        return Label(kind, "" if site is None else self._text_of(site), None, at if site is None else site.start)

    def stored(self, name: str, at: int) -> Some:
        """Return a value that was read from a store of the browser."""
        return Some("text", frozenset({Label("stored", name, None, at)}))

    def enter(self, f: Frame, values: Sequence[Value]) -> None:
        """Note that values are entered into a password field."""
        self.remembers |= any(each.kind == "stored" for value in values for each in labels_in(f, value))

    def handle(self, f: Frame, event: str, this: Value, values: Sequence[Value]) -> None:
        """Note the handlers of an event among some values."""
        for value in values:
            for each in options(value):
                if is_function(f, each) and len(self.handlers) < _MOST_HANDLERS:
                    self.handlers.append(Handler(each, event, this))

    # Names and members ------------------------------------------------------------------------------------------------

    def missing(self, name: str) -> Value:
        """Return the value of a name that nothing declares."""
        return outside(name.lower())

    def parameter(self, name: str) -> Value:
        """Return a value of which only the name of its parameter is known."""
        return outside(name.lower())

    def member(self, f: Frame, subject: Value, name: str | None, at: int) -> Value:
        """Return a member of an object of the browser, or of something from outside."""
        own, path = host_name(f, subject), path_of(subject)
        lower = "" if name is None else name.lower()
        if own in (EVENT, KEY_EVENT):
            return self._member_of_event(f, subject, own, lower, at)
        if own == FIELD_NAME:
            if lower in VALUES:
                return self.typed("typed", at)
            return outside(ELEMENT, "", lower) if lower in _OTHERS else FIELD
        if own:
            return outside(own, lower)
        if labels_of(subject):
            return NUMBER if lower in MEASURES else MISSING
        if not path:
            return FIELD if name is not None and self.fields.is_named(name) and subject.type == "" else MISSING
        return self._member_of_path(path, subject, lower, at)

    def _member_of_event(self, f: Frame, event: Value, own: str, name: str, at: int) -> Value:
        if name in KEYS and own == KEY_EVENT:
            return self.typed("keys", at)
        return f[0].t[event.oid].get(_TARGET, UNKNOWN) if name in TARGETS else outside(own, name)

    def _member_of_path(self, path: tuple[str, ...], subject: Value, name: str, at: int) -> Value:
        if not name or name.isdecimal():
            return subject
        if name in VALUES:
            if len(path) == 1 and self.fields.is_named(path[0]):  # the id of an element
                return self.typed("typed", at)
            if self.fields.has_form and _is_any_input(path):
                return self.typed("form", at)
        if _is_store_read((*path, name)):
            return self.stored(name, at)
        return FIELD if self.fields.is_named(name) else outside(*path, name)

    # Calls ------------------------------------------------------------------------------------------------------------

    def call(self, f: Frame, name: str, subject: Value, values: list[Value], at: int) -> Value:
        """Return the result of a function of the browser or of a library, and note sent values."""
        own = host_name(f, subject)
        before = (own,) if own else path_of(subject)
        names = (*before, name.lower()) if name else before
        is_plain = subject.__class__ is Some and not before
        if not names or (is_plain and p.row_of(f, subject.type or "text", name) is not None):
            return MISSING
        called = Called(names, subject if name else None, values, at)
        if called.name in _ATTACHES or called.name in _SHORT:
            self._attach(f, called)
        self._note_call(f, called)
        for answer in (self._read, self._whole_form, self._store, self._merge, self._for_each, self._wrapped):
            value = answer(f, called)
            if value is not MISSING:
                return value
        value = self._plugged_in(f, called)
        value = self._looked_up(called) if value is MISSING else value
        return self._unknown(f, called) if value is MISSING else value

    def _unknown(self, f: Frame, called: Called) -> Value:
        """Return the result of a call of which nothing is known, made of the arguments; functions are called."""
        if labels_of(called.subject) and not path_of(called.subject):
            return MISSING
        labels = labels_of(called.subject).union(*(labels_in(f, each) for each in called.arguments))
        if called.name not in _ATTACHES and called.name not in _SHORT:
            for each in called.arguments:
                if each.__class__ is Ref and CODE in f[0].t[each.oid]:
                    p.call_value(f, each, [Some("", labels)] * 3, None, called.at)
        return Some("", labels) if labels else outside(*called.names)

    def _read(self, f: Frame, called: Called) -> Value:
        """Return the value of a password field, where a call reads it."""
        if not is_field(called.subject):
            return MISSING
        name, given = called.name, called.arguments
        if name in VALUES or name in FORM_VALUES:
            if not given:
                return self.typed("typed", called.at)
            self.enter(f, given[:1])
            return called.subject
        is_read = name in _READS_ATTRIBUTES and len(given) == 1 and given[0] == "value"
        return self.typed("typed", called.at) if is_read else MISSING

    def _whole_form(self, f: Frame, called: Called) -> Value:
        """Return the values of a form, where a call reads them all or any of them."""
        path = path_of(called.subject)
        is_any = called.name in VALUES and not called.arguments and self.fields.has_form and _is_any_input(path)
        is_read = self._is_form_read(called.name, called.subject, called.arguments, is_made=False)
        return self.typed("form", called.at) if is_read or is_any else MISSING

    def _is_form_read(self, name: str, subject: Value, values: Sequence[Value], *, is_made: bool) -> bool:
        """True if a call returns all values of a form with a password field."""
        if name not in FORM_VALUES or not self.fields.has_form or (is_made and not values):
            return False
        path = path_of(values[0] if is_made else subject)
        selector = path[1].replace("\2", PATH) if path[:1] == (ELEMENT,) and len(path) > 1 else ""
        return not selector or self.fields.is_sign_in(selector)

    def _store(self, f: Frame, called: Called) -> Value:
        return self.stored(called.name, called.at) if _is_store_read(called.names) else MISSING

    def _merge(self, f: Frame, called: Called) -> Value:
        """Return the object that has the members of several; the first one gets them, too."""
        objects = [each for each in called.arguments if each.__class__ is Ref and CODE not in f[0].t[each.oid]]
        if called.name not in _MERGES or len(called.arguments) < 2 or not objects:
            return MISSING
        for each in objects[1:]:
            for key, value in [*f[0].t[each.oid].items()]:
                if not p.is_hidden(key) or key == REST:
                    known = f[0].t[objects[0].oid].get(key)
                    f[0].write(objects[0].oid, key, value if known is None else join(known, value))
        return objects[0]

    def _for_each(self, f: Frame, called: Called) -> Value:
        """Call functions with each element of a list: a list of elements, or the first argument of a library."""
        if called.name not in _EACH:
            return MISSING
        element = called.subject
        is_list = is_field(element) or path_of(element)[:1] == (ELEMENT,)
        elements = [element] if is_list else self._items_given(f, called)
        functions = [each for value in called.arguments for each in options(value) if is_function(f, each)]
        if not elements or not functions:
            return p.make_list(f, [], called.at) if is_list else MISSING
        found = [p.call_value(f, each, [x] * 3, x, called.at) for each in functions for x in elements]
        return p.make_list(f, found, called.at)

    def _items_given(self, f: Frame, called: Called) -> Sequence[Value]:
        """Return the first items of the list before the function that a library calls with each of them."""
        if len(called.arguments) < 2 or is_function(f, called.arguments[0]):
            return ()
        items = p.items_of(f, called.arguments[0])
        return called.arguments[:1] if items is None else items[:_MOST_ITEMS]

    def _wrapped(self, f: Frame, called: Called) -> Value:
        """Return the function that a library binds or delays, for the one that it returns."""
        function = called.arguments[0] if called.arguments and called.name in _WRAPS else MISSING
        return function if function is not MISSING and is_function(f, function) else MISSING

    def _plugged_in(self, f: Frame, called: Called) -> Value:
        """Call a function that the scripts assigned to a member of an object of a library."""
        function = self.plug_ins.get(called.name) if len(called.names) > 1 else None
        is_outside = bool(path_of(called.subject)) or is_field(called.subject)
        if function is None or not is_outside or not is_made(f[0], function):
            return MISSING
        return p.call_value(f, function, [*called.arguments], called.subject, called.at)

    def _looked_up(self, called: Called) -> Value:
        """Return the element that a call looks up, ``MISSING`` where it looks none up."""
        names, name, subject = called.names, called.name, called.subject
        if is_field(subject):
            return outside(ELEMENT, "", name) if name in _OTHERS else subject
        first = called.arguments[0] if called.arguments else None
        if is_field(first) and len(names) == 1 and len(called.arguments) < 3:
            return first  # $(field)
        if path_of(first)[:1] == (ELEMENT,) and names in _WRAPPERS:
            return first
        if not isinstance(first, str) or labels_of(subject) or not self.fields.may_look_up(name):
            return MISSING
        if self.fields.is_selected(first):
            return FIELD
        is_other = name in _LOOK_UPS or "element" in name or "selector" in name
        return outside(ELEMENT, first.lower()) if is_other and name not in _MAKES else MISSING

    def _attach(self, f: Frame, called: Called) -> None:
        """Note the handlers that a call attaches to an element, or to those in it that a text selects."""
        given = called.arguments
        event = given[0] if called.name in _ATTACHES and given else called.name
        texts = [each for each in given[1:2] if isinstance(each, str)]
        this = FIELD if any(map(self.fields.is_selected, texts)) else called.subject
        self.handle(f, event.lower() if isinstance(event, str) else "", UNKNOWN if this is None else this, given)

    # New objects ------------------------------------------------------------------------------------------------------

    def made(self, f: Frame, function: Value, values: list[Value], at: int) -> Value:
        """Return a new connection, form or other object of the browser."""
        path = path_of(function)
        name = path[-1].lower() if path else ""
        if name in FORM_VALUES and self._is_form_read(name, None, values, is_made=True):
            return self.typed("form", at)
        if name in _REQUESTS and values:
            return self._object(f, "request", {"url": values[0], REST: Some("", _all_labels(f, values))}, at)
        labels = _all_labels(f, values)
        fields: dict[str, Value] = {REST: Some("", labels)} if labels else {}
        if name in _CONNECTIONS:
            self._note_call(f, Called((name,), None, values, at))
            fields = {_ADDRESS: values[0]} if values else {}
        return self._object(f, name or "object", fields, at)

    def _object(self, f: Frame, name: str, fields: dict[str, Value], at: int) -> Ref:
        return p.make(f, "plain", {p.HOST: name, **fields}, at)

    def event(self, f: Frame, name: str, target: Value) -> Ref:
        """Return an event of an element."""
        return self._object(f, KEY_EVENT if "key" in name else EVENT, {_TARGET: target}, 0)

    # Assignments ------------------------------------------------------------------------------------------------------

    def assign(self, f: Frame, subject: Value, name: str, value: Value, at: int) -> bool:
        """Note an assignment to a member of an element, of a store or of the page itself, and sent values."""
        lower = name.lower()
        if is_field(subject) and lower in VALUES:
            self.enter(f, [value])
            return True
        if lower[:2] == "on":
            self.handle(f, lower, subject, [value])
        own, path = host_name(f, subject), path_of(subject)
        if path and is_function(f, value):
            self.plug_ins[lower] = value
        if subject == _PAGE:
            self._note_assignment(f, (lower,), value, at)
        elif own or path or subject.__class__ is not Ref:
            self._note_assignment(f, (*((own,) if own else path or ("",)), lower), value, at)
        return False

    # Sending ----------------------------------------------------------------------------------------------------------

    def _note_call(self, f: Frame, called: Called) -> None:
        """Note the values that a call sends, stores, writes into the page, opens or adds to an object."""
        name, given = called.name, called.arguments
        if name in _GATHERS:
            self._gather(f, called)
        if name == "open" and len(given) > 1:
            self._open(f, called.subject, given[1])
        if name == _SETS_UP and len(self._defaults) < _MOST_DEFAULTS:
            self._defaults += [each for each in given[:1] if each.__class__ is Ref]
        if name in _WRITES:
            for each in given:
                self._note_markup(f, called.names, each, called.at)
        if name in _ATTRIBUTES:
            if len(given) > 1 and isinstance(given[0], str):
                self._note_assignment(f, (ELEMENT, given[0].lower()), given[1], called.at)
        elif not (labels_of(called.subject) and not path_of(called.subject)):
            self._send(f, called)

    def _note_assignment(self, f: Frame, names: tuple[str, ...], value: Value, at: int) -> None:
        """Note the value that an assignment to dotted names sends or stores."""
        if names[-1] in MARKUP:
            self._note_markup(f, names, value, at)
        channel = ways().of_assignment(names)
        if channel is not None:
            contents = () if channel is Channel.FORM else (value,)
            self.outbox.add(f, channel, _shown(names), at, value, contents)

    def _note_markup(self, f: Frame, names: tuple[str, ...], markup: Value, at: int) -> None:
        """Note the addresses of elements in markup that a script writes into the page."""
        for option in options(markup):
            if option.__class__ is Parts:
                self.outbox.add(f, Channel.BEACON, _shown(names), at, address_in_markup(option), [option])

    def _send(self, f: Frame, called: Called) -> None:
        defaults = [each for each in self._defaults if is_made(f[0], each)] if called.names[0] in _LIBRARIES else []
        contents = [*called.arguments, *defaults]
        way = ways().of_call(called.names, len(contents))
        if way is None:
            return
        taken = (self._stores.get(PATH.join(path_of(each))) for each in called.arguments)
        contents += [each for each in taken if each is not None]
        if called.name in _SENDS:
            address = self._opened_to(f, called.subject)
        else:
            address = _address_in(f, called.arguments, way.address, defaults)
        self.outbox.add(f, way.channel, _shown(called.names), called.at, address, contents)

    def _open(self, f: Frame, subject: Value, address: Value) -> None:
        """Note the address that a connection is opened to."""
        if host_name(f, subject):
            f[0].write(subject.oid, _ADDRESS, address)
        for names in ((), path_of(subject)):
            if names in self._opened or len(self._opened) < _MOST_OPENED:
                self._opened[names] = join(self._opened.get(names, address), address)

    def _opened_to(self, f: Frame, subject: Value) -> Value:
        """Return the address that a connection was opened to; any address, where it is not known."""
        known = f[0].t[subject.oid].get(_ADDRESS, MISSING) if host_name(f, subject) else MISSING
        if known is not MISSING:
            return known
        return self._opened.get(path_of(subject), self._opened.get((), UNKNOWN))

    def _gather(self, f: Frame, called: Called) -> None:
        """Let an object of a library take up a value: ``form.append("name", value)``."""
        subject = called.subject
        self.outbox.note_entry(called.arguments)
        if not typed_in(f, called.arguments):
            return
        content = Some("", _all_labels(f, called.arguments))
        if subject.__class__ is Ref and not is_field(subject):
            known = f[0].t[subject.oid].get(REST, content)
            f[0].write(subject.oid, REST, join(known, content))
        elif (path := path_of(subject)) and STORES.isdisjoint(path):
            key = PATH.join(path)
            if key in self._stores or len(self._stores) < _MOST_OPENED:
                self._stores[key] = join(self._stores.get(key, content), content)


_PAGE = Ref(0)


def is_field(value: Value) -> bool:
    """True if a value is a password field."""
    return value.__class__ is Ref and value.oid == FIELD.oid


def host_name(f: Frame, value: Value) -> str:
    """Return the name of an object of the browser, "" for anything else."""
    found: str = f[0].t[value.oid].get(p.HOST, "") if value.__class__ is Ref else ""
    return found


def is_made(heap: Heap, value: Value) -> bool:
    """False for an object that a state does not have: code made it whose effects were dropped, or another branch."""
    return all(each.__class__ is not Ref or each.oid in heap.t for each in options(value))


def is_function(f: Frame, value: Value) -> bool:
    """True for a function of the scripts."""
    return value.__class__ is Ref and f[0].t[value.oid][KIND] == "function" and CODE in f[0].t[value.oid]


def _all_labels(f: Frame, values: Sequence[Value]) -> frozenset[Label]:
    return frozenset[Label]().union(*(labels_in(f, each) for each in values))


def _shown(names: tuple[str, ...]) -> str:
    return PATH.join(names[-2:]).strip(PATH)


def _is_any_input(path: tuple[str, ...]) -> bool:
    """True if a value is an element of a list that has all inputs of a form or page."""
    if not path:
        return False
    return path[-1] in ("elements", "forms") or (path[0] == ELEMENT and path[-1].replace("\2", PATH) in _INPUTS)


def _is_store_read(names: tuple[str, ...]) -> bool:
    """True if dotted names are of a cookie, of the storage of the browser, or of a function that reads one."""
    if names[-1] in _WRITERS:
        return False
    if not STORES.isdisjoint(names[:-1]) or names[-2:] == ("document", "cookie"):
        return True
    return _COOKIES.fullmatch(names[-1]) is not None and names[-1] != "cookie"


def _address_in(f: Frame, values: Sequence[Value], number: int, defaults: Sequence[Value]) -> Value:
    """Return the address among the arguments of a call, or that of the default settings."""
    address = _address_of(f, values[:2])
    if address is MISSING and number < len(values) and values[number].__class__ is not Ref:
        return values[number]
    address = _address_of(f, defaults) if address is MISSING else address
    return UNKNOWN if address is MISSING else address


def _address_of(f: Frame, settings: Sequence[Value]) -> Value:
    """Return the address that the settings of a request have, ``MISSING`` where they have none."""
    for each in settings:
        for option in options(each):
            if option.__class__ is Ref and (address := f[0].t[option.oid].get("url", MISSING)) is not MISSING:
                return address
    return MISSING
