"""Texts that code runs: parsed and lowered in the scope of the call."""

from __future__ import annotations

from webshellhunt.core import ir
from webshellhunt.lang.tree import Block, walk
from webshellhunt.lang.unit import build_unit
from webshellhunt.lower import jscript, visual_basic


def read_text(
    text: str, scope: visual_basic.Scope | jscript.TextScope | None, at: int, *, is_expression: bool
) -> tuple[ir.Proc, list[ir.Proc], dict[str, ir.Class]]:
    """Lower a text that is run at a place in a scope, ``None`` for one without a page: an object that runs scripts."""
    if isinstance(scope, jscript.TextScope):
        return (*jscript.lower_text(_parsed(text, "jscript", at), scope), {})
    if scope is None:
        scope = visual_basic.Scope(visual_basic.PageScope())
    proc, fresh = visual_basic.lower_text(_parsed(text, "vbscript", at), scope, is_expression=is_expression)
    return proc, fresh, scope.page.classes


def _parsed(text: str, language: str, at: int) -> Block:
    """Return the tree of a text, all of it at one place of the page."""
    top = build_unit(text, language, [(0, len(text))]).parsed.top
    for node in walk(top):
        node.start, node.end = at, at + 1
    return top
