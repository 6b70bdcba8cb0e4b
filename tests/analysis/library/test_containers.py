"""Collections: known items and entries stay apart, unknown ones are joined."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.interpreted import seen
from tests.builders.library_runs import TAINTED, Counting, plain_of, value_of
from webshellhunt.analysis.domain.arrays import MAX_ITEMS
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import REST, UNKNOWN, Thing
from webshellhunt.analysis.library import containers
from webshellhunt.analysis.library.arguments import UnsolvedError

MACHINE = Counting()


def test_items_are_added_at_the_end() -> None:
    thing = value_of(["a"])
    containers.append(MACHINE, thing, ["b", TAINTED])

    assert plain_of(thing) == ["a", "b", "<tainted>"]


def test_too_many_items_are_not_kept_apart() -> None:
    thing = value_of(["a"])
    thing.fields["\0length"] = MAX_ITEMS
    containers.append(MACHINE, thing, [TAINTED])

    assert plain_of(thing) == {"rest": {"a", "<tainted>"}}
    with pytest.raises(UnsolvedError):
        containers.store(MACHINE, thing, [0] * (MAX_ITEMS + 1))


@given(st.lists(st.integers(), max_size=8), st.lists(st.integers(), max_size=3), st.integers(0, 8))
def test_insert_and_store_agree_with_lists(items: list[int], added: list[int], at: int) -> None:
    at = min(at, len(items))
    thing = value_of(items)
    containers.insert(MACHINE, thing, at, added)

    assert plain_of(thing) == [*items[:at], *added, *items[at:]]


def test_an_item_is_taken() -> None:
    thing = value_of(["a", "b", "c"])

    assert containers.take(MACHINE, thing, 0) == "a"
    assert containers.take(MACHINE, thing, -1) == "c"
    assert plain_of(thing) == ["b"]
    assert containers.take(MACHINE, value_of([]), -1) == UNKNOWN
    assert containers.take(MACHINE, Thing("list", fields={REST: TAINTED}), 0) == TAINTED


def test_an_entry_is_found_by_its_key() -> None:
    thing = Thing("dictionary")
    containers.put_entry(MACHINE, thing, "a", 1)
    containers.put_entry(MACHINE, thing, 1, "number")

    assert containers.get_entry(MACHINE, thing, "a") == 1
    assert containers.get_entry(MACHINE, thing, 1) == "number"
    assert containers.get_entry(MACHINE, thing, "b", "default") == "default"
    assert plain_of(containers.get_entry(MACHINE, thing, TAINTED, None)) == {"1", "number", "None"}
    assert containers.count_of(thing) == 2


def test_the_way_of_comparing_is_no_entry() -> None:
    thing = Thing("scripting.dictionary", fields={"comparemode": 1, "a": 2})

    assert containers.entries_of(thing) == {"a": 2}


def test_bytes_become_an_array_unless_they_are_many() -> None:
    assert plain_of(containers.byte_array(b"ab")) == [97, 98]
    many = b"a" * (MAX_ITEMS + 1)
    assert containers.byte_array(many) is many


def test_clearing_keeps_what_is_no_entry() -> None:
    thing = Thing("dictionary", fields={"a": 1, REST: 2, "\0other": 3})
    containers.clear(MACHINE, thing)

    assert thing.fields == {"\0other": 3}
    assert containers.has_entry(MACHINE, thing, "a") is False
    assert plain_of(containers.has_entry(MACHINE, thing, choice(["a", "b"]))) == "<boolean>"


@pytest.mark.parametrize(
    ("made", "code", "arrives"),
    [
        ("SortedList<string, string>", "d.Values[0]", "2"),
        ("SortedDictionary<string, string>", "d.First().Value", "2"),
        ("Dictionary<string, string>", "d.First().Value", "1"),
        ("SortedList", "d.GetByIndex(1)", "1"),
        ("SortedList", "d.GetKey(1)", "b"),
        ("NameValueCollection", "d[1]", "2"),
        ("NameValueCollection", "d.GetKey(0)", "b"),
        ("OrderedDictionary", "d[0]", "1"),
    ],
)
def test_the_order_of_a_dictionary(made: str, code: str, arrives: str) -> None:
    assert seen(f'var d = new {made}(); d.Add("b", "1"); d.Add("a", "2"); SINK({code});', "c#") == [arrives]
