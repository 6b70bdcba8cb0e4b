"""Terms of an expression, and the reduction of a flat expression by the strength of its operators."""

from __future__ import annotations

from dataclasses import dataclass

from webshellhunt.code.constants.operators import C_LEVELS, MAX_VALUE, VB_LEVELS, Char, Value, combine, to_number

_MAX_KEPT = 1 << 23
_MAX_TOLD = 12
_ITEM_SIZE = 64
_NEGATIVE, _POSITIVE = "u-", "u+"
_STEP_NAMES = {"+": "concatenate", "&": "concatenate"}

CASTS = frozenset({"char", "string", "int", "byte", "object", "long", "short", "ushort", "uint"})
CAST = "cast"  # the member of a term that is a cast


@dataclass(slots=True, eq=False)
class Term:
    """One operand of the tokens ``start:end``.

    It is a constant if ``value`` isn't ``None``; else it may be a dotted name (``path``, lower case) to be called.
    ``member`` is a method or property asked of the constant, ``name`` the variable it was, ``of``
    the one that a member is asked of, ``argument`` the bracketed
    argument of a VB statement whose brackets may turn out to be the argument's own.
    """

    start: int
    end: int
    value: Value = None
    steps: tuple[str, ...] = ()
    path: tuple[str, ...] = ()
    member: str | None = None
    name: str = ""
    argument: Term | None = None
    of: str = ""


@dataclass(slots=True)
class Budget:
    """What one pass may still do: steps (calls) and characters made by all steps together."""

    steps: int = 50_000
    work: int = 1 << 27

    def allows(self) -> bool:
        """Count one step; tell whether it may be done."""
        self.steps -= 1
        return self.steps >= 0 and self.work >= 0

    @property
    def is_left(self) -> bool:
        """Tell whether nothing had to be left out so far."""
        return self.steps >= 0 and self.work >= 0

    def made(self, value: Value) -> Value:
        """Count what a step made, and return it."""
        if isinstance(value, list):
            self.work -= _ITEM_SIZE * len(value)
        else:
            self.work -= len(value) if isinstance(value, (str, bytes)) else 1
        return value if self.work >= 0 else None


def told(steps: tuple[str, ...], *more: str) -> tuple[str, ...]:
    """Return steps with more of them, each told once."""
    if not more or len(steps) >= _MAX_TOLD:
        return steps
    return tuple(dict.fromkeys((*steps, *more)))[:_MAX_TOLD]


class Kept:
    """The constants that were met, in ``found``; of the same text in many places only the places cost anything."""

    def __init__(self) -> None:
        self.found: list[Term] = []
        self._texts: set[str] = set()
        self._size = 0

    @property
    def is_full(self) -> bool:
        """Tell whether there was more text than is kept."""
        return self._size > _MAX_KEPT

    def keep(self, term: Term) -> None:
        """Note a constant that was met, if it is a text."""
        if isinstance(term.value, str):
            if term.value not in self._texts:
                self._size += len(term.value)
                if self._size > _MAX_KEPT:
                    return
                self._texts.add(term.value)
            self.found.append(term)


class Reducer:
    """Reduces flat expressions of one language; what stays a constant inside of an unknown one is ``kept``."""

    def __init__(self, vb: bool, budget: Budget, kept: Kept) -> None:
        self.levels: tuple[tuple[str, ...], ...] = VB_LEVELS if vb else C_LEVELS
        self._vb = vb
        self._budget = budget
        self._kept = kept

    def reduce(self, items: list[Term | str]) -> list[Term | str]:
        """Return what is left of terms and operators in turn; a constant that stays inside an unknown term is left."""
        while items and isinstance(items[-1], str):
            items.pop()
        items = self._with_unary(items)
        for level in self.levels:
            if len(items) > 1:
                items = self._reduce_level(items, level)
        return items

    def _with_unary(self, items: list[Term | str]) -> list[Term | str]:
        """Apply signs and casts to the operand after them."""
        result: list[Term | str] = []
        for item in items:
            while isinstance(item, Term) and result and (applied := _applied_before(result[-1], item)) is not None:
                result.pop()
                item = applied
            result.append(item)
        return result

    def _reduce_level(self, items: list[Term | str], level: tuple[str, ...]) -> list[Term | str]:
        """Apply the operators of one strength from left to right; what isn't constant stays as one unknown term."""
        result: list[Term | str] = [items[0]]
        position = 1
        while position + 1 < len(items):
            name, right, left = items[position], items[position + 1], result[-1]
            position += 2
            if (
                not isinstance(name, str)
                or name not in level
                or not isinstance(left, Term)
                or not isinstance(right, Term)
            ):
                result += [name, right]
                continue
            before = result[-2] if len(result) > 1 else ""
            chained = isinstance(before, str) and before in level
            if name in _STEP_NAMES and is_text(left) and is_text(right) and (not chained or before == name):
                joined, position = self._join_run(items, position - 2, left)
                result[-1] = joined
                continue
            value = None if chained else self._combined(name, left, right)
            if value is None and name in _STEP_NAMES:
                result += [name, right]
                continue
            if value is None:
                self._kept.keep(left)
                self._kept.keep(right)
            result[-1] = Term(left.start, right.end, value, told(left.steps, *right.steps, _STEP_NAMES.get(name, name)))
        return result

    def _join_run(self, items: list[Term | str], position: int, first: Term) -> tuple[Term, int]:
        """Join all texts that one operator puts together, in one step however many they are."""
        name, run = items[position], [first]
        while position + 1 < len(items) and items[position] == name:
            term = items[position + 1]
            if not (isinstance(term, Term) and is_text(term)):
                break
            run.append(term)
            position += 2
        value = None
        if sum(len(term.value) for term in run) <= MAX_VALUE:
            value = self._budget.made("".join(term.value for term in run))
        if value is None:
            for term in run:
                self._kept.keep(term)
        steps = told((), *dict.fromkeys(step for term in run for step in term.steps), "concatenate")
        return Term(first.start, run[-1].end, value, steps), position

    def _combined(self, name: str, left: Term, right: Term) -> Value:
        if left.value is None or right.value is None:
            return None
        return self._budget.made(combine(name, left.value, right.value, vb=self._vb))


def is_text(term: Term) -> bool:
    """Tell whether a term is a constant string, and not a character that counts as its code."""
    return isinstance(term.value, str) and not isinstance(term.value, Char)


def _applied_before(before: Term | str, term: Term) -> Term | None:
    """Return a term with the sign or cast before it applied, ``None`` if there is none."""
    if isinstance(before, Term):
        if before.member != CAST:
            return None
        kind = before.path[0]
        return Term(before.start, term.end, _cast(kind, term.value), told(term.steps, f"({kind})"))
    if before not in (_NEGATIVE, _POSITIVE):
        return None
    number = None if isinstance(term.value, str) else to_number(term.value)
    if number is not None and before == _NEGATIVE:
        number = -number
    return Term(term.start - 1, term.end, number, term.steps)


def _cast(kind: str, value: Value) -> Value:
    if kind in ("string", "object"):
        return value
    number = to_number(value)
    if number is None:
        return None
    if kind == "char":
        code = number & 0xFFFF
        return None if 0xD800 <= code <= 0xDFFF else Char(chr(code))
    return number & 0xFF if kind == "byte" else number
