"""Texts that code runs: parsed and lowered in the scope of the call."""

from __future__ import annotations

from webshellhunt.core import ir
from webshellhunt.lang.tree import walk
from webshellhunt.lang.unit import build_unit
from webshellhunt.lower import visual_basic


def read_text(
    text: str, scope: visual_basic.Scope | None, at: int, *, is_expression: bool
) -> tuple[ir.Proc, list[ir.Proc], dict[str, ir.Class]]:
    """Lower a text that is run at a place in a scope, ``None`` for one without a page: an object that runs scripts."""
    if scope is None:
        scope = visual_basic.Scope(visual_basic.PageScope())
    unit = build_unit(text, "vbscript", [(0, len(text))])
    top = unit.parsed.top
    for node in walk(top):
        node.start, node.end = at, at + 1
    proc, fresh = visual_basic.lower_text(top, scope, is_expression=is_expression)
    return proc, fresh, scope.page.classes
