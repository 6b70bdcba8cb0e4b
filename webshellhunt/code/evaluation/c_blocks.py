"""Conditions, choices and loops of C# and JScript, compiled to branches and jumps."""

from __future__ import annotations

from bisect import bisect_right
from typing import NamedTuple

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.evaluation import nodes
from webshellhunt.code.evaluation.c_expressions import Expression
from webshellhunt.code.evaluation.c_lists import sequence
from webshellhunt.code.evaluation.c_operators import OPERATORS
from webshellhunt.code.evaluation.c_values import CONVERSIONS, truth_of
from webshellhunt.code.evaluation.expressions import Page
from webshellhunt.code.evaluation.nodes import Run
from webshellhunt.code.evaluation.program import Program
from webshellhunt.code.unit import Unit


class Loop(NamedTuple):
    """Where ``break`` and ``continue`` lead."""

    leave: int
    again: int | None


class Blocks(Expression):
    """Compiles what holds other statements; ``parameters`` are what the function around is given."""

    def __init__(
        self, page: Page, unit: Unit, own_objects: frozenset[str], own_name: str, parameters: tuple[str, ...]
    ) -> None:
        super().__init__(page, unit, own_objects)
        self._own_name = own_name
        self.names.update(parameters)
        self._program = Program(declared=set(parameters))
        self._exit = self._program.label()
        self._loops: list[Loop] = []
        self._depth = 0

    def _statement(self) -> None:
        """Read one statement."""
        raise NotImplementedError

    def _simple(self) -> None:
        """Read a declaration, or an expression that does something."""
        raise NotImplementedError

    def _branch(self, run: Run, label: int, *, when: bool) -> None:
        self._program.branch(lambda variables: truth_of(run(variables)), label, when=when)

    def _condition(self) -> Run:
        """Read ``(test)``."""
        closer = self._match.get(self._at, -1)
        if self._op() != "(":
            raise UnknownError
        run = self.read(self._at + 1, closer).run
        self._at = closer + 1
        return run

    # Branches -------------------------------------------------------------------------------------------------------

    def _if(self) -> None:
        program = self._program
        no, leave = program.label(), program.label()
        self._branch(self._condition(), no, when=False)
        self._statement()
        if self._name(self._at) == "else":
            self._at += 1
            program.jump(leave)
            program.place(no)
            self._statement()
        else:
            program.place(no)
        program.place(leave)

    def _switch(self) -> None:
        program = self._program
        subject = f"\0switch{len(program.steps)}"
        run = self._condition()
        program.assign(subject, run, self._page.budget)
        opener, closer = self._at, self._match.get(self._at, -1)
        leave, otherwise = program.label(), program.label()
        cases = self._cases(opener + 1, closer)
        behinds = [behind for behind, _ in cases]
        equal = OPERATORS[self._language]["=="][1]
        labels: dict[int, int] = {}
        for behind, test in cases:
            labels[behind] = program.label() if test is not None else otherwise
            if test is not None:
                node = nodes.binary(equal, 0, nodes.variable(subject), self.read(*test), self._page.budget)
                self._branch(node.run, labels[behind], when=True)
        program.jump(otherwise)
        self._loops.append(Loop(leave, self._loops[-1].again if self._loops else None))
        self._at = opener + 1
        while self._at < closer:
            if self._name(self._at) in ("case", "default"):
                found = bisect_right(behinds, self._at)
                if found == len(behinds):
                    raise UnknownError
                self._at = behinds[found]
                program.place(labels[self._at])
            else:
                self._statement()
        self._loops.pop()
        if otherwise not in labels.values():
            program.place(otherwise)
        program.place(leave)
        self._at = closer + 1

    def _cases(self, start: int, end: int) -> list[tuple[int, tuple[int, int] | None]]:
        """Return the token behind each label of a ``switch``, with the range of what it compares with."""
        cases: list[tuple[int, tuple[int, int] | None]] = []
        at = start
        while at < end:
            word = self._name(at)
            if word in ("case", "default"):
                colon = next((each for each in range(at, end) if self._op(each) == ":"), -1)
                if colon < 0:
                    raise UnknownError
                cases.append((colon + 1, (at + 1, colon) if word == "case" else None))
                at = colon
            at = max(self._match.get(at, at), at) + 1
        return cases

    # Loops ----------------------------------------------------------------------------------------------------------

    def _looped(self, leave: int, again: int) -> None:
        self._loops.append(Loop(leave, again))
        self._statement()
        self._loops.pop()

    def _while(self) -> None:
        program = self._program
        again, leave = program.label(), program.label()
        program.place(again)
        self._branch(self._condition(), leave, when=False)
        self._looped(leave, again)
        program.jump(again)
        program.place(leave)

    def _do(self) -> None:
        program = self._program
        first, again, leave = program.label(), program.label(), program.label()
        program.place(first)
        self._looped(leave, again)
        program.place(again)
        if self._name(self._at) != "while":
            raise UnknownError
        self._at += 1
        self._branch(self._condition(), first, when=True)
        program.place(leave)

    def _for(self) -> None:
        opener, closer = self._at, self._match.get(self._at, -1)
        if self._op() != "(" or closer < 0:
            raise UnknownError
        ends = [at for at in self._own_tokens(opener + 1, closer) if self._op(at) == ";"]
        if len(ends) != 2:
            self._each()
            return
        program = self._program
        test, again, leave = program.label(), program.label(), program.label()
        self._at = opener + 1
        if self._at < ends[0]:
            self._simple()
        program.place(test)
        if ends[0] + 1 < ends[1]:
            self._branch(self.read(ends[0] + 1, ends[1]).run, leave, when=False)
        program.cost(closer - opener)
        self._at = closer + 1
        self._looped(leave, again)
        program.place(again)
        behind, self._at, self._end = (self._at, self._end), ends[1] + 1, closer
        if self._at < closer:
            self._simple()
        if self._at != closer:
            raise UnknownError
        self._at, self._end = behind
        program.jump(test)
        program.place(leave)

    def _own_tokens(self, start: int, end: int) -> list[int]:
        """Return the tokens of a range outside of its inner brackets."""
        found, at = [], start
        while at < end:
            found.append(at)
            at = max(self._match.get(at, at), at) + 1
        return found

    def _each(self) -> None:
        """``foreach (T x in items)``, and ``for (x in items)`` of JScript, which counts them."""
        opener, closer = self._at, self._match.get(self._at, -1)
        sign = next((at for at in range(opener, min(closer, opener + 24)) if self._name(at) == "in"), -1)
        name = self._name(sign - 1) if sign > 0 else ""
        if not name:
            raise UnknownError
        run, counts = self.read(sign + 1, closer).run, self._language == "jscript"
        conversion = CONVERSIONS.get(self._name(sign - 2).lower())
        self.names.add(name)
        program = self._program
        leave = program.label()

        def items(variables: nodes.Variables) -> Value:
            held = sequence(run(variables))
            if conversion is not None:
                return [conversion(each) for each in held]
            return list(range(len(held))) if counts else held

        again = program.each(name, items, leave, self._page.budget)
        self._at = closer + 1
        self._looped(leave, again)
        program.jump(again)
        program.place(leave)
