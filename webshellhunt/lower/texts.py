"""Texts that code runs: parsed and lowered in the scope of the call."""

from __future__ import annotations

from webshellhunt.core import ir
from webshellhunt.lang.tree import walk
from webshellhunt.lang.unit import build_unit
from webshellhunt.lower import jscript, jscript_net, visual_basic
from webshellhunt.lower.builder import Registers
from webshellhunt.lower.names import PageNames, Scope
from webshellhunt.lower.net.page import PAGE_CLASS, NetPage


class TextReader:
    """Lowers the texts of one run; names that they declare are added to copies of the scopes of the page.

    ``names`` are those of the page, for scopes of calls that don't hold them. ``unit`` is that of a page of ASP.NET,
    where a text without a scope is one of JScript.NET.
    """

    def __init__(self, names: PageNames | None = None, unit: int = 0) -> None:
        self._unit = unit
        self._names = None if names is None else names.copy()
        self._pages: dict[PageNames, PageNames] = {}
        self._registers: dict[Registers, Registers] = {}
        self._scopes: dict[Scope, Scope] = {}
        self._scripts: dict[jscript.Page, jscript.Page] = {}

    def read(
        self, text: str, scope: Scope | jscript.TextScope | None, at: int = 0, *, is_expression: bool
    ) -> tuple[ir.Proc, list[ir.Proc], dict[str, ir.Class]]:
        """Lower a text that is run in a scope, ``None`` for one that has no page: an object that runs scripts."""
        if isinstance(scope, jscript.TextScope):
            return self._read_script(text, scope, at)
        if scope is None and self._unit:
            return self._read_net(text, at)
        scope = Scope(PageNames()) if scope is None else self._own(scope)
        unit = build_unit(text, "vbscript", [(0, len(text))])
        proc, fresh = visual_basic.lower_text(unit.parsed.top, scope, at, is_expression=is_expression)
        return proc, fresh, scope.page.classes

    def _read_net(self, text: str, at: int) -> tuple[ir.Proc, list[ir.Proc], dict[str, ir.Class]]:
        """Lower a text of JScript.NET that has a page of its own."""
        top = build_unit(text, "jscript", [(0, len(text))]).parsed.top
        for node in walk(top):
            node.start, node.end = at, at + 1
        program = jscript_net.lower(top, NetPage("jscript", unit=self._unit))
        classes = {key: each for key, each in program.classes.items() if key != PAGE_CLASS}
        return program.main, [*program.procs.values()], classes

    def _read_script(
        self, text: str, scope: jscript.TextScope, at: int
    ) -> tuple[ir.Proc, list[ir.Proc], dict[str, ir.Class]]:
        """Lower a text of JScript, all of it at one place of the page."""
        top = build_unit(text, "jscript", [(0, len(text))]).parsed.top
        for node in walk(top):
            node.start, node.end = at, at + 1
        if scope.page not in self._scripts.values():
            scope = scope.of(self._scripts.setdefault(scope.page, scope.page.copy()))
        return (*jscript.lower_text(top, scope), {})

    def _own(self, scope: Scope) -> Scope:
        """Return the scope of this run; that of a text that is run is one already."""
        if scope in self._scopes.values():
            return scope
        own = self._scopes.get(scope)
        if own is None:
            page = self._names or self._pages.setdefault(scope.page, scope.page.copy())
            registers = self._registers.setdefault(scope.registers, Registers(scope.registers.count))
            own = self._scopes[scope] = scope.copy(page, registers)
        return own
