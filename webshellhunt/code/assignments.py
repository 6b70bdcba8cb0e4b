"""Assignments of a statement: which name is given what. Structure only, no meaning."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.code.declarations import behind_type_arguments
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME, OP

ASSIGNS = frozenset({"=", "+=", "&=", ":="})
_DECLARES = frozenset({"dim", "private", "public", "static", "const", "friend", "protected", "shared"})
COMPARES = frozenset({"if", "elseif", "while", "until", "do", "loop", "case", "select", "return"})
"""What a VB statement begins with in which ``=`` compares; what follows ``Then`` is a statement of its own."""


class Assignments:
    """The assignments of the statements of one unit; who follows names asks for those of one several times."""

    def __init__(self, unit: Unit, lower: Sequence[str]) -> None:
        self._unit = unit
        self._lower = lower
        self._by_statement: dict[int, Sequence[tuple[int, int, int]]] = {}

    def of(self, number: int) -> Sequence[tuple[int, int, int]]:
        """Return what `iter_assignments` tells of a statement."""
        found = self._by_statement.get(number)
        if found is None:
            start, end = self._unit.statements[number]
            found = self._by_statement[number] = tuple(iter_assignments(self._unit, self._lower, start, end))
        return found


def iter_assignments(unit: Unit, lower: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the token of each assigned name, and where its right side starts and ends.

    In C# and JScript an assignment may stand in brackets, ``using (x = y)``, in C# also in what an object is made with;
    in VB ``=`` compares there, and ``x As New Type`` is one too. Each of ``Dim a = x, b = y`` is given its own.
    """
    if unit.is_vb and lower[start] in COMPARES:
        return
    words = lower[start:end]
    makes = unit.is_vb and "new" in words
    if ASSIGNS.isdisjoint(words) and not makes:
        return
    if unit.is_vb and not makes and words[0] not in _DECLARES and _is_plain(unit, start, words):
        yield start, start + 2, end
        return
    ranges = [(start, end)]
    if unit.is_vb:
        for index in range(start + 3, end) if makes else ():
            if lower[index - 1] == "new" and lower[index - 2] == "as" and unit.is_name(index - 3):
                yield index - 3, index - 1, end
    else:
        openers = (index for index in range(start, end) if unit.is_op(index, "(") and index in unit.match)
        ranges += [(index + 1, min(unit.match[index], end)) for index in openers]
    if unit.language == "c#":
        ranges += _initialised(unit, lower, start, end)
    lists = unit.is_vb and lower[start] in _DECLARES
    for left, right in ranges:
        for first, last in _split(unit, lower, left, right) if lists else ((left, right),):
            yield from _iter_own(unit, lower, first, last)


def _is_plain(unit: Unit, start: int, words: Sequence[str]) -> bool:
    """Tell whether a statement of VB is ``name = …``, as most by far are."""
    kinds = unit.tokens.kinds
    return len(words) > 1 and words[1] in ASSIGNS and kinds[start] == NAME and kinds[start + 1] == OP


def _split(unit: Unit, lower: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Split a range at the commas outside of its inner brackets."""
    first = index = start
    while index < end:
        if unit.tokens.kinds[index] == OP:
            if (closer := _closing(unit, lower, index)) > index:
                index = closer
            elif lower[index] == ",":
                yield first, index
                first = index + 1
        index += 1
    if first < end:
        yield first, end


def _closing(unit: Unit, lower: Sequence[str], index: int) -> int:
    """Return what closes the brackets that open at a token, in C# also those around types: ``new A<B, C>``."""
    if lower[index] != "<" or unit.language != "c#":
        return unit.match.get(index, -1)
    return behind_type_arguments(unit, index) - 1


def _initialised(unit: Unit, lower: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the range of each member that an object is made with: ``new T { a = b, c = d }``."""
    for opener in (index for index in range(start, end) if unit.is_op(index, "{") and index in unit.match):
        yield from _split(unit, lower, opener + 1, min(unit.match[opener], end))


def _iter_own(unit: Unit, lower: Sequence[str], start: int, end: int) -> Iterator[tuple[int, int, int]]:
    """Yield the assignments outside of inner brackets: in VB the first; elsewhere ``a = b = c, d = e`` has three."""
    index, is_vb, kinds = start, unit.is_vb, unit.tokens.kinds
    waiting: list[tuple[int, int]] = []
    while index < end:
        if kinds[index] == OP:
            if (closer := _closing(unit, lower, index)) > index:
                index = closer
            elif lower[index] in ASSIGNS and index > start:
                name_at = _assigned_name(unit, lower, index - 1, start)
                if is_vb or (name_at is None and not waiting):
                    if name_at is not None:
                        yield name_at, index + 1, end
                    return
                if name_at is not None:
                    waiting.append((name_at, index + 1))
            elif waiting and lower[index] == "," and not is_vb:
                yield from ((name_at, right, index) for name_at, right in waiting)
                waiting, start = [], index + 1
        index += 1
    yield from ((name_at, right, end) for name_at, right in waiting)


def _assigned_name(unit: Unit, lower: Sequence[str], index: int, start: int) -> int | None:
    """Walk back from ``=`` over ``As Type``, ``: Type``, ``(index)`` and ``.member`` to the variable's name."""
    index = _before_brackets(unit, index, start)
    if not unit.is_name(index):
        return None
    if index - 2 >= start and lower[index - 1] in (":", "as") and unit.is_name(index - 2) and unit.language != "c#":
        return index - 2
    while index - 2 >= start and lower[index - 1] == ".":
        index = _before_brackets(unit, index - 2, start)
    return index if unit.is_name(index) else None


def _before_brackets(unit: Unit, index: int, start: int) -> int:
    while index > start and unit.match.get(index, index) < index:
        index = unit.match[index] - 1
    return index
