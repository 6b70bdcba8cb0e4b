"""Page life: which functions of a page the server calls, in its order, and with which arguments.

A classic page runs from top to bottom. ASP.NET makes the page, calls its methods by their names, and runs what stands
between the markup when the page is rendered. A handler, a service and a module are classes whose methods it calls.
A function that nobody calls never runs, unless the file has nothing that the server would run: then it is there for
other files, which may call all of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable, Iterator
from functools import partial

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.construction import TERMINATE, fields_of_class, instantiate
from webshellhunt.analysis.calling.events import is_of_own_class
from webshellhunt.analysis.domain.conversions import NUMERIC
from webshellhunt.analysis.domain.traces import Trace
from webshellhunt.analysis.domain.values import EMPTY, NUMBER, Opaque, Tainted, Thing, Value, traces_of
from webshellhunt.analysis.execution.frames import AGAIN
from webshellhunt.analysis.execution.machine import Ending, Machine, Target
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Block, Class, Declaration, Function, Import, Literal, Node, Parameter, Unparsed

_ORDER = (
    "application_start", "application_onstart", "session_start", "session_onstart", "init", "application_beginrequest",
    "application_authenticaterequest", "application_acquirerequeststate", "framework_initialize",
    "page_preinit", "onpreinit", "page_init", "oninit", "page_initcomplete", "page_preload", "page_load", "onload",
)  # fmt: skip
_LATER = ("page_loadcomplete", "page_prerender", "onprerender", "page_prerendercomplete", "render")
_LAST = ("page_unload", "onunload", "application_endrequest", "application_error")
_ON_ERROR = ("page_error", "onerror", "application_error")
_ERRORS_BY_NAME = frozenset({*_ON_ERROR, "Page_Error", "OnError", "Application_Error"})
_ENTRIES = frozenset({"processrequest", "processrequestasync", "beginprocessrequest", "main", "executescript"})
_FROM_VISITOR = frozenset(
    {"webmethod", "operationcontract", "webinvoke", "webget", "httpget", "httppost", "scriptmethod"}
)
_SERVER = frozenset({"object", "eventargs", "httpcontext", "httpapplication", "httpcontextbase"})
_CALLED = frozenset({"function", "sub"})
_ATTACHING = ("addressof ", "addressof me.", '="', "='", "=")
_BLOCK = re.compile(r"<%(?![@$#-])|<script\b", re.IGNORECASE)
"""Where code begins in the markup of a page."""
_STATIC = frozenset({"static", "shared"})


def inline_declarations(tokens: Tokens, nodes: Iterable[Node]) -> frozenset[Node]:
    """Return the declarations between the markup: local variables of the method that renders the page, no fields."""
    if "<%" not in tokens.text:
        return frozenset()
    blocks = [(match.start(), match[0]) for match in _BLOCK.finditer(tokens.text)]
    starts = [start for start, _ in blocks]

    def is_inline(node: Node) -> bool:
        at = bisect_right(starts, tokens.starts[node.start]) - 1
        return at >= 0 and blocks[at][1] == "<%"

    return frozenset(each for each in nodes if isinstance(each, Declaration) and is_inline(each))


def live(machine: Machine, statements: Iterable[Node], *, is_classic: bool, inline: Container[Node] = ()) -> None:
    """Run a page as the server does, twice where something of the visitor is left for the next request.

    Args:
        machine: The run.
        statements: The top level of the code.
        is_classic: True for a page of classic ASP.
        inline: The declarations of local variables.
    """
    nodes = [*statements]
    for turn in range(2):
        machine.refill()
        for control in machine.surroundings.controls:
            machine.stores.pop(control, None)
        if machine.language == "vbscript":
            _empty_variables(machine)
        if turn and machine.language == "vb":
            _forget_statics(machine)
        machine.within(Target(frozenset({"end"})), partial(_once, machine, nodes, is_classic=is_classic, inline=inline))
        machine.thrown()
        for thing in [*machine.made]:
            functions = thing.symbol.methods[TERMINATE] if thing.symbol is not None else []
            _call(machine, functions, thing, TERMINATE)
        if turn == 0 and not _remembers(machine):
            break
    is_part = not machine.surroundings.is_whole
    if is_part or (not machine.entered and not any(_acts(each) for each in nodes)):
        _enter_all(machine)


def _enter_all(machine: Machine) -> None:
    """Enter the functions that nothing in the file calls; again where one left something of the visitor for another."""
    left = [each for each in functions_of_page(machine) if each not in machine.entered]
    machine.refill()
    for turn in range(2):
        for function in left:
            is_idle = _is_handler(function) and not is_attached(machine, function)
            if (turn or function not in machine.entered) and not is_idle:
                enter(machine, function)
        objects = [
            machine.page,
            *machine.objects.values(),
            *machine.stores.values(),
            *machine.statics.values(),
            *machine.constructed.values(),
        ]
        if not any(traces_of(each) for each in objects):
            break


def _forget_statics(machine: Machine) -> None:
    """Drop the static variables of functions of VB.NET that belong to an object, which ends with its request.

    Local variables of the page are declared anew, too.
    """
    for name in [each for each in machine.page.fields if isinstance(each, str) and each.startswith(AGAIN)]:
        machine.state.drop(machine.page.fields, name)
    for (function, _), kept in machine.functions.items():
        if not _is_shared(machine, function):
            kept.fields.clear()


def _is_shared(machine: Machine, function: Function) -> bool:
    """True if a function of VB.NET belongs to no object: its static variables live as long as the application."""
    owner = machine.symbols.owners.get(function)
    return not _STATIC.isdisjoint(function.modifiers) or (owner is not None and owner.kind == "module")


def _empty_variables(machine: Machine) -> None:
    """Give the variables of a page of VBScript the value that they have before anything is assigned to them."""
    symbols = machine.symbols
    names = symbols.page.fields.keys() - symbols.page.methods.keys() - symbols.classes.keys()
    machine.page.fields.update(dict.fromkeys(names, EMPTY))


def _acts(node: Node) -> bool:
    """True if a statement of a page does more than to declare something."""
    return not isinstance(node, (Class, Function, Import, Unparsed)) and not (
        isinstance(node, Declaration) and _is_plain(node)
    )


def _remembers(machine: Machine) -> bool:
    """True if something of the visitor is kept for another request."""
    page = machine.symbols.page.statements
    names = [each.name for each in page if isinstance(each, Declaration) and not _STATIC.isdisjoint(each.modifiers)]
    stores: list[Value] = [*machine.stores.values(), *machine.static_objects()]
    if machine.language == "vb":
        stores += [kept for (function, _), kept in machine.functions.items() if _is_shared(machine, function)]
    stores += [machine.page.fields.get(machine.symbols.fold(name)) for name in names]
    return any(traces_of(each) for each in stores)


def _once(machine: Machine, nodes: list[Node], *, is_classic: bool, inline: Container[Node]) -> Ending:
    if not is_classic:
        _before(machine, [each for each in nodes if each not in inline])
    running = [each for each in nodes if each in inline or _runs(machine, each, is_classic=is_classic)]
    ending = machine.run(Block(0, 0, running))
    if ending is not None and (is_classic or ending.kind != "throw"):
        return ending
    for name in () if is_classic else _LAST:
        _call(machine, [*machine.symbols.page.functions()], machine.page, name)
    return None


def _before(machine: Machine, nodes: list[Node]) -> None:
    """Initialise the fields of the page, and call the functions that the server calls before it is rendered."""
    for node in nodes:
        if isinstance(node, Declaration):
            machine.execute(node)
    page = machine.symbols.page
    _call_life(machine, page, machine.page)
    for symbol in [*machine.symbols.classes.values()]:
        if not _is_abstract(symbol) and any(_is_called(machine, each) for each in _functions_of(machine, symbol)):
            this = instantiate(machine, symbol, [])
            _call_life(machine, symbol, this)


def _is_abstract(symbol: ClassSymbol) -> bool:
    """True if there are no objects of a class."""
    return symbol.kind == "interface" or any("abstract" in node.modifiers for node in symbol.nodes)


def _functions_of(machine: Machine, symbol: ClassSymbol) -> list[Function]:
    """Return the functions of a class, those that it inherits and does not override included."""
    functions: list[Function] = []
    for each in machine.symbols.bases_of(symbol):
        own = [*each.functions()]
        names = {(function.name, len(function.parameters)) for function in functions}
        functions += [function for function in own if (function.name, len(function.parameters)) not in names]
    return functions


def _call_life(machine: Machine, symbol: ClassSymbol, this: Thing) -> None:
    functions = _functions_of(machine, symbol)
    for name in _ORDER:
        _call(machine, functions, this, name)
    for function in functions:
        lower = function.name.lower()
        if _is_called(machine, function) and lower not in _ORDER and lower not in _LATER and lower not in _LAST:
            enter(machine, function, this)
    for name in _LATER:
        _call(machine, functions, this, name)


def _is_called(machine: Machine, function: Function) -> bool:
    """True if the server calls a function."""
    names = {function.name.lower(), *(each.rpartition(".")[2].lower() for each in function.implements)}
    lower = next((each for each in names if each in _ENTRIES), function.name.lower())
    named = lower in _ENTRIES or lower in _ORDER or lower in _LATER
    if function.handles:
        return not is_of_own_class(machine, function)
    return named or _serves(machine, function) or (_is_handler(function) and is_attached(machine, function))


def is_attached(machine: Machine, function: Function) -> bool:
    """True if something may attach a handler; the page of VB.NET names a private one in its markup or code."""
    name = function.name.lower()
    if machine.language != "vb" or "<%@" not in machine.text or "private" not in function.modifiers:
        return True
    text = machine.text.lower()
    return any(f"{before}{name}" in text for before in _ATTACHING)


def _is_service(function: Function) -> bool:
    return any(name.rpartition(".")[2].removesuffix("attribute") in _FROM_VISITOR for name, _ in function.attributes)


def _serves(machine: Machine, function: Function) -> bool:
    """True if visitors call a function, as an attribute of it says or one of its member of an interface."""
    if _is_service(function):
        return True
    symbol = machine.symbols.owners.get(function)
    if symbol is None or not symbol.bases:
        return False
    name = machine.symbols.fold(function.name)
    interfaces = (each for each in machine.symbols.bases_of(symbol) if each.kind == "interface")
    return any(_is_service(each) for interface in interfaces for each in interface.methods.get(name, ()))


def _is_handler(function: Function) -> bool:
    """True if a function has the parameters of an event: a sender and its arguments."""
    types = [_type_of(each) for each in function.parameters]
    return len(types) == 2 and types[0] == "object" and types[1].endswith("eventargs")


def _type_of(parameter: Parameter) -> str:
    return parameter.type.name.rpartition(".")[2].lower() if parameter.type is not None else ""


def _call(machine: Machine, functions: Iterable[Function], this: Thing, name: str) -> None:
    for function in functions:
        if function.kind in _CALLED and function.name.lower() == name:
            enter(machine, function, this)


def enter(machine: Machine, function: Function, this: Value = None) -> None:
    """Call a function with the arguments of the server, or with unknown ones."""
    if function.body is None:
        return
    symbol = machine.symbols.owners.get(function)
    if this is None and symbol is not None and symbol is not machine.symbols.page:
        this = fields_of_class(machine, symbol) if "static" in function.modifiers else _object_of(machine, symbol)
    is_service = _serves(machine, function)
    target = Target(frozenset({"throw"}))
    threw: list[bool] = []
    arguments = [_given(machine, each, is_service=is_service) for each in function.parameters]
    owner = this if this is not None else machine.page

    def run() -> Ending:
        ending = _without_result(machine, function, arguments, owner)
        threw.append(ending is not None and ending.kind == "throw")
        return ending

    machine.within(target, run)
    machine.thrown()
    if (target.pending or True in threw) and function.name.lower() not in _ON_ERROR:
        _handle_error(machine)


def _handle_error(machine: Machine) -> None:
    """Call the functions that the server calls after an exception that nobody handled."""
    if machine.symbols.page.methods.keys().isdisjoint(_ERRORS_BY_NAME):
        return
    for name in _ON_ERROR:
        _call(machine, [*machine.symbols.page.functions()], machine.page, name)


def _object_of(machine: Machine, symbol: ClassSymbol) -> Thing:
    known = machine.objects.get(symbol)
    if known is None:
        known = machine.objects[symbol] = instantiate(machine, symbol, [])
    return known


def _without_result(machine: Machine, function: Function, arguments: list[Value], this: Value) -> Ending:
    call_function(machine, function, arguments, this)
    return machine.thrown()


def _given(machine: Machine, parameter: Parameter, *, is_service: bool) -> Value:
    kind = _type_of(parameter)
    if is_service and kind in NUMERIC:
        return NUMBER
    if is_service and kind not in _SERVER:
        return Tainted((Trace("visitor", f"parameter {parameter.name}", parameter.start, parameter.name),), kind)
    symbol = machine.symbols.class_of(kind)
    return Opaque(kind if symbol is None else "", (parameter.name.lower(),))


def functions_of_page(machine: Machine) -> Iterator[Function]:
    """Yield the functions of the page and of its classes."""
    yield from [*machine.symbols.page.functions()]
    for symbol in [*machine.symbols.classes.values()]:
        yield from [*symbol.functions()]


def _runs(machine: Machine, node: Node, *, is_classic: bool) -> bool:
    """True if a node is a statement that runs where it stands."""
    if isinstance(node, (Class, Function)):
        return False
    return is_classic or not (isinstance(node, Declaration) and _is_plain(node) and _has(machine, node))


def _is_plain(node: Declaration) -> bool:
    return node.value is None or isinstance(node.value, Literal)


def _has(machine: Machine, node: Declaration) -> bool:
    return machine.symbols.fold(node.name) in machine.page.fields
