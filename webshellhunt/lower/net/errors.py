"""``On Error`` of Visual Basic: which code an error leads to, and where ``Resume`` goes on."""

from __future__ import annotations

from collections.abc import Iterable

from webshellhunt.core import ir
from webshellhunt.lang import tree
from webshellhunt.lang.symbols import inner as inside
from webshellhunt.lower.net.expressions import Expressions
from webshellhunt.lower.net.names import Procedure

_HEADS = (tree.If, tree.Loop, tree.Count, tree.Each, tree.Switch, tree.With, tree.Block, tree.Try)
"""Statements with others in them: an error in their heads goes on with the first of those."""
_MOST_POINTS = 400
"""The statements of a procedure that ``Resume`` may go back to."""


class Errors(Expressions):
    """The handling of errors by labels.

    A handler begins with a block of its own, which notes the error; errors in the handler itself are those of the
    caller, up to the next label. ``Resume`` needs the number of the statement that failed: a register has it.
    """

    def __init__(self, of: Procedure) -> None:
        super().__init__(of)
        self.labels: dict[str, int] = {}
        self.handlers: dict[str, int] = {}
        """The labels that ``On Error GoTo`` names, with the block that notes the error."""
        self.failed: int = 0
        """The register of the number of the last statement, 0 where nothing resumes."""
        self.points: list[tuple[int, int]] = []
        """The block of each numbered statement, and of the next one."""
        self.again: int = -1
        self.after: int = -1
        self._pending: list[int] = []
        self._suspended: tuple[bool, int, int] | None = None

    def prepare(self, nodes: Iterable[tree.Node]) -> None:
        """Look for the handlers of a procedure before its code is lowered."""
        if not self.net.is_vb:
            return
        found = [*inside(nodes)]
        if any(isinstance(each, tree.Label) for each in found):  # declarations may stand behind their uses
            function = self.variables.function
            own = self.net.fold(function.name) if function is not None else ""
            for name in self.variables.names:
                if name not in self.variables.captured and name not in self.locals and name != own:
                    self.locals[name] = self.registers.new()
        for node in found:
            if isinstance(node, tree.OnError) and node.label and node.label not in ("0", "-1"):
                self.handlers.setdefault(self.net.fold(node.label), self.builder.label())
            elif isinstance(node, tree.Jump) and node.kind == "resume" and node.label in ("", "0", "next"):
                self.failed = self.failed or self.registers.new()

    def label_of(self, name: str) -> int:
        """Return the block of a label of the text."""
        name = self.net.fold(name)
        if name not in self.labels:
            self.labels[name] = self.builder.label()
        return self.labels[name]

    def s_onerror(self, node: tree.OnError) -> None:
        """``On Error Resume Next``, ``On Error GoTo``: all forget the last error."""
        builder = self.builder
        label = self.net.fold(node.label)
        if label == "-1" and self._suspended is not None:
            resumes, handler, caught = self._suspended
            builder.guard(resumes=resumes, handler=handler, caught=caught)
        elif label in self.handlers:
            builder.guard(resumes=False, handler=self.handlers[label], caught=self._caught(label))
        elif label != "-1":
            builder.guard(resumes=node.goes_on, handler=-1, caught=0)
        builder.add(ir.Pure(self.net.rows["", "clear-error"], [], node.start))

    def _caught(self, label: str) -> int:
        name = f"\0{label}"
        if name not in self.locals:
            self.locals[name] = self.registers.new()
        return self.locals[name]

    def s_label(self, node: tree.Label) -> None:
        """The place that a ``goto`` or a handler names."""
        builder = self.builder
        name = self.net.fold(node.name)
        if name in self.handlers:
            following = self.label_of(name)
            builder.jump(following)
            if self._suspended is None:
                self._suspended = (builder.resumes, builder.handler, builder.caught)
            builder.guard(resumes=False, handler=-1, caught=0)
            builder.place(self.handlers[name])
            error = ir.Load(ir.Local(self._caught(name)))
            builder.add(ir.Pure(self.net.rows["", "note-error"], [error], node.start))
            builder.place(following)
            return
        if self._suspended is not None:
            builder.resumes, builder.handler, builder.caught = self._suspended
            self._suspended = None
        builder.place(self.label_of(name))

    def j_resume(self, node: tree.Jump) -> None:
        """``Resume``, ``Resume Next``, ``Resume L``."""
        builder = self.builder
        builder.add(ir.Pure(self.net.rows["", "clear-error"], [], node.start))
        if node.label not in ("", "0", "next"):
            builder.jump(self.label_of(node.label))
        elif node.label == "next":
            self.after = self.after if self.after >= 0 else builder.label()
            builder.jump(self.after)
        else:
            self.again = self.again if self.again >= 0 else builder.label()
            builder.jump(self.again)

    def number(self, node: tree.Node) -> int:
        """Note the number of a statement before it is lowered; return the block after it, -1 where it has its own."""
        builder = self.builder
        if not self.failed or builder.handler < 0 or len(self.points) >= _MOST_POINTS:
            return -1
        here, after = builder.place(), builder.label()
        for each in self._pending:
            builder.place(each)
        self._pending = []
        builder.write(ir.Local(self.failed), ir.Const(len(self.points)))
        self.points.append((here, after))
        if isinstance(node, _HEADS):
            self._pending.append(after)
            return -1
        return after

    def resume(self) -> None:
        """Add the blocks that go back to the statement that failed, or to the next one."""
        builder = self.builder
        for each in self._pending:
            builder.place(each)
        for label, which in ((self.again, 0), (self.after, 1)):
            if label < 0:
                continue
            builder.guard(resumes=False, handler=-1, caught=0)
            builder.place(label)
            for n, point in enumerate(self.points):
                following = builder.label()
                test = ir.Op("eq-vb", [ir.Load(ir.Local(self.failed)), ir.Const(n)])
                builder.branch(test, point[which], following)
                builder.place(following)
