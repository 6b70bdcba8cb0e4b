"""Texts that code runs: parsed and lowered in the scope of the call."""

from __future__ import annotations

from webshellhunt.core import ir
from webshellhunt.lang.unit import build_unit
from webshellhunt.lower import visual_basic


def read_text(
    text: str, scope: visual_basic.Scope | None, is_expression: bool
) -> tuple[ir.Proc, list[ir.Proc], dict[str, ir.Class]]:
    """Lower a text that is run in a scope, ``None`` for one that has no page: an object that runs scripts."""
    if scope is None:
        scope = visual_basic.Scope(visual_basic.PageScope())
    unit = build_unit(text, "vbscript", [(0, len(text))])
    proc, fresh = visual_basic.lower_text(unit.parsed.top, scope, is_expression=is_expression)
    return proc, fresh, scope.page.classes
