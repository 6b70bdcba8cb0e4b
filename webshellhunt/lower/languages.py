"""Several languages on one page: they have one heap, and each sees the names of the other by its own rules."""

from __future__ import annotations

from collections.abc import Sequence

from webshellhunt.core import ir
from webshellhunt.lang.tree import Block
from webshellhunt.lower import jscript, visual_basic
from webshellhunt.lower.names import PageNames, find_names

SCRIPT = "jscript"


def together(codes: Sequence[tuple[str, Block, PageNames]]) -> list[ir.Program]:
    """Lower the codes of one page, each with its language, and the names that it has from elsewhere.

    A name of one language means the same to those that lack it.
    """
    if all(language != SCRIPT for language, *_ in codes):
        return [visual_basic.lower(top, names) for _, top, names in codes]
    others: dict[str, ir.Place | str] = {}
    functions: list[str] = []
    variables: list[str] = []
    is_alone = len(codes) == 1 and codes[0][0] != SCRIPT
    for language, top, _ in () if is_alone else codes:
        if language == SCRIPT:
            found = jscript.declared(top)
            functions += found[0]
            variables += found[1]
        else:
            others.update(_of_visual_basic(top))
    programs = [
        jscript.lower(top, jscript.Page(others)) if language == SCRIPT else _lowered(top, names, functions, variables)
        for language, top, names in codes
    ]
    for (language, *_), program in zip(codes, programs, strict=True):
        if language == SCRIPT:
            named = {name.lower(): program.procs[name] for name in functions if name in program.procs}
            program.procs.update({name: proc for name, proc in named.items() if name not in others})
    return programs


def _of_visual_basic(top: Block) -> dict[str, ir.Place | str]:
    """Return the names of a page's Visual Basic as they are for another language: variables, and keys of procedures."""
    found = find_names(top.statements)
    names: dict[str, ir.Place | str] = {
        name: ir.Global(name) for name in (*found.declared, *found.constants, *sorted(found.assigned))
    }
    names.update({each.name.lower(): each.name.lower() for each in found.functions})
    return names


def _lowered(top: Block, page: PageNames, functions: Sequence[str], variables: Sequence[str]) -> ir.Program:
    """Lower the Visual Basic of a page that has functions and variables of another language, too."""
    page.others = {name.lower(): name for name in variables}
    own = {each.name.lower() for each in find_names(top.statements).functions} if functions else set[str]()
    foreign = {name.lower(): ir.Proc(name.lower()) for name in functions if name.lower() not in own}
    page.procs.update(foreign)
    program = visual_basic.lower(top, page)
    for name in foreign:
        program.procs.pop(name, None)
    return program
