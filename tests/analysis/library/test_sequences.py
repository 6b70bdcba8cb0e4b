"""Sequences: items that are known apart, or values that they may be."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen
from tests.builders.library_runs import TAINTED, Counting, Function, plain_of, value_of
from webshellhunt.analysis.domain.arrays import MAX_ITEMS
from webshellhunt.analysis.domain.values import REST, UNKNOWN, Thing
from webshellhunt.analysis.library import sequences
from webshellhunt.analysis.library.arguments import UnsolvedError
from webshellhunt.analysis.library.sequences import Row, row_of, thing_of


def test_the_items_of_values() -> None:
    assert row_of("ab").exact() == ["a", "b"]
    assert row_of(b"ab").exact() == [97, 98]
    assert row_of(value_of([1, 2])).exact() == [1, 2]
    assert row_of(Thing("stack", fields={**value_of([1, 2]).fields})).exact() == [2, 1]
    assert [plain_of(each) for each in row_of(Thing("dictionary", fields={"a": 1})).exact()] == [
        {"key": "a", "value": 1}
    ]


def test_what_is_not_known_has_any_number_of_items() -> None:
    row = row_of(TAINTED)

    assert not row.is_exact
    assert plain_of(thing_of(row)) == {"rest": "<tainted>"}
    with pytest.raises(UnsolvedError):
        row.exact()
    with pytest.raises(UnsolvedError):
        row_of(None)
    with pytest.raises(UnsolvedError):
        row_of(b"a" * (MAX_ITEMS + 1))


def test_a_function_over_unknown_items_changes_only_what_may_be() -> None:
    machine, thing = Counting(), Thing("list", fields={REST: TAINTED})
    seen = {"a": "before"}
    sequences.mapped(machine, row_of(thing), Function(lambda x: machine.state.put(seen, "a", x)), 1)

    assert plain_of(seen["a"]) == {"before", "<tainted>"}


def test_a_predicate_that_is_not_known_keeps_items_possible() -> None:
    row = sequences.filtered(Counting(), Row([1, 2]), Function(lambda x: UNKNOWN if x == 1 else False), 1)

    assert (row.items, row.is_exact) == ([1], False)


def test_keys_are_ordered_as_texts_or_numbers() -> None:
    assert sequences.ordered(["b", "A", "a"]) == [2, 1, 0]
    assert sequences.ordered([2, 1, 1], falls=True) == [0, 1, 2]
    with pytest.raises(UnsolvedError):
        sequences.ordered([1, "a"])


def test_an_item_that_is_there_decides_only_where_items_are_known() -> None:
    assert sequences.any_of([False, True, None], is_exact=True) is True
    assert sequences.any_of([False], is_exact=True) is False
    assert plain_of(sequences.any_of([True], is_exact=False)) == "<boolean>"


FRONT = 'var l = new List<string> { "a", "b" }; l.AddRange(VISITOR.Split(\',\'));'


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("SINK(l[0])", ["a"]),
        ("SINK(l[2])", ["<tainted>"]),
        ("SINK(l.First())", ["a"]),
        ("SINK(l.Last())", [{"a", "b", "<tainted>"}]),
        ("SINK(l.Take(2).Last())", ["b"]),
        ("SINK(l.Skip(1).First())", ["b"]),
        ("SINK(l.Skip(2).First())", ["<tainted>"]),
        ('SINK(l.Select(x => x + "c").ElementAt(1))', ["bc"]),
        ('SINK(l.Where(x => x != "a").First())', ["b"]),
        ('SINK(l.Concat(new[] { "c" }).First())', ["a"]),
        ("SINK(l.Zip(l, (x, y) => y).First())", ["a"]),
        ('l.Add("c"); SINK(l[1])', ["b"]),
        ('l.Insert(0, "c"); SINK(l[1])', [{"a", "b", "c", "<tainted>"}]),
        ("l.Clear(); SINK(l.Count)", [0]),
        ("var q = new Queue<string>(l); q.Dequeue(); SINK(q.Dequeue())", ["b"]),
    ],
)
def test_a_list_is_known_at_the_front(code: str, arrives: list[Any]) -> None:
    assert seen(f"{FRONT} {code};", "c#") == arrives
