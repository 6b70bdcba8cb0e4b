"""The pass that folds constants: terms and operators are shifted on a stack of frames, closed brackets reduce."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from webshellhunt.code.constants.again import UNTOLD, Differing, Folded
from webshellhunt.code.constants.brackets import Brackets, OwnCode
from webshellhunt.code.constants.frames import CONDITIONS, KEYWORDS, LOOPS, Frame
from webshellhunt.code.constants.literals import text_at
from webshellhunt.code.constants.operators import read_number, read_regex
from webshellhunt.code.constants.quiet import Line
from webshellhunt.code.constants.statements import Statements
from webshellhunt.code.constants.terms import CAST, Term, told
from webshellhunt.lang.tokens import NAME, NEWLINE, NUMBER, REGEX, STRING, Tokens

_MAX_DEPTH = 1_000
_SEARCH = 40

_COUNTS = frozenset({"++", "--"})
_CHANGES = _COUNTS | {"-=", "*=", "/=", "%=", "^=", "|=", "\\=", "<<=", ">>=", ">>>=", "??="}
_OPENERS = frozenset("([{")
_DECLARING = frozenset({"new", "as"})
_CLOSERS = {")": "(", "]": "[", "}": "{"}


class ConstantPass(Statements):
    """One pass over a range of tokens."""

    def __init__(
        self,
        tokens: Tokens,
        known: Mapping[str, Term],
        start: int = 0,
        end: int | None = None,
        own: OwnCode | None = None,
    ) -> None:
        super().__init__(tokens, known, start, end, own)
        self._reserved = self._expressions.operators | KEYWORDS | _DECLARING
        self._brackets = Brackets(tokens.language, self._budget, self.names, own, tokens.text)
        self._properties = own.properties if own is not None else frozenset()
        self._differing = Differing(known.keys())

    def run_lines(self, lines: Sequence[Line], before: Sequence[Folded] = ()) -> list[Folded]:
        """Fold lines of Visual Basic, those that may be more than their literals token by token; return what each made.

        What a pass before this one has made of them is taken over where it would be the same now.
        """
        values, folded = self._tokens.values, list[Folded]()
        for number, line in enumerate(lines):
            was = before[number] if before else UNTOLD
            if line.is_quiet and self.names.hold_none(values[line.start : line.end]):
                made = self._pass_quietly(line)
            else:
                made = was if self._takes_over(was) else self._fold_line(line)
            if before:
                self._differing.pass_over(was, made)
            folded.append(made)
        self._end_line()
        return folded

    def _pass_quietly(self, line: Line) -> Folded:
        """Keep the literals of a quiet line."""
        kinds, values = self._tokens.kinds, self._tokens.values
        literal = kinds.find(STRING, line.start, line.end)
        while literal >= 0:
            self._expressions.kept.keep(Term(literal, literal + 1, values[literal]))
            literal = kinds.find(STRING, literal + 1, line.end)
        if not line.target:
            return UNTOLD
        self.names.assign(line.target, None)
        return Folded(frozenset(), {line.target: None})

    def _fold_line(self, line: Line) -> Folded:
        """Fold a line token by token."""
        budget, kept, loops = self._budget, self._expressions.kept, self._loops
        steps, work, turns, first = budget.steps, budget.work, loops.turns, len(kept.found)
        self.names.take_told()
        self._fold(line.start, line.end)
        asked, given = self.names.take_told()
        settled = loops.turns == turns and budget.is_left and not kept.is_full
        settled = settled and self._tokens.kinds[line.end - 1] == NEWLINE
        return Folded(asked, given, kept.found[first:], steps - budget.steps, work - budget.work, settled)

    def _takes_over(self, line: Folded) -> bool:
        """Do what a line did in the pass before, and tell so, where it would be the same now."""
        budget = self._budget
        if self._differing.changes(line) or budget.steps < line.steps or budget.work < line.work:
            return False
        budget.steps -= line.steps
        budget.work -= line.work
        for term in line.found:
            self._expressions.kept.keep(term)
        for name, given in line.given.items():
            self.names.assign(name, given)
        return True

    def run(self) -> None:
        """Fold the range; of expressions that only an evaluation reads, what they are."""
        at = self._range.start
        for start, end, value_by in self._own.pieces if self._own is not None else ():
            if at <= start and end <= self._range.stop:
                self._fold(at, start)
                value = self._budget.made(value_by(self.names.value_of))
                if value is not None:
                    self._shift(Term(start, end, value, ("evaluate",)))
                at = start if value is None else end
        self._fold(at, self._range.stop)
        self._end_line()

    def _fold(self, start: int, stop: int) -> None:
        kinds, values = self._tokens.kinds, self._tokens.values
        for index in range(start, stop):
            kind = kinds[index]
            if kind == NAME:
                self._at_name(index, values[index])
            elif kind == STRING:
                self._shift(Term(index, index + 1, text_at(self._tokens, index)))
            elif kind == NUMBER:
                self._shift(Term(index, index + 1, read_number(values[index])))
            elif kind == REGEX:
                self._shift(Term(index, index + 1, read_regex(values[index])))
            elif kind == NEWLINE:
                self._end_line()
            else:
                self._at_operator(index, values[index])

    # Tokens ---------------------------------------------------------------------------------------------------------

    def _before(self, index: int) -> str:
        return self._tokens.values[index - 1] if index > self._range.start else ""

    def _at_name(self, index: int, raw: str) -> None:
        frame = self._frames[-1]
        word = raw if self._vb else raw.lower()
        if frame.items and frame.items[-1] == ".":
            frame.items.pop()
            self._expressions.member(frame, index, word)
        elif word in self._reserved and self._at_reserved(frame, index, word):
            return
        elif frame.new_at is not None:
            start, frame.new_at = frame.new_at, None
            self._shift(Term(start, index + 1, path=("new", word)))
        elif (known := self.names.read(raw)) is not None and not self._is_own_call(index, word):
            steps = told(known.steps, "variable") if known.end else ()
            self._shift(Term(index, index + 1, known.value, steps, name=raw))
        else:
            given = self._own.given(raw, self.names.value_of) if raw in self._properties and self._own else None
            path = (word,) if given is None else ()
            self._shift(Term(index, index + 1, given, (raw,) if given is not None else (), path, name=raw))

    def _at_reserved(self, frame: Frame, index: int, word: str) -> bool:
        """Read a word that the language keeps for itself; tell whether it is one."""
        if word in self._expressions.operators:
            self._expressions.operator(frame, word)
        elif word == "new":
            if frame.last() is not None:
                self._expressions.cut(frame)
            frame.new_at = index
        elif word in KEYWORDS:
            self._at_keyword(frame, index, word)
        elif self._vb:  # as
            self._declare(frame)
        else:
            return False
        return True

    def _is_own_call(self, index: int, word: str) -> bool:
        """Tell whether a function of the code is called: inside of it, its bare name is what it returns."""
        follows = index + 1 < self._range.stop and self._tokens.values[index + 1] == "("
        return follows and self.names.is_own_function((word,)) and self._before(index) not in ("function", "sub")

    def _shift(self, term: Term) -> None:
        self._expressions.operand(self._frames[-1], term)

    def _at_keyword(self, frame: Frame, index: int, word: str) -> None:
        self._expressions.cut(frame)
        if word in ("out", "ref"):
            self._forget(index + 1)
        if self._vb:
            self._at_vb_keyword(frame, index, word)
        elif word in LOOPS:
            if not (frame.loops_next or frame.in_loop):
                self._loops.enter(index)
            frame.loops_next = True

    def _at_vb_keyword(self, frame: Frame, index: int, word: str) -> None:
        if word in CONDITIONS:
            frame.is_condition = True
        elif word in ("then", "else"):
            frame.is_condition = False
        before = self._before(index)
        if word in ("next", "loop", "wend") or (word == "while" and before == "end"):
            self._loops.close(index)
        elif word in LOOPS and before not in ("exit", "loop", "do"):
            self._loops.open(index)

    def _at_operator(self, index: int, name: str) -> None:
        frame = self._frames[-1]
        if name in self._expressions.operators:
            self._expressions.operator(frame, name)
        elif name in _OPENERS:
            self._open(frame, index, name)
        elif name in _CLOSERS:
            self._close(index, name)
        elif name == ".":
            if frame.last() is None:
                self._expressions.cut(frame)
            else:
                frame.items.append(".")
        elif name == ",":
            self._end_argument(frame, index)
        elif name in ("=", "+=", "&="):
            self._assign(frame, name)
        elif name == ";":
            self._end_statement(frame)
            self._loops.leave_at(index)
        elif name == ":" and not self._vb:
            self._declare(frame)
        else:
            self._at_other(frame, index, name)

    def _at_other(self, frame: Frame, index: int, name: str) -> None:
        """End the expression; a variable that is counted or changed in place holds no constant any more."""
        last = frame.last()
        if name in _CHANGES and last is not None:
            self.names.assign(last.name, None)
        elif name in _COUNTS:
            self._forget(index + 1)
        self._expressions.cut(frame)

    def _forget(self, index: int) -> None:
        if index in self._range and self._tokens.kinds[index] == NAME:
            self.names.assign(self._tokens.values[index], None)

    # Brackets -------------------------------------------------------------------------------------------------------

    def _open(self, frame: Frame, index: int, opener: str) -> None:
        if len(self._frames) > _MAX_DEPTH:  # no honest code nests like that: begin anew
            self._end_line()
            frame = self._frames[-1]
        last = frame.last()
        callee = last if last is not None and last.member != CAST else None
        if opener == "{":
            self._open_brace(frame, index, callee)
            return
        if frame.new_at is not None:  # new[] {…}
            callee = Term(frame.new_at, index, path=("new", "array"))
            frame.new_at = None
            self._shift(callee)
        self._frames.append(Frame(opener, index, callee, is_block=False, in_loop=frame.in_loop))

    def _open_brace(self, frame: Frame, index: int, callee: Term | None) -> None:
        """Open a list of values, or a block."""
        before = self._before(index)
        makes = callee is not None and callee.path[:1] == ("new",)
        is_list = self._vb or (makes and before == "]")
        if is_list or (self._tokens.language == "c#" and before == "=" and frame.target is not None):
            if makes and callee is not None:
                callee.path = ("new", "array")
            self._frames.append(Frame("{", index, callee if makes else None, is_block=False, in_loop=frame.in_loop))
            return
        loops = frame.loops_next
        self._end_statement(frame)
        self._frames.append(Frame("{", index, in_loop=frame.in_loop or loops))

    def _close(self, index: int, closer: str) -> None:
        opener = _CLOSERS[closer]
        for depth in range(len(self._frames) - 1, max(0, len(self._frames) - _SEARCH), -1):
            if self._frames[depth].opener == opener:
                break
        else:
            self._expressions.cut(self._frames[-1])
            return
        while len(self._frames) - 1 > depth:
            self._end_statement(self._frames.pop())
        frame = self._frames[-1]
        self._end_argument(frame, index)
        self._frames.pop()
        if not frame.is_block:
            self._reduce(self._frames[-1], frame, index)
        else:
            self._loops.leave_at(index)

    def _begins(self, frame: Frame, callee: Term) -> bool:
        """Tell whether a name is that of a statement: not right of an assignment, nor what another name is given."""
        before = callee.start - 1
        is_given = before >= 0 and self._tokens.kinds[before] == NAME and self._tokens.values[before] not in KEYWORDS
        return frame.is_block and frame.target is None and not is_given

    def _reduce(self, outer: Frame, frame: Frame, index: int) -> None:
        """Put what a closed bracket makes into the frame around it."""
        callee, arguments = frame.callee, frame.arguments
        if callee is None or callee is not outer.last():
            self._shift(self._brackets.alone(frame, index))
            return
        callee.end = index + 1
        if frame.opener == "[" and callee.path[:1] == ("new",):
            callee.path = ("new", "array")
            return
        value = self._brackets.applied(callee, frame.opener, arguments)
        changed = self._brackets.changed(callee, arguments, value, in_loop=bool(self._loops.count or outer.in_loop))
        is_bare = self._vb and outer.only() is callee and self._begins(outer, callee) and len(arguments) == 1
        callee.argument = arguments[0] if is_bare and value is None and arguments[0].value is not None else None
        step = callee.member or ".".join(callee.path[-2:]) or "index"
        inner = dict.fromkeys(step for argument in arguments for step in argument.steps)
        callee.steps = told(callee.steps, *inner, step) if value is not None else ()
        is_own = value is None and frame.opener == "(" and self._brackets.makes_own(callee.path)
        callee.value, callee.path, callee.member, callee.name = value, callee.path[1:] if is_own else (), None, changed
