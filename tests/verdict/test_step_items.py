"""Items of a step."""

from __future__ import annotations

from webshellhunt.verdict.step_items import MOST_ITEMS, items_of


def test_a_long_list_is_cut() -> None:
    items = items_of([f"{number}.aspx" for number in range(25)])
    assert len(items) == MOST_ITEMS + 1
    assert items[-1] == "and 15 more, listed above"


def test_each_name_is_there_once() -> None:
    assert items_of(["a", "b", "a"]) == ("a", "b")
