"""Names of Visual Basic: the meaning of a name in a page, in a procedure, and in a text that is run there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from webshellhunt.core import ir
from webshellhunt.lang import tree
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.part_tree import PartTree
from webshellhunt.library.rows import ROWS
from webshellhunt.lower.builder import RESULT, THIS, Registers

EVALUATORS = frozenset({"execute", "executeglobal", "eval"})


@dataclass(slots=True, eq=False)
class PageNames:
    """The names of a page.

    ``variables`` are also the objects of the page's markup; ``others`` the functions and variables of other
    languages by the name that Visual Basic has for them; ``declared`` the evaluators that an include declares anew.
    ``tokens`` are those of the page: they tell values that are shown (``<%= x %>``) from calls.
    """

    others: Mapping[str, str] = field(default_factory=dict)
    declared: frozenset[str] = frozenset()
    tokens: Tokens | None = None
    variables: set[str] = field(default_factory=set)
    constants: dict[str, ir.Const | None] = field(default_factory=dict)
    """The value of a constant; ``None`` where it is not a literal: it is a variable then."""
    arrays: dict[str, list[tree.Node]] = field(default_factory=dict)
    """The bounds of arrays that have some."""
    procs: dict[str, ir.Proc] = field(default_factory=dict)
    classes: dict[str, ir.Class] = field(default_factory=dict)
    has_endings: bool = False
    """True if a class has code that runs when an object of it is released."""
    code_page: str = ""
    """The code page that the page names, where ``Chr`` depends on it."""
    is_for_reader: bool = False
    """True if the reader of texts gets these names, so that the scopes of calls need not hold them."""
    parts: Sequence[PartTree] = ()
    """The parts that the page is made of, where it shares them with other pages."""

    def copy(self) -> PageNames:
        """Return names to which a run adds those of its texts."""
        return PageNames(
            self.others, self.declared, None, {*self.variables}, {**self.constants}, {**self.arrays},
            {**self.procs}, {**self.classes}, self.has_endings, self.code_page,
        )  # fmt: skip


@dataclass(slots=True, eq=False)
class Scope:
    """Where the names of a procedure are looked up: its own variables, its class, the page.

    ``result`` is the name of the function: the variable with its result. ``runs_texts``: texts may declare variables.
    """

    page: PageNames
    owner: ir.Class | None = None
    registers: Registers = field(default_factory=Registers)
    locals: dict[str, int] = field(default_factory=dict)
    constants: dict[str, ir.Const | None] = field(default_factory=dict)
    arrays: dict[str, list[tree.Node]] = field(default_factory=dict)
    result: str = ""
    is_procedure: bool = False
    runs_texts: bool = False
    late: set[str] = field(default_factory=set)
    """Local variables that nothing declares: texts that are run may make variables of the page with their names."""
    _of_calls: Scope | None = field(default=None, init=False)

    def declare(self, name: str) -> int:
        """Return the register of a variable of the procedure."""
        slot = self.locals.get(name)
        if slot is None:
            slot = self.locals[name] = self.registers.new()
        return slot

    def place(self, name: str) -> ir.Place | None:
        """Return the place of a variable, a field or a property; ``None`` for all other names."""
        slot = self.locals.get(name)
        if slot is not None:
            return ir.Local(slot, name)
        if self.result == name and name:
            return ir.Local(RESULT, name)
        owner = self.owner
        if owner is not None and (name in owner.fields or name in owner.getters or name in owner.setters):
            return ir.Field(ir.Load(ir.Local(THIS)), name)
        return ir.Global(name) if name in self.page.variables and not self.is_method(name) else None

    def constant(self, name: str) -> ir.Const | None:
        """Return the value of a constant of the page or the procedure."""
        if name in self.constants:
            return self.constants[name]
        return None if self._is_own(name) else self.page.constants.get(name)

    def bounds(self, name: str) -> list[tree.Node]:
        """Return the bounds of an array that has some."""
        return self.arrays.get(name, []) if name in self.locals else self.page.arrays.get(name, [])

    def is_method(self, name: str) -> bool:
        """True if a name is a method of the class around."""
        return self.owner is not None and name in self.owner.methods

    def copy(self, page: PageNames, registers: Registers) -> Scope:
        """Return a scope to which a run adds the names of its texts."""
        return Scope(
            page, self.owner, registers, {**self.locals}, {**self.constants}, {**self.arrays}, self.result,
            self.is_procedure, self.runs_texts, {*self.late},
        )  # fmt: skip

    def of_calls(self) -> Scope:
        """Return the scope for calls that run texts: with the names of the page only where no reader has them."""
        if not self.page.is_for_reader:
            return self
        if self._of_calls is None:
            self._of_calls = Scope(
                _NO_NAMES, self.owner, self.registers, self.locals, self.constants, self.arrays, self.result,
                self.is_procedure, self.runs_texts, self.late,
            )  # fmt: skip
        return self._of_calls

    def is_constant(self, name: str) -> bool:
        """True if a name can't be assigned to."""
        return name in self.constants or (name in self.page.constants and not self._is_own(name))

    def _is_own(self, name: str) -> bool:
        """True if the procedure declares a name, or the class around has a member of that name."""
        of = self.owner
        return name in self.locals or (
            of is not None and any(name in each for each in (of.fields, of.methods, of.getters, of.setters))
        )


_NO_NAMES = PageNames()


@dataclass(slots=True)
class Found:
    """The names that some statements declare and use, those in their procedures and classes aside."""

    declared: dict[str, tree.Declaration] = field(default_factory=dict)
    assigned: set[str] = field(default_factory=set)
    handed: set[str] = field(default_factory=set)
    """Names that are arguments: a procedure may assign to them."""
    used: set[str] = field(default_factory=set)
    """Names that are read, save those that are called."""
    constants: dict[str, tree.Declaration] = field(default_factory=dict)
    objects: set[str] = field(default_factory=set)
    """Names that are assigned with ``Set``."""
    functions: list[tree.Function] = field(default_factory=list)
    classes: list[tree.Class] = field(default_factory=list)
    runs_texts: bool = False


_PLAIN = frozenset({tree.Argument, tree.Binary, tree.Block, tree.If, tree.Member, tree.Unary})
"""Nodes that declare and assign nothing themselves; the others are fewer."""


def find_names(nodes: Iterable[tree.Node]) -> Found:  # noqa: C901 - a dispatcher
    """Return the names of some statements."""
    found = Found()
    stack = [*nodes][::-1]
    while stack:
        node = stack.pop()
        kind = node.__class__
        if kind is tree.Literal:
            continue
        if isinstance(node, tree.Name):
            found.used.add(node.text.lower())
            continue
        if isinstance(node, tree.Call):
            _note_call(found, node)
            stack += node.arguments[::-1]
            if not isinstance(node.callee, tree.Name):
                stack.append(node.callee)
            continue
        if kind in _PLAIN:
            stack += node.children()[::-1]
            continue
        if isinstance(node, tree.Function):
            found.functions.append(node)
            continue
        if isinstance(node, tree.Class):
            found.classes.append(node)
            continue
        if isinstance(node, tree.Declaration):
            declared = found.constants if "const" in node.modifiers else found.declared
            declared.setdefault(node.name.lower(), node)
        elif isinstance(node, (tree.Assign, tree.Count, tree.Each, tree.ReDim)):
            _note_target(found, node)
        stack += node.children()[::-1]
    return found


def _note_target(found: Found, node: tree.Assign | tree.Count | tree.Each | tree.ReDim) -> None:
    if isinstance(node.target, tree.Name):
        name = node.target.text.lower()
        found.assigned.add(name)
        if isinstance(node, tree.Assign) and node.is_set:
            found.objects.add(name)


def _note_call(found: Found, node: tree.Call) -> None:
    callee = node.callee.text.lower() if isinstance(node.callee, tree.Name) else ""
    found.runs_texts |= callee in EVALUATORS
    if ("", callee) not in ROWS:
        found.handed.update(each.text.lower() for each in node.arguments if isinstance(each, tree.Name))


def literal_of(node: tree.Node | None) -> ir.Const | None:
    """Return the value of a constant that is a literal."""
    sign = 1
    while isinstance(node, tree.Unary) and node.operator == "-":
        node, sign = node.operand, -sign
    if isinstance(node, tree.Argument):
        node = node.value
    if not isinstance(node, tree.Literal) or node.kind not in ("string", "number", "truth"):
        return None
    if isinstance(node.value, (int, float)) and not isinstance(node.value, bool):
        return ir.Const(sign * node.value)
    return ir.Const(node.value) if sign == 1 else None
