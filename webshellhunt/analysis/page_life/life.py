"""Page life: which functions of a page the server calls, in its order, and with which arguments.

A classic page runs from top to bottom. ASP.NET makes the page, calls its methods by their names, and runs what stands
between the markup when the page is rendered. A handler, a service and a module are classes whose methods it calls.
A function that nobody calls never runs, unless the file has nothing that the server would run: then it is there for
other files, which may call all of it.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Container, Iterable
from functools import partial

from webshellhunt.analysis.calling.calls import call_function
from webshellhunt.analysis.calling.construction import TERMINATE, instantiate
from webshellhunt.analysis.calling.found_members import find_member
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import EMPTY, Thing, Value
from webshellhunt.analysis.machine.endings import Ending, Target
from webshellhunt.analysis.machine.frames import AGAIN
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.page_life.entering import enter, enter_attached, enter_by_name
from webshellhunt.analysis.page_life.server_calls import (
    LAST,
    LATER,
    ORDER,
    functions_of_page,
    functions_with_inherited,
    is_abstract,
    is_attached,
    is_called_by_server,
    is_event_handler,
)
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Block, Class, Declaration, Function, Import, Literal, Node, Unparsed

_BLOCK = re.compile(r"<%(?![@$#-])|<script\b", re.IGNORECASE)
"""Where code begins in the markup of a page."""
MARKED = "<%"
"""Is in the text of a page whose declarations may stand between its markup."""
_STATIC = frozenset({"static", "shared"})


def inline_declarations(tokens: Tokens, nodes: Iterable[Node]) -> frozenset[Node]:
    """Return the declarations between the markup: local variables of the method that renders the page, no fields."""
    if MARKED not in tokens.text:
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
        machine.budget.refill()
        for store in (*machine.surroundings.controls, "items"):
            machine.kept.stores.pop(store, None)
        if machine.language == "vbscript":
            empty_variables(machine)
        if turn and machine.language == "vb":
            forget_statics(machine)
        machine.control.within(
            Target(frozenset({"end"})), partial(_once, machine, nodes, is_classic=is_classic, inline=inline)
        )
        machine.control.thrown()
        for thing in [*machine.kept.made]:
            functions = thing.symbol.methods[TERMINATE] if thing.symbol is not None else []
            enter_by_name(machine, functions, thing, TERMINATE)
        if turn == 0 and not remembers_visitor(machine):
            break
    is_part = not machine.surroundings.is_whole
    if is_part or (not machine.record.entered and not any(_acts(each) for each in nodes)):
        _enter_all(machine)


def _enter_all(machine: Machine) -> None:
    """Enter the functions that nothing in the file calls; again where one left something of the visitor for another."""
    left = [each for each in functions_of_page(machine) if each not in machine.record.entered]
    machine.budget.refill()
    for turn in range(2):
        for function in left:
            is_idle = is_event_handler(function) and not is_attached(machine, function)
            if (turn or function not in machine.record.entered) and not is_idle:
                enter(machine, function)
        objects = [
            machine.page,
            *machine.kept.objects.values(),
            *machine.kept.stores.values(),
            *machine.kept.statics.values(),
            *machine.kept.constructed.values(),
        ]
        if not any(traces_of(each) for each in objects):
            break


def _acts(node: Node) -> bool:
    """True if a statement of a page does more than to declare something."""
    return not isinstance(node, (Class, Function, Import, Unparsed)) and not (
        isinstance(node, Declaration) and _is_plain(node)
    )


def _once(machine: Machine, nodes: list[Node], *, is_classic: bool, inline: Container[Node]) -> Ending:
    if not is_classic:
        _before(machine, [each for each in nodes if each not in inline])
    running = [each for each in nodes if each in inline or _runs(machine, each, is_classic=is_classic)]
    ending = machine.run(Block(0, 0, running))
    if ending is not None and (is_classic or ending.kind != "throw"):
        return ending
    for name in () if is_classic else LAST:
        enter_by_name(machine, [*machine.symbols.page.functions()], machine.page, name)
    return None


def _before(machine: Machine, nodes: list[Node]) -> None:
    """Initialise the fields of the page, and call the functions that the server calls before it is rendered."""
    for node in nodes:
        if isinstance(node, Declaration):
            machine.execute(node)
    page = machine.symbols.page
    _call_life(machine, page, machine.page)
    for symbol in [*machine.symbols.classes.values()]:
        if not is_abstract(symbol) and any(
            is_called_by_server(machine, each) for each in functions_with_inherited(machine, symbol)
        ):
            _call_life(machine, symbol, object_of_request(machine, symbol))


def _call_life(machine: Machine, symbol: ClassSymbol, this: Thing) -> None:
    functions = functions_with_inherited(machine, symbol)
    for name in ORDER:
        enter_by_name(machine, functions, this, name)
    for function in functions:
        lower = function.name.lower()
        if is_called_by_server(machine, function) and lower not in ORDER and lower not in LATER and lower not in LAST:
            enter(machine, function, this)
    enter_attached(machine)
    for name in LATER:
        enter_by_name(machine, functions, this, name)
    enter_attached(machine)


def _runs(machine: Machine, node: Node, *, is_classic: bool) -> bool:
    """True if a node is a statement that runs where it stands."""
    if isinstance(node, (Class, Function)):
        return False
    return is_classic or not (isinstance(node, Declaration) and _is_plain(node) and _has(machine, node))


def _is_plain(node: Declaration) -> bool:
    return node.value is None or isinstance(node.value, Literal)


def _has(machine: Machine, node: Declaration) -> bool:
    return machine.symbols.fold(node.name) in machine.page.fields


def forget_statics(machine: Machine) -> None:
    """Drop the static variables of functions of VB.NET that belong to an object, which ends with its request.

    Local variables of the page are declared anew, too.
    """
    for name in [each for each in machine.page.fields if isinstance(each, str) and each.startswith(AGAIN)]:
        machine.state.drop(machine.page.fields, name)
    for (function, _), kept in machine.kept.functions.items():
        if not _is_shared(machine, function):
            kept.fields.clear()


def _is_shared(machine: Machine, function: Function) -> bool:
    """True if a function of VB.NET belongs to no object: its static variables live as long as the application."""
    owner = machine.symbols.owners.get(function)
    return not _STATIC.isdisjoint(function.modifiers) or (owner is not None and owner.kind == "module")


def empty_variables(machine: Machine) -> None:
    """Give the variables of a page of VBScript the value that they have before anything is assigned to them."""
    symbols = machine.symbols
    names = symbols.page.fields.keys() - symbols.page.methods.keys() - symbols.classes.keys()
    machine.page.fields.update(dict.fromkeys(names, EMPTY))


def object_of_request(machine: Machine, symbol: ClassSymbol) -> Thing:
    """Return the object of a class that serves a request: a handler may serve several, as it says."""
    known = machine.kept.objects.get(symbol)
    if known is not None:
        return known
    this = instantiate(machine, symbol)
    found = find_member(machine, symbol, machine.symbols.fold("IsReusable"))
    getters = found.functions if found is not None and found.kind == "property" else ()
    if getters and call_function(machine, getters[0], [], this) is True:
        machine.kept.objects[symbol] = this
    return this


def remembers_visitor(machine: Machine) -> bool:
    """True if something of the visitor is kept for another request."""
    page = machine.symbols.page.statements
    names = [each.name for each in page if isinstance(each, Declaration) and not _STATIC.isdisjoint(each.modifiers)]
    kept = machine.kept
    stores: list[Value] = [*kept.stores.values(), *kept.static_objects(), *kept.objects.values()]
    if machine.language == "vb":
        stores += [kept for (function, _), kept in machine.kept.functions.items() if _is_shared(machine, function)]
    stores += [machine.page.fields.get(machine.symbols.fold(name)) for name in names]
    return any(traces_of(each) for each in stores)
