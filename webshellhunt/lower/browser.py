"""Lowering of the scripts of a page in a browser: the statements of all of them have one set of names.

Functions are lowered when they are called first: most of those of a library never are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webshellhunt.core import ir
from webshellhunt.core.heap import PAGE
from webshellhunt.core.properties import TEXTS
from webshellhunt.core.values import Ref, Some, Value
from webshellhunt.lang import tree
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.library.script_objects import MODERN_CONSTANTS, MODERN_OBJECTS, MODERN_STATICS
from webshellhunt.lower.jscript import Body, note_names
from webshellhunt.lower.script_names import Names, Page
from webshellhunt.lower.script_scopes import Scope, Scopes, scopes_of

_WINDOW = frozenset({"window", "self", "globalThis", "top", "parent", "frames"})
_SITES = (tree.Member, tree.Index, tree.Call, tree.New)
_DIGESTS = lazy_pattern(
    r"(?:calc|\w{0,12}_)?(?:md4|md5|sha\d*|sha_?\d+)(?:_?\w{0,12})|(?:create|calc\w*|get)?hash\w*|digest|h?mac\w*|bcrypt|pbkdf2\w*"
)
_TESTS = lazy_pattern(
    r"zxcvbn|(?:is|has|check|valid|test|score|strength|match|compare|measure|verify)\w*"
    r"|search|indexof|includes|startswith|endswith|alert|parseint|parsefloat|number|boolean"
)
_CODES = frozenset({"charcodeat", "codepointat"})
_LONGEST_NAME = 64
_ADDRESS = "location"


def makes_digest(name: str) -> bool:
    """True if a function of a name, in lower case, returns a digest of its arguments."""
    return len(name) <= _LONGEST_NAME and _DIGESTS.fullmatch(name) is not None


def makes_test(name: str) -> bool:
    """True if a function of a name, in lower case, returns the result of a test of its arguments."""
    return len(name) <= _LONGEST_NAME and _TESTS.fullmatch(name) is not None


class Scripts(Page):
    """The names of the scripts of a page; ``sites`` are the expressions at the places of calls and members."""

    platform = "browser"
    intrinsics: Mapping[str, Value] = {}
    constants: Mapping[str, Value] = MODERN_CONSTANTS | {name: Ref(PAGE) for name in _WINDOW}
    statics: Mapping[str, str] = MODERN_STATICS
    unit = 0

    def __init__(self, others: Mapping[str, ir.Place | str] | None = None) -> None:
        super().__init__(others)
        self.sites: dict[int, tree.Node] = {}
        self.declared: frozenset[str] = frozenset()


class ScriptBody(Body):
    """Lowers the code of one procedure of a browser."""

    page: Scripts
    how = "step"
    notes_texts = False

    def queue(self, proc: ir.Proc, names: Names) -> None:
        """Let a function be lowered when it is called."""
        assert isinstance(names, ScriptBody)
        function = names.scope.function
        proc.params = [ir.Param(each.name) for each in function.parameters] if function is not None else []
        proc.make = names.function

    def expression(self, node: tree.Node | None) -> ir.Expr:
        """Lower an expression."""
        if isinstance(node, _SITES):
            self.page.sites.setdefault(_place_of(node), node)
        return super().expression(node)

    def x_call(self, node: tree.Call) -> ir.Expr:
        """Lower a call; the result of a test or a digest tells nothing of the tested text."""
        callee = node.callee
        name = callee.text if isinstance(callee, tree.Name) else callee.name if isinstance(callee, tree.Member) else ""
        name = name.lower()
        if name and makes_digest(name):
            value: ir.Expr = ir.Const(Some("text"))
            for each in reversed(self.operands(node.arguments)):
                value = ir.Let(self.registers.new(), each, value)
            return value
        made = super().x_call(node)
        if name in _CODES:
            return ir.Pure(self.rows["js", "as-letters"], [made], node.start)
        return ir.Pure(self.rows["js", "measure"], [made], node.start) if name and makes_test(name) else made

    def target(self, node: tree.Node) -> ir.Place:
        """Return the place of an assignment; the address of the page is no variable."""
        is_address = isinstance(node, tree.Name) and node.text == _ADDRESS and _ADDRESS not in self.page.declared
        if is_address and isinstance(self.find(_ADDRESS).place, ir.Global):
            return ir.Property(ir.Const(Ref(PAGE)), ir.Const(_ADDRESS), node.start)
        return super().target(node)

    def x_unary(self, node: tree.Unary) -> ir.Expr:
        """Lower an operator; to wait for a promise is nothing."""
        if node.operator == "await":
            return ir.Pure(self.rows["js", "await"], [self.expression(node.operand)], node.start)
        return super().x_unary(node)


def _place_of(node: tree.Node) -> int:
    if isinstance(node, tree.Member):
        return node.end - 1
    if isinstance(node, tree.Call):
        return node.callee.end - 1 if isinstance(node.callee, tree.Member) else node.callee.start
    return node.start


class Lowered:
    """The code of the scripts of a page: its statements, each a procedure, and functions that nothing made."""

    def __init__(self, statements: Sequence[tree.Node]) -> None:
        self.page: Scripts = Scripts()
        scope = Scope()
        self._scope = scope
        self._scopes: Scopes = scopes_of(statements, scope)
        self.page.declared = frozenset(scope.names)
        note_names(self.page, scope, self._scopes)
        if _ADDRESS not in scope.names:
            self.page.names.pop(_ADDRESS, None)
        body = self._body()
        body.declare(scope.functions)
        self.first: ir.Proc = self._proc(body)

    @property
    def program(self) -> ir.Program:
        """The declarations, with the objects of the language."""
        evaluator = {**MODERN_OBJECTS["js.eval"], TEXTS: self._body().text_scope()}
        variables = frozenset(self._scope.names)
        return ir.Program(self.first, {}, {}, variables, {**MODERN_OBJECTS, "js.eval": evaluator})

    def _body(self) -> ScriptBody:
        return ScriptBody(self.page, self._scope, self._scopes)

    def _proc(self, body: ScriptBody) -> ir.Proc:
        return ir.Proc("", [], body.builder.finish(), body.registers.count)

    def run_of(self, statements: Sequence[tree.Node]) -> ir.Proc:
        """Return the procedure of some statements."""
        body = self._body()
        body.statements(statements)
        return self._proc(body)

    def alone(self, function: tree.Function) -> ir.Proc | None:
        """Return the procedure of a function by itself, of whose surroundings nothing is known."""
        if function not in self._scopes:
            return None
        proc = self.page.proc(function.name)
        proc.key = function
        ScriptBody(self.page, self._scopes[function], self._scopes).function(proc)
        return proc


__all__ = ["Lowered", "makes_digest", "makes_test"]
