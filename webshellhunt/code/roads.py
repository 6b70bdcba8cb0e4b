"""Roads: by which names the visitor's text comes to a sink, in the order in which statements run, the shortest first.

What spreads by names alone (`spread.py`) may have gone where no execution goes: through a name that was given something
else in between, or through another call of the same function. A road is followed backwards, from the sink, by what a
name holds there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import deque
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from itertools import islice
from typing import NamedTuple

from webshellhunt.analysis.flows import MAX_ALL_STEPS, Trace
from webshellhunt.code.blocks import Blocks
from webshellhunt.code.expressions import Expressions
from webshellhunt.code.given import MAX_VALUES, Gift, Given, How, Range
from webshellhunt.code.unit import Unit, name_of
from webshellhunt.lang.tokens import STRING

MAX_PLACES = 600
"""Expressions that are looked at for one road."""
MAX_CALLS = 4
"""Calls that are remembered on a road; behind more, it may come from any call."""
MAX_GIFTS = 20_000
"""Gifts that are looked at in one unit."""

_OTHERWISE = frozenset(
    {"goto", "resume", "try", "catch", "lock", "using", "static", "shared", "&&", "||", "?", "??", "parameters"}
)
"""Words and signs beside which a name may still hold what it was given before, or by another call."""

_GOING_ON = frozenset({"resume", "goto"})
_FAILING = frozenset({"/", "\\", "mod", "^", "-", "*"})
_SURE = frozenset(
    {
        "&", "(", ",", "=", "now", "date", "time", "timer", "rnd", "year", "month", "day", "hour", "minute",
        "second", "replace", "trim", "lcase", "ucase", "mappath", "formatdatetime",
    }
)  # fmt: skip
"""What may stand in front of a bracket in an expression of VB that never fails."""
_TWISTING = frozenset({"static", "shared", "parameters", "getref", "addressof", "callbyname", "invoke"})
"""Those of them by which a parameter may have what another call gave it, and what calls a function otherwise."""

_Calls = tuple[int, ...]
"""The calls that a road is inside of, the innermost last, by their roots."""


class _Place(NamedTuple):
    """An expression on a road: its range, the calls that it is inside of, and the steps from it to the sink."""

    value: Range
    calls: _Calls = ()
    steps: tuple[str, ...] = ()


class Roads:
    """The roads of one unit, once all traces are known."""

    def __init__(
        self, unit: Unit, expressions: Expressions, owned: Sequence[tuple[tuple[int, int], str | None]], given: Given
    ) -> None:
        self._unit = unit
        self._expressions = expressions
        self._scopes = expressions.scopes
        self._names = expressions.names
        self._owned = owned
        self._given = given
        self._left = MAX_GIFTS
        self._is_cut = False
        self._is_ordered = True
        self._held_at: dict[tuple[int, str], Sequence[Gift]] = {}

    @cached_property
    def _may_run_otherwise(self) -> bool:
        """Whether an assignment of the unit may fail, be left out, or outlive the call, for all that its lines say."""
        return not self._expressions.calls.words.isdisjoint(_OTHERWISE)

    @cached_property
    def _blocks(self) -> Blocks:
        return Blocks(self._unit, self._expressions.calls.lower, [owner for _, owner in self._owned])

    def find(self, ranges: Sequence[tuple[int, int]], owner: str | None, trace: Trace) -> Trace | None:
        """Return the shortest road into some ranges; one that the page decodes for itself where there is no other.

        ``trace`` is what spread there, which stays where no road is found in code that may run in another order than it
        seems, or that asks for more than it gets: one line must not hide a shell. What a function of the page is given
        comes out of it by what it gives back, and what one part of an object is given by that part; only where no road
        is found so, it may be by others.

        Raises:
            ExhaustedError: The unit has had its share of looks.
        """
        found = self._search(ranges, owner, through=False)
        if found is not None and (found.kind != "decoded" or trace.kind == "decoded"):
            return found
        through = self._search(ranges, owner, through=True)
        if through is not None and through.kind == trace.kind:
            return through
        if found is not None:
            return found
        stays = through is not None or self._left < 0 or self._is_cut or self._may_run_otherwise
        return trace if stays and (through is not None or self._arrives_otherwise(ranges, owner)) else None

    def _arrives_otherwise(self, ranges: Sequence[tuple[int, int]], owner: str | None) -> bool:
        """Return True if a road exists where statements run in any order, or where nobody knows.

        A statement that fails leaves a name as it was. That changes the order; by no order does one call of a function
        return what another one gave to its parameters.
        """
        if self._left < 0 or self._is_cut or not _TWISTING.isdisjoint(self._expressions.calls.words):
            return True
        self._is_ordered = False
        found = self._search(ranges, owner, through=True)
        self._is_ordered = True
        return found is not None or self._left < 0 or self._is_cut

    def _search(self, ranges: Sequence[tuple[int, int]], owner: str | None, *, through: bool) -> Trace | None:
        waiting = deque(_Place((left, right, owner)) for left, right in ranges)
        seen: set[tuple[int, int, _Calls]] = set()
        decoded: Trace | None = None
        while waiting and len(seen) < MAX_PLACES and self._left >= 0:
            place = waiting.popleft()
            for found in self._look(place, waiting, seen, through=through):
                if found.kind != "decoded":
                    return found
                decoded = decoded or found
        self._is_cut = self._is_cut or len(seen) >= MAX_PLACES
        return decoded

    def _look(
        self, place: _Place, waiting: deque[_Place], seen: set[tuple[int, int, _Calls]], *, through: bool
    ) -> Iterator[Trace]:
        """Yield what comes to an expression by itself, and add where else to look."""
        (start, end, owner), expressions = place.value, self._expressions
        resume = start
        for root, dotted, names in expressions.iter_parts(start, end, owner):
            if root < resume or expressions.is_cleaned(dotted, names):
                continue
            own = expressions.calls.own(root)
            is_own = self._unit.value(own) in self._scopes.functions
            if not through and is_own:
                resume = self._unit.match.get(own + 1, own)
            name, key = self._scopes.named_at(root, owner)
            found = expressions.origins.of(root, dotted, names, end)
            if found is None and not place.calls:
                found = self._names.entries.get(key)
            gifts = [] if found is not None else self._gifts(root, key, owner, place.calls)
            if found is None and (is_own or not gifts):
                found = expressions.made(root, dotted, names, end)
            if found is None and (not gifts or (root > start and self._names_site_file(root, gifts))):
                continue
            if expressions.completes_path(start, root):
                continue
            around = expressions.decoders_around(start, root, end)
            behind = dotted.names[dotted.tokens.index(own) + 1 :]
            inner = behind[0] if behind and not through else ""
            steps_behind = (name, *around, *place.steps)
            following = (_Place(gift.value, calls, steps_behind) for gift, calls in gifts if _is_seen(gift, inner))
            _add_places(following, waiting, seen)
            if found is not None:
                steps = tuple(dict.fromkeys((*found.steps, *around, *place.steps)))
                yield found.by(steps[:MAX_ALL_STEPS])

    def _names_site_file(self, root: int, gifts: Sequence[tuple[Gift, _Calls]]) -> bool:
        """Return True if a name is a path in a fixed folder, given to a function that may read the file."""
        is_own = self._unit.value(root - 2) in self._scopes.functions
        return not is_own and self._expressions.is_read(root) and all(map(self._is_site_file, gifts))

    def _is_site_file(self, gift: tuple[Gift, _Calls]) -> bool:
        """Return True if a name is given a path that begins with a fixed folder."""
        start, end, _ = gift[0].value
        return gift[0].how is How.WHOLE and end - start > 2 and self._expressions.begins_in_folder(start)

    def _gifts(self, root: int, key: str, owner: str | None, calls: _Calls) -> list[tuple[Gift, _Calls]]:
        """Return what the name at a root may hold there, with the calls that each is inside of."""
        name, given = self._unit.value(self._expressions.calls.own(root)), self._given
        if self._expressions.calls.is_member(root):
            return []
        if name in self._names.returns and not (owner is not None and name_of(owner) == name and key == name):
            inside = (*calls, root) if len(calls) < MAX_CALLS else ()
            results = (*given.gifts(f"return\0{name}"), *(given.gifts(name) if self._unit.is_vb else ()))
            return [(gift, inside) for gift in results]
        if key not in self._names.traces:
            return []
        held = self._held(root, key, owner)
        inner = calls[-1] if calls else -1
        return [
            (gift, calls[:-1] if gift.call >= 0 else calls if gift.value[2] == owner else ())
            for gift in held
            if gift.call < 0 or inner in (-1, gift.call)
        ]

    def values_at(self, root: int, owner: str | None, *, added: bool) -> list[Range]:
        """Return what the variable at a root may hold there; also what is added to it, if ``added``.

        An assignment in front of another counts where the later one may fail and let the page go on.
        """
        key = self._scopes.variable(root, owner)
        gifts = self._held(root, key, owner)
        every = self._given.gifts(key)
        if gifts is not every and self._goes_on and any(map(self._may_fail, gifts)):
            gifts = every
        wanted = (g.value for g in gifts if g.how is not How.TAKEN and (added or g.how is not How.ADDED))
        return list(islice(wanted, MAX_VALUES))

    @cached_property
    def _goes_on(self) -> bool:
        """Whether the unit goes on with the next line after one that failed."""
        return not self._expressions.calls.words.isdisjoint(_GOING_ON)

    def _may_fail(self, gift: Gift) -> bool:
        """Return True unless an expression only joins texts, variables and what the clock says."""
        lower = self._expressions.calls.lower
        start, end, _ = gift.value
        calls = any(self._unit.is_op(at + 1, "(") and lower[at] not in _SURE for at in range(start, end - 1))
        return calls or not _FAILING.isdisjoint(lower[start:end]) or self._may_add(start, end)

    def _may_add(self, start: int, end: int) -> bool:
        """Return True if a ``+`` of an expression stands beside anything else than literals: it may add a number."""
        kinds = self._unit.tokens.kinds
        return any(
            self._unit.is_op(at, "+") and not kinds[at - 1] == kinds[at + 1] == STRING for at in range(start, end - 1)
        )

    def _held(self, root: int, key: str, owner: str | None) -> Sequence[Gift]:
        """Return the gifts that a name may still hold at a token."""
        gifts = self._given.gifts(key)
        self._left -= len(gifts)
        # An entry of the session is there on the next request, too; and one gift alone is all that it may hold.
        if "(" in key or self._left < 0 or len(gifts) < 2 or not self._is_ordered:
            return gifts
        if (root, key) not in self._held_at:  # roads of one unit meet
            self._held_at[root, key] = self._in_order(gifts, root, key, owner)
        return self._held_at[root, key]

    def _in_order(self, gifts: Sequence[Gift], root: int, key: str, owner: str | None) -> Sequence[Gift]:
        """Return those gifts of a name that it may hold at a token by the order in which statements run."""
        blocks, here = self._blocks, self._blocks.statement_of(root)
        same = [gift for gift in gifts if gift.value[2] == owner and gift.call < 0]
        before, sure = self._before(same, root, here)
        behind = [
            gift
            for gift in same
            if gift.at > root
            and (
                gift.value[0] <= root  # the very expression that the name stands in
                or blocks.repeats(blocks.statement_of(gift.value[0] - 1), here, without=sure)
            )
        ]
        if sure is not None and not self._calls_any(before[-1].at, root):
            return [*before, *behind]
        others = [gift for gift in gifts if gift.value[2] != owner or gift.call >= 0]
        if sure is not None:
            others = [gift for gift in others if gift.call < 0]
        elif owner is not None and "\0" not in key:
            behind = [gift for gift in same if gift.at > root]  # by an earlier call of this very function
        # Where nothing is given in front, nobody knows in which order things run: handlers, functions that are kept.
        return [*before, *behind, *others] or same

    def _before(self, gifts: Sequence[Gift], root: int, here: int) -> tuple[list[Gift], int | None]:
        """Return the gifts in front of a token that may be held there, the last first, back to one that surely was.

        The second value is the statement of that one, if there is one.
        """
        blocks, found = self._blocks, list[Gift]()
        for gift in reversed(gifts):
            number = blocks.statement_of(gift.value[0] - 1) if gift.at <= root else -1
            if number >= 0 and not blocks.excludes(number, here):
                found.append(gift)
                if gift.how is How.WHOLE and blocks.is_sure(number, here):
                    return found, number
        return found, None

    def _calls_any(self, start: int, end: int) -> bool:
        """Tell whether a function of the page is called between two tokens."""
        place = bisect_left(self._called, start)
        return place < len(self._called) and self._called[place] < end

    @cached_property
    def _called(self) -> list[int]:
        """The roots of the calls of the page's own functions."""
        return self._expressions.calls.calls_of(self._scopes.functions)


def _add_places(places: Iterable[_Place], waiting: deque[_Place], seen: set[tuple[int, int, _Calls]]) -> None:
    """Add the places that were not seen so far, as far as a search goes."""
    for place in places:
        mark = (*place.value[:2], place.calls)
        if len(seen) < MAX_PLACES and mark not in seen:
            seen.add(mark)
            waiting.append(place)


def _is_seen(gift: Gift, member: str) -> bool:
    """Tell whether what an object is given may be in a member of it; in the whole of it, it is (``""``)."""
    return not gift.member or not member or gift.member == member
