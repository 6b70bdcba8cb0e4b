"""Queries: the methods of ``Enumerable`` over arrays, lists, dictionaries, texts and unknown values.

Those of `DEFERRED` run when somebody asks for their items, as in .NET.

Source: System.Linq.Enumerable of .NET.
"""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.domain.comparing import BOOLEAN
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.pending import forced
from webshellhunt.analysis.domain.values import NUMBER, UNKNOWN, Value, is_known
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, integer_of, is_function, number_of
from webshellhunt.analysis.library.dotnet import sets
from webshellhunt.analysis.library.equality import equals
from webshellhunt.analysis.library.sequences import (
    Row,
    any_of,
    filtered,
    folded,
    mapped,
    ordered,
    row_of,
    tested,
    thing_of,
)

_ROUNDS = 2
Query = Callable[[Runner, Row, list[Value], int], Value]


def _select(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    return thing_of(mapped(machine, row, a[0], token))


def _select_many(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    items: list[Value] = []
    is_exact = row.is_exact
    for item, inner in zip(row.items, mapped(machine, row, a[0], token).items, strict=True):
        found = row_of(forced(inner))
        is_exact = is_exact and found.is_exact
        items += found.items if len(a) < 2 else [machine.call(a[1], [item, each], token) for each in found.items]
    return thing_of(Row(items, is_exact))


def _where(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    return thing_of(filtered(machine, row, a[0], token))


def _aggregate(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    if not row.is_exact:
        return _aggregate_any(machine, row, a, token)
    items = row.items
    if len(a) == 1:
        return folded(machine, items[0], Row(items[1:]), a[0], token)
    value = folded(machine, a[0], row, a[1], token)
    return machine.call(a[2], [value], token) if len(a) > 2 else value


def _aggregate_any(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    """Return the join of the results for any number of items."""
    value = row.any if len(a) == 1 else a[0]
    for _ in range(_ROUNDS):
        machine.state.open()
        made = machine.call(a[0] if len(a) == 1 else a[1], [value, row.any], token)
        machine.state.merge([{}, machine.state.undo()])
        value = choice([value, made])
    return machine.call(a[2], [value], token) if len(a) > 2 else value


def _order(*, falls: bool) -> Query:
    def order(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
        keys = mapped(machine, row, a[0], token).items if a and is_function(a[0]) else row.items
        try:
            places = ordered(keys, falls=falls) if row.is_exact else []
        except UnsolvedError:
            return thing_of(Row(row.items, is_exact=False))
        if not row.is_exact:
            return thing_of(row)
        return thing_of(Row([row.items[at] for at in places]))

    return order


def _part_of_front(row: Row, count: int, *, takes: bool) -> Row:
    """Return the first items, or all others, of a row of which only the first ones are known apart."""
    if count > row.front:
        return Row(row.items, is_exact=False)
    return Row(row.items[:count]) if takes else Row(row.items[count:], False, row.front - count)


def _part(start: Callable[[int], int | None], end: Callable[[int], int | None]) -> Query:
    def part(_: Runner, row: Row, a: list[Value], __: int) -> Value:
        if not is_known(a[0]) or not (row.is_exact or row.front):
            return thing_of(Row(row.items, is_exact=False))
        count = max(integer_of(a[0]), 0)
        if not row.is_exact:
            return thing_of(_part_of_front(row, count, takes=start(count) == 0 and end(count) == count))
        return thing_of(Row(row.items[start(count) : end(count)]))

    return part


def _while(*, takes: bool) -> Query:
    def run(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
        answers = tested(machine, row, a[0], token)
        if not row.is_exact:
            return thing_of(Row(row.items, is_exact=False))
        first = next((at for at, answer in enumerate(answers) if answer is not True), len(answers))
        last = answers.index(False) if False in answers else len(answers)
        return thing_of(Row(row.items[:last] if takes else row.items[first:], is_exact=first == last))

    return run


def _one_of(place: int, *, or_default: bool) -> Query:
    """Return ``First``, ``Last`` or ``Single``, with a predicate or without."""

    def one_of(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
        found = filtered(machine, row, a[0], token) if a and is_function(a[0]) else row
        if not found.is_exact and found.front and place == 0:
            return found.items[0]
        if not found.is_exact:
            return choice([*found.items, *([None] if or_default else ())] or [UNKNOWN])
        if found.items:
            return found.items[place]
        return a[-1] if or_default and len(a) > 1 else None if or_default else UNKNOWN

    return one_of


def _element_at(_: Runner, row: Row, a: list[Value], __: int) -> Value:
    if is_known(a[0]) and 0 <= integer_of(a[0]) < row.front:
        return row.items[integer_of(a[0])]
    if not row.is_exact or not is_known(a[0]):
        return row.any
    at = integer_of(a[0])
    return row.items[at] if 0 <= at < len(row.items) else None


def _count(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    found = filtered(machine, row, a[0], token) if a else row
    return len(found.items) if found.is_exact else NUMBER


def _sum(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    found = mapped(machine, row, a[0], token) if a else row
    if not found.is_exact or not all(map(is_known, found.items)):
        return NUMBER
    return sum(map(number_of, found.items))


def _extreme(*, largest: bool) -> Query:
    def extreme(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
        found = mapped(machine, row, a[0], token) if a else row
        places = ordered(found.exact())
        return found.items[places[-1 if largest else 0]]

    return extreme


def _any(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    if not a:
        return len(row.items) > 0 if row.is_exact else BOOLEAN
    return any_of(tested(machine, row, a[0], token), is_exact=row.is_exact)


def _all(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    answers = tested(machine, row, a[0], token)
    found = any_of([None if each is None else not each for each in answers], is_exact=row.is_exact)
    return not found if isinstance(found, bool) else found


def _contains(_: Runner, row: Row, a: list[Value], __: int) -> Value:
    return any_of([equals(item, a[0]) for item in row.items], is_exact=row.is_exact)


def _for_each(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    mapped(machine, row, a[0], token)
    return None


def _find_index(machine: Runner, row: Row, a: list[Value], token: int) -> Value:
    answers = tested(machine, row, a[0], token)
    if not row.is_exact or None in answers:
        return NUMBER
    return answers.index(True) if True in answers else -1


def _index_of(_: Runner, row: Row, a: list[Value], __: int) -> Value:
    answers = [equals(item, a[0]) for item in row.items]
    if not row.is_exact or None in answers:
        return NUMBER
    return answers.index(True) if True in answers else -1


def _with_default(_: Runner, row: Row, a: list[Value], __: int) -> Value:
    return thing_of(row if row.items else Row([a[0] if a else None]))


def _as(type_name: str) -> Query:
    return lambda machine, row, a, token: thing_of(row, type_name)


def _reversed(_: Runner, row: Row, __: list[Value], ___: int) -> Value:
    return thing_of(Row(row.items[::-1], row.is_exact))


def _chunk(_: Runner, row: Row, a: list[Value], __: int) -> Value:
    size, items = max(integer_of(a[0]), 1), row.exact()
    return thing_of(Row([thing_of(Row(items[at : at + size])) for at in range(0, len(items), size)]))


QUERIES: dict[str, Query] = {
    **dict.fromkeys(("select", "convertall"), _select),
    "selectmany": _select_many,
    **dict.fromkeys(("where", "findall"), _where),
    "aggregate": _aggregate,
    "zip": sets.zip_with,
    **dict.fromkeys(("orderby", "thenby", "order"), _order(falls=False)),
    **dict.fromkeys(("orderbydescending", "thenbydescending", "orderdescending"), _order(falls=True)),
    "reverse": _reversed,
    "skip": _part(lambda n: n, lambda n: None),
    "take": _part(lambda n: 0, lambda n: n),
    "skiplast": _part(lambda n: 0, lambda n: -n or None),
    "takelast": _part(lambda n: -n or 1 << 30, lambda n: None),
    "takewhile": _while(takes=True),
    "skipwhile": _while(takes=False),
    **dict.fromkeys(("first", "single"), _one_of(0, or_default=False)),
    "last": _one_of(-1, or_default=False),
    **dict.fromkeys(("firstordefault", "singleordefault", "find"), _one_of(0, or_default=True)),
    **dict.fromkeys(("lastordefault", "findlast"), _one_of(-1, or_default=True)),
    **dict.fromkeys(("elementat", "elementatordefault", "getvalue"), _element_at),
    **dict.fromkeys(("count", "longcount"), _count),
    "sum": _sum,
    "min": _extreme(largest=False),
    "max": _extreme(largest=True),
    **dict.fromkeys(("any", "exists"), _any),
    **dict.fromkeys(("all", "trueforall"), _all),
    "contains": _contains,
    "concat": sets.concat,
    "union": sets.union,
    "distinct": sets.distinct,
    "except": sets.without,
    "intersect": sets.intersect,
    "append": lambda machine, row, a, token: thing_of(Row([*row.items, a[0]], row.is_exact, row.front)),
    "prepend": lambda machine, row, a, token: thing_of(Row([a[0], *row.items], row.is_exact, row.front + 1)),
    **dict.fromkeys(("groupby", "tolookup"), sets.group_by),
    "join": sets.joined(in_groups=False),
    "groupjoin": sets.joined(in_groups=True),
    "todictionary": sets.to_dictionary,
    "foreach": _for_each,
    "findindex": _find_index,
    "indexof": _index_of,
    "sequenceequal": sets.equal,
    "defaultifempty": _with_default,
    "chunk": _chunk,
    **dict.fromkeys(("toarray", "cast", "oftype", "asenumerable", "asqueryable", "toimmutablearray"), _as("array")),
    "tolist": _as("list"),
    "tohashset": _as("hashset"),
}
"""Methods by name in lower case."""

DEFERRED = frozenset(
    {
        "select", "selectmany", "where", "orderby", "orderbydescending", "thenby", "thenbydescending", "skip", "take",
        "skipwhile", "takewhile", "zip", "concat", "union", "distinct", "except", "intersect", "append", "prepend",
        "groupby", "cast", "oftype", "reverse", "defaultifempty", "chunk", "skiplast", "takelast",
        "join", "groupjoin",
    }
)  # fmt: skip
"""Methods that run when somebody asks for the items of their result."""

CALLING = frozenset(
    {
        "select", "selectmany", "where", "aggregate", "orderby", "orderbydescending", "foreach", "any", "all",
        "first", "firstordefault", "last", "lastordefault", "single", "singleordefault", "groupby", "todictionary",
        "sum", "count", "max", "min", "takewhile", "skipwhile", "findall", "find", "exists", "convertall",
    }
)  # fmt: skip
"""Methods that call a function for each item: worth running for a collection of which nothing is known."""
