"""Invocations: calls as they are written: which function a call means, its arguments, and values by reference."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import cache, partial

from webshellhunt.analysis import library
from webshellhunt.analysis.calling.calls import call_function, call_value, pick
from webshellhunt.analysis.calling.conversion_operators import as_argument
from webshellhunt.analysis.calling.dispatching import typed_member
from webshellhunt.analysis.calling.events import handlers_of
from webshellhunt.analysis.calling.generics import actual, all_actual
from webshellhunt.analysis.calling.languages import call_borrowed
from webshellhunt.analysis.calling.natives import native_name
from webshellhunt.analysis.calling.objects import (
    Found,
    construct_first,
    find_member,
    get_item,
    plain,
    set_item,
    set_member,
    use_item,
    value_of_member,
)
from webshellhunt.analysis.calling.outside import (
    NAMELESS,
    call_outside,
    is_removed,
    names_of,
    program_names,
    with_stored,
)
from webshellhunt.analysis.calling.reflection import call_reflected, create_delegate, make, type_of_value, type_value
from webshellhunt.analysis.calling.sources import item_of_source, member_of_source, request_names
from webshellhunt.analysis.domain.arrays import iter_values, known_items
from webshellhunt.analysis.domain.passing import kept_by
from webshellhunt.analysis.domain.pending import all_forced, forced
from webshellhunt.analysis.domain.runtime_types import is_of_type
from webshellhunt.analysis.domain.static_types import class_of_node, is_variable, static_type
from webshellhunt.analysis.domain.traces import Trace
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    LENGTH,
    REST,
    UNKNOWN,
    Choice,
    ClassValue,
    Closure,
    Method,
    Opaque,
    Pending,
    Reflected,
    Several,
    Tainted,
    Thing,
    Value,
    choice,
    derived,
    is_known,
    options_of,
    traces_of,
)
from webshellhunt.analysis.execution.failures import adds_twice, conversion_fails, fail, raised
from webshellhunt.analysis.execution.machine import Machine
from webshellhunt.analysis.execution.names import BASE, read, scope_of_name, write
from webshellhunt.analysis.execution.visual_basic import property_of_name, referred
from webshellhunt.analysis.jscript.functions import PASSING, call_as_method, passed_on
from webshellhunt.analysis.jscript.objects import items_as_texts, note_match, primitive_of
from webshellhunt.analysis.library.sequences import Row, row_of, thing_of
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import (
    Argument,
    Call,
    Declaration,
    Function,
    Index,
    Literal,
    Member,
    Name,
    Node,
    TypeName,
    name_path,
)

_VB = frozenset({"vb", "vbscript"})
_TYPED = frozenset({"c#", "vb", "jscript"})
_OBJECT = frozenset({"object", "system.object"})
_INVOKING = frozenset({"invoke", "dynamicinvoke", "begininvoke", "invokeasync"})
_MANY = 8
"""Arguments that may all be constants, of which so many are evaluated in the time of one step."""
_STORES = frozenset({"session", "application", "cache", "viewstate", "items"})
ENDING = frozenset({("response", "end"), ("server", "transfer"), ("response", "redirect")})
"""Calls that end the page."""
_TEXTUAL = frozenset({"string", "escape", "unescape", "decodeuricomponent", "decodeuri", "parseint", "number"})
"""Functions of JScript that take a text."""
_STARTING = frozenset({"start", "runsynchronously", "join", "wait", "run", "runworkerasync", "unsafestart"})
"""Methods of an object that was made with a function, which call it."""
_REMOVING = frozenset({"remove", "removeall", "clear", "abandon"})
"""Methods of a store that remove entries."""
_LIBRARIES = frozenset({"scripting", "adodb", "wscript", "cdo", "cdonts", "jmail", "mswc", "adox", "shell"})
"""First names of classes of COM that return none of their arguments."""
_INDEXED = frozenset({"request", "session", "application", "cache", "viewstate"})
"""Objects of ASP that a call without a name asks for an entry."""


@dataclass(slots=True)
class Given:
    """The arguments of one call: their values, names, directions and nodes, and its type arguments."""

    values: list[Value] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    nodes: list[Node] = field(default_factory=list)
    types: tuple[TypeName, ...] = ()

    def add(self, value: Value, node: Node, name: str = "") -> None:
        """Add an argument."""
        self.values.append(value)
        self.names.append(name)
        self.nodes.append(node)


def constants_of(machine: Machine, nodes: Sequence[Node]) -> list[Value]:
    """Return the values of many constants; none where there are few, or other expressions among them."""
    if len(nodes) <= _MANY or not all(map(_is_plain, nodes)):
        return []
    machine.spend(len(nodes) // _MANY)
    return [each.value for each in nodes if isinstance(each, Literal)]


def _is_plain(node: Node) -> bool:
    return isinstance(node, Literal) and node.kind in ("number", "string", "truth")


def arguments_of(machine: Machine, nodes: Sequence[Node]) -> Given:
    """Evaluate the arguments of a call."""
    given = Given()
    known = constants_of(machine, nodes)
    if known:
        return Given(known, [""] * len(nodes), [*nodes])
    for node in nodes:
        if not isinstance(node, Argument):
            given.add(machine.value(node), node)
        elif node.by == "spread":
            value = machine.value(node.value)
            value = forced(value)
            items = known_items(value) if value.__class__ is Thing else None
            for item in items if items is not None else [derived([value])]:
                given.add(item, node)
        elif node.by == "out" and isinstance(node.value, Declaration):
            given.add(EMPTY, node, node.name)
        else:
            value = machine.value(node.value)
            given.add(value if node.by in ("ref", "out") else kept_by(machine, value), node, node.name)
    return given


def evaluate_call(machine: Machine, node: Call) -> Value:
    """Return the result of a call."""
    callee = node.callee
    if isinstance(callee, Name):
        return _call_name(machine, node, callee)
    if isinstance(callee, Member) and not callee.is_key:
        return _call_member(machine, node, callee)
    if isinstance(callee, Index) and machine.language == "jscript" and len(callee.arguments) == 1:
        return _call_item(machine, node, callee)
    value = machine.value(callee)
    given = arguments_of(machine, node.arguments)
    return UNKNOWN if machine.is_leaving else _call_any(machine, value, given, node)


def _call_item(machine: Machine, node: Call, callee: Index) -> Value:
    """Call an item of JScript: the object that it belongs to is its ``this``."""
    subject, key = machine.value(callee.subject), machine.value(callee.arguments[0])
    given = arguments_of(machine, node.arguments)
    if machine.is_leaving:
        return UNKNOWN
    if isinstance(key, str):
        return call_method(machine, subject, key, given, callee.end - 1, node=node)
    results = []
    for each in options_of(get_item(machine, subject, [key], callee.start)):
        is_own = each.__class__ is Closure
        results.append(_call_own(machine, each, given, subject) if is_own else _call_any(machine, each, given, node))
    return choice(results)


def _call_any(machine: Machine, value: Value, given: Given, node: Call) -> Value:
    """Call a value, or take an item of it where it is no function."""
    if value.__class__ is Choice:
        return choice([_call_any(machine, each, given, node) for each in value.options])
    if value.__class__ is Closure:
        native = native_name(value.function)
        if native:
            return call_named(machine, (native,), None, given, node.callee.end - 1)
        return _call_own(machine, value, given, value.this)
    if value.__class__ is Method:
        return call_method(machine, value.subject, value.name, given, node.callee.end - 1)
    if value.__class__ is Several:
        return call_value(machine, value, given.values, node.start)
    if value.__class__ is Method:
        return call_method(machine, value.subject, value.name, given, node.start)
    if not given.values and not node.has_brackets:
        return value
    if given.values and (machine.language in _VB or request_names(value) is not None):
        return get_item(machine, value, given.values, node.start)
    if value.__class__ is Opaque and value.path:
        return call_named(machine, value.path, None, given, node.callee.end - 1)
    return derived([value, *given.values])


def _call_own(machine: Machine, function: Closure, given: Given, this: Value) -> Value:
    """Call a function of the page, and assign the values that its parameters return."""
    outs: list[Value] = []
    chosen, overloads = _chosen(machine, function, given)
    result = call_function(
        machine,
        chosen,
        given.values,
        this,
        outer=function.frame,
        overloads=overloads,
        names=given.names,
        outs=outs,
        types=given.types,
    )
    for node, value in zip(given.nodes, outs, strict=False):
        if machine.language in _VB and isinstance(node, Argument) and not node.name:
            continue  # in brackets of its own: passed by value
        target = node.value if isinstance(node, Argument) else node
        if machine.language == "vbscript" and _is_copied(machine, target):
            continue
        if value is not ABSENT and isinstance(target, (Name, Member, Call, Index, Declaration)):
            write(machine, target, value)
    return result


def _chosen(machine: Machine, function: Closure, given: Given) -> tuple[Function, tuple[Function, ...]]:
    """Return the function that a call means and those of which its values choose one.

    An argument that is declared as an object chooses the function that takes one, whatever it is.
    """
    if len(function.overloads) < 2 or machine.language not in _TYPED or len(function.overloads) > _MANY:
        return function.function, function.overloads
    kinds = [*map(partial(_as_declared, machine), given.values, given.nodes)]
    if all(kind is value for kind, value in zip(kinds, given.values, strict=True)):
        return function.function, function.overloads
    return pick(function.overloads, kinds), ()


def _as_declared(machine: Machine, value: Value, node: Node) -> Value:
    """Return a value as overloads see it: as one of the type that its expression is declared with."""
    written = static_type(machine, node)
    if written is None or written.rank or written.name == "dynamic":
        return value
    if written.name.lower() in _OBJECT:
        return Opaque("object")
    declared = machine.symbols.class_of(written.name)
    is_base = declared is not None and value.__class__ is Thing and value.symbol not in (None, declared)
    if declared is None or not is_base or declared not in machine.symbols.bases_of(value.symbol):
        return value
    return Thing(declared.name.lower(), declared)


def _is_copied(machine: Machine, target: Node) -> bool:
    """True if an argument of VBScript is a value of its own: a member of an object, an entry of a dictionary."""
    if not isinstance(target, Call):
        return isinstance(target, Member)
    held = machine.value(target.callee)
    return held.__class__ is not Thing or held.type != "array"


# A name -------------------------------------------------------------------------------------------------------------


def _call_by_language(machine: Machine, node: Call, callee: Name) -> Value:
    """Call a name that only one language has: a constructor, an event; `ABSENT` for any other."""
    if callee.text in ("this", "base") and machine.language == "c#":
        given = arguments_of(machine, node.arguments)
        return construct_first(machine, given.values, is_base=callee.text == "base")
    if machine.language == "jscript":
        if callee.text == "super":
            return construct_first(machine, arguments_of(machine, node.arguments).values, is_base=True)
        scope = scope_of_name(machine, callee.text)
        if scope is not ABSENT:
            given = arguments_of(machine, node.arguments)
            return call_method(machine, scope, callee.text, given, callee.start, node=node)
    owned = property_of_name(machine, callee.text) if machine.language in _VB else None
    if owned is not None and owned[0].functions and node.arguments:
        return _call_found(machine, owned[1], owned[0], arguments_of(machine, node.arguments), callee.start, node)
    if machine.language == "vb" and (handlers := [*handlers_of(machine, callee.text)]):
        given = arguments_of(machine, node.arguments)
        for each in handlers:
            machine.call(each, given.values, node.start)
        return None
    return ABSENT


def _call_name(machine: Machine, node: Call, callee: Name) -> Value:
    known = _call_by_language(machine, node, callee)
    if known is not ABSENT:
        return known
    value = read(machine, callee.text, callee.start)
    is_outside = value.__class__ is Opaque and value.path == (callee.text.lower(),)
    special = SPECIAL.get(callee.text.lower()) if is_outside else None
    if special is not None:
        return special(machine, node)
    if value.__class__ is Thing and machine.language == "jscript" and value.type == "function":
        return derived([])
    given = arguments_of(machine, node.arguments)
    if machine.is_leaving:
        return UNKNOWN
    given.types = all_actual(machine, callee.types)
    if not is_outside:
        return _call_any(machine, _itself(machine, node, callee, value), given, node)
    return _call_outside_name(machine, value, given, callee)


def _itself(machine: Machine, node: Call, callee: Name, value: Value) -> Value:
    """Return the function of Visual Basic that calls itself, whose name is also its result, or the value as it is."""
    frame = machine.frame
    if (
        machine.language in _VB
        and frame.function is not None
        and value.__class__ is not Thing
        and machine.symbols.fold(frame.function.name) == machine.symbols.fold(callee.text)
        and node.has_brackets
        and frame.function.parameters
    ):
        return Closure(frame.function, None, frame.this)
    return value


def _call_outside_name(machine: Machine, value: Opaque, given: Given, callee: Name) -> Value:
    name = callee.text.lower()
    if name in _INDEXED or request_names(value) is not None:
        return get_item(machine, value, given.values, callee.start) if given.values else value
    for opened in machine.symbols.opened:
        symbol = machine.symbols.class_of(opened)
        if (
            symbol is not None
            and (found := find_member(machine, symbol, machine.symbols.fold(callee.text))) is not None
        ):
            return _call_own(
                machine, value_of_member(machine, ClassValue(symbol), found, found.name, callee.start), given, None
            )
    if machine.symbols.opened and not vocabulary().sink((name,)):
        for opened in machine.symbols.opened:
            names = (*opened.lower().split("."), name)
            if vocabulary().sink(names):
                return call_named(machine, names, None, given, callee.start)
    return call_named(machine, (name,), None, given, callee.start)


def call_named(machine: Machine, names: tuple[str, ...], subject: Value, given: Given, token: int) -> Value:
    """Call a function that only a library knows, by its dotted names."""
    if len(names) == 1 and subject is None:
        borrowed = call_borrowed(machine, names[0], given.values)
        if borrowed is not ABSENT:
            return borrowed
    given.values[:] = all_forced(given.values)
    reflected = _by_reflection(machine, names, given, token)
    if reflected is not ABSENT:
        return reflected
    result = _call_named(machine, names, subject, given, token)
    _give_back(machine, subject, names, given)
    return result


_MOST_ITEMS = 64


def _may_throw(machine: Machine, values: Sequence[Value]) -> None:
    """Let the handler around see the state after a call of a library, unless all its values are known."""
    if not all(map(_is_all_known, values)):
        machine.may_throw()


def _is_all_known(value: Value) -> bool:
    """True if a value is known, or an array of known ones."""
    if value.__class__ is not Thing:
        return is_known(value)
    items = known_items(value) if len(value.fields) <= _MOST_ITEMS else None
    return items is not None and all(map(is_known, items))


def _call_named(machine: Machine, names: tuple[str, ...], subject: Value, given: Given, token: int) -> Value:
    if raised(machine, names, given.values):
        return UNKNOWN
    if conversion_fails(machine, names, given.values):
        return fail(machine, 13)
    if names[-2:] == ("delegate", "combine"):
        return Several(tuple(part for each in given.values for part in parts_of(each)))
    if names[-2:] == ("server", "getlasterror"):
        return machine.caught()
    if names[-2:] in ENDING:
        machine.leave(machine.jump("end"))
        return UNKNOWN
    if machine.language == "jscript" and names[-1] in _TEXTUAL:
        given.values[:] = [primitive_of(machine, each, token, is_text=True) for each in given.values]
    if subject is None:
        known = library.call_function(machine, names, given.values, token)
        if known is not library.UNSOLVED:
            _may_throw(machine, [known, *given.values])
            return known
    machine.may_throw()
    values = [with_stored(machine, as_argument(machine, plain(machine, each)), token) for each in given.values]
    result = machine.host_call(names, subject, values, token)
    if result is ABSENT:
        result = call_outside(machine, names, subject, values, token)
    _call_back(machine, subject, given, token)
    return result


def parts_of(function: Value) -> tuple[Value, ...]:
    """Return the functions that a delegate calls."""
    return function.parts if function.__class__ is Several else (function,) if function is not None else ()


_CALLABLE_OF_STEP = 64


def _may_be_function(value: Value, *, is_script: bool) -> bool:
    """True if a value is a function of the page, or may be one of a library."""
    return value.__class__ in (Closure, Several) or (is_script and value.__class__ is Opaque and bool(value.path))


def _call_back(machine: Machine, subject: Value, given: Given, token: int) -> None:
    """Call the functions among the arguments of an unknown call, as it may."""
    is_script = machine.language != "vbscript"
    for function in given.values:
        if not _may_be_function(function, is_script=is_script):
            continue
        machine.spend(len(given.values) // _CALLABLE_OF_STEP)
        others = [each for each in given.values if each is not function]
        if is_script and _is_sink(function):
            made = derived([subject, *others])
            if made.__class__ is Tainted:
                call_named(machine, function.path, None, given_of([made], token), token)
        elif function.__class__ is not Opaque:
            parameters = function.function.parameters if function.__class__ is Closure else ()
            machine.call(function, [derived([subject, *others])] * len(parameters), token)


def _is_sink(function: Value) -> bool:
    """True if a value is a function of a library that is a sink."""
    return function.__class__ is Opaque and bool(function.path) and bool(vocabulary().sink(function.path))


def _give_back(machine: Machine, subject: Value, names: tuple[str, ...], given: Given) -> None:
    """Assign the value that a call of a library returns by reference; VB.NET does not mark such an argument."""
    value = library.out_value(machine, subject, names, given.values)
    marked = [node.value for node in given.nodes if isinstance(node, Argument) and node.by in ("out", "ref")]
    if value is library.UNSOLVED:
        value = derived([subject, *given.values])
    elif machine.language == "vb":
        marked = [node for node in given.nodes[-1:] if isinstance(node, (Name, Member, Index, Call))]
    for target in marked:
        write(machine, target, value)


def _by_reflection(machine: Machine, names: tuple[str, ...], given: Given, token: int) -> Value:
    """Return the result of a function of the library that makes types, objects or delegates of names."""
    values, last = given.values, names[-1]
    if last == "createdelegate" and "delegate" in names:
        return create_delegate(machine, values)
    if last == "createinstance" and values and values[0].__class__ is Reflected:
        arguments = [*iter_values(values[1])] if values[1:] and values[1].__class__ is Thing else values[1:]
        return make(machine, values[0], arguments, partial(_outside_call, machine, token))
    if last == "createinstance" and values and all(isinstance(each, str) for each in values[:1]):
        return make(machine, type_value(machine, str(values[-1])), [], partial(_outside_call, machine, token))
    if last in ("gettypefromprogid", "gettypefromclsid") and values and isinstance(values[0], str):
        return Reflected("type", Opaque(path=program_names(values[0])))
    if last == "gettype" and len(names) > 1 and values and isinstance(values[0], str):
        return type_value(machine, str(values[0]))
    if last == "gettype" and len(names) > 1 and values:
        return Reflected("type", derived(values[:1]))
    return ABSENT


def _outside_call(machine: Machine, token: int, subject: Value, name: str, values: list[Value]) -> Value:
    """Call a method of a library by its name, or make an object of a type of it."""
    given = Given(values, [""] * len(values), [Name(token, token, "")] * len(values))
    if name != ".new":
        return call_method(machine, subject, name, given, token)
    names = names_of(subject)
    if ".".join(names) in vocabulary().types:
        return Thing(vocabulary().types[".".join(names)])
    made = library.make(machine, names[-1], values, 0) if names else library.UNSOLVED
    if made is not library.UNSOLVED:
        return made
    return Thing(vocabulary().types.get(names[-1], names[-1])) if names else derived(values)


# A member -----------------------------------------------------------------------------------------------------------


def _call_member(machine: Machine, node: Call, callee: Member) -> Value:
    subject = _subject(machine, callee)
    if subject is None and callee.is_conditional:
        return None
    given = arguments_of(machine, node.arguments)
    if machine.is_leaving:
        return UNKNOWN
    given.types = all_actual(machine, callee.types)
    is_base = isinstance(callee.subject, Name) and callee.subject.text.lower() in BASE
    if isinstance(callee.subject, Name) and callee.subject.text == "myclass" and machine.frame.symbol is not None:
        own = find_member(machine, machine.frame.symbol, callee.name)
        if own is not None:
            return _call_found(machine, subject, own, given, callee.end - 1, node)
    if callee.name == "new" and machine.language == "vb" and isinstance(callee.subject, Name):
        return construct_first(machine, given.values, is_base=is_base)
    return call_method(machine, subject, callee.name, given, callee.end - 1, is_base=is_base, node=node)


def _subject(machine: Machine, callee: Member) -> Value:
    if callee.subject is None:
        subjects = machine.frame.subjects
        return subjects[-1] if subjects else UNKNOWN
    value = machine.value(callee.subject)
    if value.__class__ is not Thing or value.symbol is None or value.symbol.kind not in ("struct", "structure"):
        return value
    return value if is_variable(machine, callee.subject) else kept_by(machine, value)


def call_method(
    machine: Machine,
    subject: Value,
    name: str,
    given: Given,
    token: int,
    *,
    is_base: bool = False,
    node: Call | None = None,
) -> Value:
    """Return the result of ``subject.name(…)``."""
    if subject.__class__ is Choice:
        return choice([call_method(machine, each, name, given, token, node=node) for each in subject.options])
    symbol = subject.symbol if subject.__class__ in (Thing, ClassValue) else None
    if symbol is not None:
        if is_base and machine.frame.symbol is not None:
            bases = [*machine.symbols.bases_of(machine.frame.symbol)][1:]
            symbol = bases[0] if bases else None
        found = _found(machine, subject, symbol, name, node if not is_base else None)
        if found is not None:
            return _call_found(machine, subject, found, given, token, node)
    answer = _call_by_kind(machine, subject, name, given, token)
    if answer is not ABSENT:
        return answer
    extension = _extension(machine, name) if machine.language in ("c#", "vb") else None
    if extension is not None and symbol is None:
        receiver = node.callee.subject if node is not None and isinstance(node.callee, Member) else None
        nodes = [receiver or Name(token, token, ""), *given.nodes]
        first = Given([subject, *given.values], ["", *given.names], nodes, given.types)
        return _call_own(machine, Closure(extension, None, None), first, None)
    if given.types and name.lower() == "oftype":
        return _of_type(machine, subject, given.types[0])
    return _call_library(machine, subject, name, given, token)


def _of_type(machine: Machine, subject: Value, wanted: TypeName) -> Value:
    """Return the items of a collection that are of a type: ``OfType<T>()``."""

    def run() -> Value:
        row = row_of(forced(subject))
        answers = [is_of_type(machine, each, wanted) for each in row.items]
        items = [each for each, answer in zip(row.items, answers, strict=True) if answer is not False]
        return thing_of(Row(items, row.is_exact and None not in answers))

    return Pending(run, (subject,))


def _call_by_kind(machine: Machine, subject: Value, name: str, given: Given, token: int) -> Value:
    """Call a method that types, functions and objects with functions in their fields have; `ABSENT` for any other."""
    if subject.__class__ is Reflected:
        answer = call_reflected(machine, subject, name, given.values, partial(_outside_call, machine, token))
        if answer is not ABSENT:
            return answer
    if name in ("GetType", "gettype") and not given.values and subject.__class__ is not ClassValue:
        return type_of_value(subject)
    if machine.language == "jscript":
        answer = _call_by_script(machine, subject, name, given, token)
        if answer is not ABSENT:
            return answer
    if name.lower() in _INVOKING and subject.__class__ is Opaque and _is_function(subject.path):
        return call_named(machine, subject.path, None, given, token)
    if subject.__class__ in (Closure, Several):
        answer = _call_function_value(machine, subject, name, given, token)
        if answer is not ABSENT:
            return answer
    held = _held_function(machine, subject, name) if subject.__class__ is Thing else None
    if held is None:
        return ABSENT
    is_own = held.__class__ is Closure
    return _call_own(machine, held, given, subject) if is_own else machine.call(held, given.values, token)


def _call_by_script(machine: Machine, subject: Value, name: str, given: Given, token: int) -> Value:
    """Call a method by the rules of JScript, `ABSENT` where they say nothing."""
    if subject.__class__ is Method and name in PASSING:
        this, rest = passed_on(subject, name, given.values)
        return call_method(machine, this, subject.name, given_of(rest, token), token)
    note_match(machine, subject, name, given.values, token)
    return call_as_method(machine, subject, name, given.values, partial(_call_path, machine, token))


def _is_function(names: tuple[str, ...]) -> bool:
    """True if dotted names are those of a function of a library, which a delegate may keep."""
    return len(names) > 1 and bool(vocabulary().sink(names))


def _found(machine: Machine, subject: Value, symbol: ClassSymbol | None, name: str, node: Call | None) -> Found | None:
    """Return the method that a call means: by the type that its subject is declared with, then by its class."""
    folded = machine.symbols.fold(name)
    if symbol is None:
        return None
    if node is not None and machine.language in _TYPED and isinstance(node.callee, Member):
        declared = class_of_node(machine, node.callee.subject)
        found = typed_member(machine, subject, declared, name) if declared and subject.__class__ is Thing else None
        if found is not None:
            return found
    return find_member(machine, symbol, folded)


def _call_found(machine: Machine, subject: Value, found: Found, given: Given, token: int, node: Call | None) -> Value:
    if found.kind == "method":
        native = native_name(found.functions[0])
        if native:
            return call_named(machine, (native,), None, given, token)
        return _call_own(machine, Closure(found.functions[0], None, subject, found.functions), given, subject)
    if found.kind == "property" and found.functions and found.functions[0].parameters:
        return call_function(machine, found.functions[0], given.values, subject)
    value = value_of_member(machine, subject, found, found.name, token)
    if node is not None:
        return _call_any(machine, value, given, node)
    return machine.call(value, given.values, token)


def _held_function(machine: Machine, thing: Thing, name: str) -> Value | None:
    """Return the function that an object has in a field, or by its prototype."""
    key = (
        name if machine.language == "jscript" else name.lower() if thing.symbol is None else machine.symbols.fold(name)
    )
    each: Value = thing
    for _ in range(16):
        if each.__class__ is not Thing:
            return None
        value = each.fields.get(key)
        if value.__class__ in (Closure, Several):
            return value
        if value.__class__ is Choice:
            return next((option for option in value.options if option.__class__ is Closure), None)
        each = each.fields.get("\0prototype")
    return None


def _call_function_value(machine: Machine, function: Value, name: str, given: Given, token: int) -> Value:
    lower = name.lower()
    if lower in _INVOKING:
        return (
            _call_own(machine, function, given, function.this)
            if function.__class__ is Closure
            else machine.call(function, given.values, token)
        )
    return ABSENT


def _call_path(machine: Machine, token: int, names: tuple[str, ...], values: list[Value]) -> Value:
    """Call a function of a library, which is a value, by its dotted names."""
    return call_named(machine, names, None, given_of(values, token), token)


def given_of(values: list[Value], token: int) -> Given:
    """Return values as the arguments of a call."""
    return Given(values, [""] * len(values), [Name(token, token, "")] * len(values))


def _extension(machine: Machine, name: str) -> Function | None:
    folded = machine.symbols.fold(name)
    for symbol in machine.symbols.classes.values():
        for function in symbol.methods.get(folded, ()):
            is_extension = any(word == "extension" for word, _ in function.attributes)
            if function.parameters and (function.parameters[0].by == "this" or is_extension):
                return function
    return None


def _call_library(machine: Machine, subject: Value, name: str, given: Given, token: int) -> Value:
    """Call a method that the page does not declare."""
    given.values[:] = [kept_by(machine, each) for each in given.values]
    stored = _call_source(machine, subject, name, given, token)
    if stored is not ABSENT:
        machine.may_throw()
        return stored
    lower = name.lower()
    if lower == "add" and adds_twice(machine, subject, given.values):
        return fail(machine, 457)
    if machine.language == "jscript" and name == "join":
        subject = items_as_texts(machine, subject, token)
    known = _call_known(machine, subject, name, given, token)
    if known is not library.UNSOLVED:
        return known
    machine.may_throw()
    if subject.__class__ is Thing:
        _start(machine, subject, lower, given, token)
    if lower in vocabulary().cleaner_members:
        return Opaque("number")
    is_own = subject.__class__ is Thing and subject.symbol is not None
    is_global = machine.language == "jscript" and is_own and lower == "eval"  # as a member of any object of the page
    names = (lower,) if is_global else (*(names_of(subject) or NAMELESS), lower)
    result = call_named(machine, names, forced(subject), given, token)
    _take_up(machine, subject, lower, given)
    return result


def _call_known(machine: Machine, subject: Value, name: str, given: Given, token: int) -> Value:
    """Call a method that the library knows, or take an item of a property of Visual Basic; `UNSOLVED` otherwise."""
    lower = name.lower()
    if subject.__class__ is Opaque:
        known = library.call_function(machine, subject.names(lower), given.values, token)
        if known is not library.UNSOLVED:
            _may_throw(machine, [known, *given.values])
            _give_back(machine, None, subject.names(lower), given)
        return known
    is_script = machine.language == "jscript"
    known = library.call_method(machine, subject, name if is_script else lower, given.values, token)
    if known is not library.UNSOLVED:
        _may_throw(machine, [known, subject, *given.values])
        _give_back(machine, subject, (lower,), given)
        return known
    if machine.language in _VB and given.values and subject.__class__ is Thing and subject.symbol is None:
        held = subject.fields.get(lower, UNKNOWN)
        if held.__class__ is Thing:
            return get_item(machine, held, given.values, token)
    return known


def _start(machine: Machine, thing: Thing, name: str, given: Given, token: int) -> None:
    """Call the functions that an object was made with, or that handle its work, where a method starts it."""
    if name == "runworkerasync" and "dowork" in thing.fields:
        told = Thing("doworkeventargs", fields={"argument": given.values[0] if given.values else None})
        machine.call(thing.fields["dowork"], [thing, told], token)
    if name in _STARTING:
        for key in [key for key in thing.fields if isinstance(key, str) and key.startswith("\0callback")]:
            machine.call(thing.fields[key], given.values, token)


def _call_source(machine: Machine, subject: Value, name: str, given: Given, token: int) -> Value:
    """Call a method that reads the request or a store, or fills a store; `ABSENT` for any other."""
    source = member_of_source(subject, name, token)
    if source is not None:
        return (item_of_source(source, given.values[0], token) or source) if given.values else source
    lower = name.lower()
    if machine.language in _VB and subject.__class__ in (Opaque, Thing) and given.values:
        member = Opaque("", (*names_of(subject), lower))
        if request_names(member) == () or lower in _STORES:
            return get_item(machine, member, given.values, token)
    if request_names(subject) == () and lower == "servervariables" and given.values:
        return get_item(machine, Opaque("", ("request", "servervariables")), given.values, token)
    if (
        subject.__class__ is Opaque
        and subject.path[-1:]
        and subject.path[-1] in _INDEXED
        and lower in ("contents", "item", "get")
    ):
        return get_item(machine, subject, given.values, token)
    if (
        subject.__class__ is Opaque
        and lower in ("add", "insert", "set")
        and len(given.values) >= 2
        and subject.path[-1:]
        and subject.path[-1] in _INDEXED
    ):
        set_item(machine, subject, given.values[:1], given.values[1], token)
        return None
    if subject.__class__ is Opaque and lower in _REMOVING and is_removed(machine, subject, lower, given.values):
        return None
    return ABSENT


def _take_up(machine: Machine, subject: Value, name: str, given: Given) -> None:
    """Let an object take up its arguments, and fill others with its content."""
    vocab = vocabulary()
    takes = name in vocab.gatherers or (machine.language == "vbscript" and _is_unknown(subject))
    if subject.__class__ is Thing and takes and any(map(traces_of, given.values)):
        use_item(machine, subject.fields, REST, derived(given.values))
    if name == "load" and subject.__class__ is Thing and given.values and request_names(given.values[0]) == ():
        use_item(machine, subject.fields, REST, Tainted((Trace("visitor", "Request", given.nodes[0].start),), "string"))
    if name not in vocab.fillers or not given.values:
        return
    content = derived([subject])
    if content.__class__ is not Tainted:
        return
    if given.values[0].__class__ is Thing:
        use_item(machine, given.values[0].fields, REST, content)
    elif given.values[0].__class__ is Opaque and isinstance(given.nodes[0], (Name, Member)):
        write(machine, given.nodes[0], content)  # nothing is known of the target


def _is_unknown(subject: Value) -> bool:
    """True if an object is of a class of a library of which nothing is known: it may return what it was given."""
    is_made = subject.__class__ is Thing and subject.symbol is None and "." in subject.type
    is_made = is_made and "http" not in subject.type  # what another machine answers
    return is_made and subject.type not in _kinds_known() and subject.type.partition(".")[0] not in _LIBRARIES


@cache
def _kinds_known() -> frozenset[str]:
    return frozenset(vocabulary().types.values())


# No functions of a library --------------------------------------------------------------------------------------------


def _get_ref(machine: Machine, node: Call) -> Value:
    names = [machine.value(each) for each in node.arguments]
    return referred(machine, read(machine, names[0], node.start)) if names and isinstance(names[0], str) else UNKNOWN


def _type_of(machine: Machine, node: Call) -> Value:
    each = node.arguments[0] if node.arguments else None
    if each is None:
        return type_of_value(machine.page if machine.frame.this is None else machine.frame.this)
    if isinstance(each, TypeName):
        return type_value(machine, actual(machine, each).name)
    if isinstance(each, (Name, Member)) and name_path(each):
        written = TypeName(each.start, each.end, ".".join(name_path(each)))
        return type_value(machine, actual(machine, written).name)
    return Reflected("type", UNKNOWN)


def _name_of(machine: Machine, node: Call) -> Value:
    each = node.arguments[0] if node.arguments else None
    return each.text if isinstance(each, Name) else each.name if isinstance(each, Member) else UNKNOWN


def _if(machine: Machine, node: Call) -> Value:
    values = [machine.value(each) for each in node.arguments]
    if len(values) == 3:
        return values[1] if values[0] is True else values[2] if values[0] is False else choice(values[1:])
    return derived(values)


def _erase(machine: Machine, node: Call) -> Value:
    """Empty arrays: those of VBScript keep their bounds, in VB.NET the variable refers to none."""
    for each in node.arguments:
        array = machine.value(each)
        if machine.language == "vb":
            write(machine, each, None)
        elif array.__class__ is Thing:
            for key in [*array.fields]:
                if key != LENGTH:
                    machine.state.drop(array.fields, key)
    return None


def _call_by_name(machine: Machine, node: Call) -> Value:
    """``CallByName(object, "Name", kind, …)``."""
    given = arguments_of(machine, node.arguments)
    name = given.values[1] if len(given.values) > 2 else None
    if not isinstance(name, str):
        return call_named(machine, ("callbyname",), None, given, node.start)
    rest = Given(given.values[3:], given.names[3:], given.nodes[3:])
    kind = given.values[2]
    is_assigned = kind in (4, 8) or (kind.__class__ is Opaque and kind.path[-1:] in (("set",), ("let",)))
    if is_assigned and rest.values:
        set_member(machine, given.values[0], name, rest.values[-1], node.start)
        return None
    return call_method(machine, given.values[0], name, rest, node.start)


SPECIAL: dict[str, Callable[[Machine, Call], Value]] = {
    "erase": _erase,
    "getref": _get_ref,
    "typeof": _type_of,
    "gettype": _type_of,
    "nameof": _name_of,
    "iif": _if,
    "callbyname": _call_by_name,
    "default": lambda machine, node: None,
}
