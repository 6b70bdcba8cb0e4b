"""Statements of C# and JScript: a body compiled to a program; whatever isn't pure ends it."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.evaluation import c_lists, c_nodes, nodes
from webshellhunt.code.evaluation.c_blocks import Blocks
from webshellhunt.code.evaluation.c_values import CONVERSIONS
from webshellhunt.code.evaluation.nodes import Run
from webshellhunt.code.evaluation.program import Program

_MODIFIERS = frozenset({"const", "static", "readonly", "final"})
_SKIPPED = frozenset({"checked", "unchecked", "unsafe"})


_MAX_BLOCKS = 24


class Statements(Blocks):
    """Compiles one body; ``own_name`` is the function that it belongs to, ``parameters`` what it is given."""

    def body(self, start: int, end: int) -> Program:
        """Return the program of a whole body.

        Raises:
            UnknownError: it holds what isn't pure, or isn't understood.
        """
        self._at, self._end = start, end
        while self._at < self._end:
            self._statement()
        return self._finished()

    def given(self, name: str, kind: str) -> None:
        """Let a parameter of a declared type hold what that makes of what is given."""
        conversion = CONVERSIONS.get(kind)
        if conversion is not None:
            run = nodes.variable(name).run
            self.types[name] = conversion
            self._set(name, run)

    def result(self, start: int, end: int) -> Program:
        """Return the program of a body that is one expression, which it returns."""
        self._at, self._end = start, end
        self._give(self.read(start, end).run)
        self._program.cost(end - start)
        return self._finished()

    def one(self, start: int, end: int) -> Program:
        """Return the program of the statement that begins at a token; its ``end`` is the token behind it."""
        self._at, self._end = start, end
        self._statement()
        return self._finished()

    def _finished(self) -> Program:
        program = self._program
        program.place(self._exit)
        program.cost(1)
        program.end = self._at
        program.changed |= self.used
        program.declared |= self.names
        return program

    # Statements -----------------------------------------------------------------------------------------------------

    def _statement(self) -> None:
        self._depth += 1
        if self._depth > _MAX_BLOCKS or self._at >= self._end:
            raise UnknownError
        start = self._at
        word = self._name(start)
        handler = _STATEMENTS.get(word)
        if handler is not None and not (word == "switch" and self._op(start + 1) != "("):
            self._at += 1
            handler(self)
        elif self._op() == "{":
            self._braces()
        elif self._op() == ";" or (word in _SKIPPED and self._op(start + 1) == "{"):
            self._at += 1
        elif not self._skip_function():
            self._simple()
            self._end_simple()
        self._program.cost(max(self._at - start, 1))
        self._depth -= 1

    def _end_simple(self) -> None:
        """Pass over the end of a statement; a script may leave the semicolon out."""
        if self._op() == ";":
            self._at += 1
        elif self._language == "c#" and self._at < self._end and self._op() != "}":
            raise UnknownError

    def _braces(self) -> None:
        closer = self._match.get(self._at, -1)
        if not self._at < closer < self._end:
            raise UnknownError
        self._at += 1
        while self._at < closer:
            self._statement()
        if self._at != closer:
            raise UnknownError
        self._at += 1

    def _skip_function(self) -> bool:
        """Pass over a function that stands in the body; the unit has it as one of its own."""
        at = self._at + (self._name(self._at) in _MODIFIERS)
        if self._name(at) == "function" and self._name(at + 1):
            opener = at + 2
        else:
            named = self._type_end(at)
            opener = named + 1 if named > at and self._name(named) and self._op(named + 1) == "(" else -1
        closer = self._match.get(opener, -1)
        if opener < 0 or closer < 0 or (self._language == "c#" and self._op(closer + 1) not in ("{", "=>")):
            return False
        at = closer + 1
        while self._op(at) != "{" and self._op(at) != ";" and at < self._end:
            at += 1
        self._at = self._match.get(at, at) + 1
        return True

    def _simple(self) -> None:
        """Read a declaration, or an expression that does something."""
        while self._name(self._at) in _MODIFIERS:
            self._at += 1
        if self._name(self._at) in ("var", "let") and self._name(self._at + 1):
            self._declare(self._at + 1, "var")
            return
        if self._op() == "(" and self._is_swap(self._match.get(self._at, -1)):
            self._swap()
            return
        end = self._type_end(self._at) if self._language == "c#" else self._at
        if end > self._at and self._name(end) and self._op(end + 1) in ("=", ";", ","):
            kind = self._values[end - 1].lower() if end == self._at + 1 else "object"
            self._declare(end, kind)
            return
        while True:
            self._run(self._assigned().run)
            if self._op() != ",":
                return
            self._at += 1

    def _is_swap(self, closer: int) -> bool:
        """Tell whether ``(a, b) = (b, a)`` begins here."""
        return closer > 0 and self._op(closer + 1) == "=" and self._op(closer + 2) == "("

    def _swap(self) -> None:
        """Read ``(a, b) = (b, a)``: all values are read before any is assigned."""
        writes = [c_nodes.place(node).write for node in self._arguments()]
        self._expect("=")
        runs = [node.run for node in self._arguments()]

        def assign(variables: nodes.Variables) -> Value:
            for write, value in zip(writes, [run(variables) for run in runs], strict=False):
                write(variables, value)
            return 0

        self._run(assign)

    def _declare(self, at: int, kind: str) -> None:
        """Read ``a = x, b`` behind the type of a declaration."""
        while True:
            name = self._name(at)
            if not name:
                raise UnknownError
            self._at = at + 1
            if self._op() == ":" and self._language == "jscript":  # var x : String
                self._at = self._type_end(self._at + 1)
            if kind in CONVERSIONS:
                self.types[name] = CONVERSIONS[kind]
            if self._op() == "=":
                self._at += 1
                node = self._list("}", list) if self._op() == "{" and self._language == "c#" else self._assigned()
                self.names.add(name)
                self._set(name, node.run)
            self.names.add(name)
            if self._op() != ",":
                return
            at = self._at + 1

    def _set(self, name: str, run: Run) -> None:
        write = self._variable(name).write  # type: ignore[attr-defined]

        def assign(variables: nodes.Variables) -> Value:
            write(variables, run(variables))
            return 0

        self._run(assign)

    def _run(self, run: Run) -> None:
        """Add a step that does what an expression does."""
        after = len(self._program.steps) + 1

        def step(variables: nodes.Variables) -> int:
            run(variables)
            return after

        self._program.steps.append(step)

    # Ends -----------------------------------------------------------------------------------------------------------

    def _break(self) -> None:
        if not self._loops:
            raise UnknownError
        self._program.jump(self._loops[-1].leave)
        self._end_simple()

    def _continue(self) -> None:
        again = self._loops[-1].again if self._loops else None
        if again is None:
            raise UnknownError
        self._program.jump(again)
        self._end_simple()

    def _return(self) -> None:
        if self._op() != ";" and self._op() != "}":
            self._give(self._assigned().run)
        self._program.jump(self._exit)
        self._end_simple()

    def _give(self, run: Run) -> None:
        if not self._own_name:
            raise UnknownError
        name = self._own_name

        def give(variables: nodes.Variables) -> Value:
            variables[name] = run(variables)
            return 0

        self._run(give)

    def _yield(self) -> None:
        """``yield return x`` adds to the list that is returned."""
        ends, self._at = self._name(self._at) == "break", self._at + 1
        if ends:
            self._program.jump(self._exit)
        else:
            run, name = self._assigned().run, self._own_name
            budget = self._page.budget

            def give(variables: nodes.Variables) -> Value:
                held = variables[name]
                variables[name] = c_lists.grown(held if isinstance(held, list) else [], [run(variables)])
                return nodes.spent(budget, 0)

            self._run(give)
        self._end_simple()

    def _throw(self) -> None:
        """What is thrown leads out of what is followed."""
        while self._at < self._end and self._op() != ";":
            self._at += 1
        self._run(_stop)
        self._end_simple()

    def _try(self) -> None:
        """A body that fails isn't followed, so what catches it never runs."""
        self._braces()
        while self._name(self._at) in ("catch", "finally"):
            is_last = self._name(self._at) == "finally"
            self._at += 1
            while self._op() == "(" or self._name(self._at) == "when":
                self._at = self._match.get(self._at, self._at) + 1
            if is_last:
                self._braces()
            else:
                self._at = self._match.get(self._at, self._end) + 1


def _stop(_: nodes.Variables) -> Value:
    raise UnknownError


_STATEMENTS: dict[str, Callable[[Statements], None]] = {
    "if": Statements._if,
    "switch": Statements._switch,
    "while": Statements._while,
    "do": Statements._do,
    "for": Statements._for,
    "foreach": Statements._each,
    "break": Statements._break,
    "continue": Statements._continue,
    "return": Statements._return,
    "throw": Statements._throw,
    "yield": Statements._yield,
    "try": Statements._try,
}
