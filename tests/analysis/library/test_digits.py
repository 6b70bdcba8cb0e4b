"""Digits: patterns that let nothing through but digits."""

from __future__ import annotations

import pytest

from tests.builders.library_runs import TAINTED, plain_of
from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.library.digits import are_digits, groups_of, leaves_digits, possible_match


@pytest.mark.parametrize("source", [r"\d", r"\d+", r"^\d+$", r"[0-9]{1,3}", r"\d\d*", r"[\d]+"])
def test_digits(source: str) -> None:
    assert are_digits(source)


@pytest.mark.parametrize("source", [r".", r"\w+", r"\d+|a", r"[0-9a]", r"", r"\D", r"[^0-9]"])
def test_not_only_digits(source: str) -> None:
    assert not are_digits(source)


@pytest.mark.parametrize(("source", "answer"), [(r"\D", True), (r"[^0-9]+", True), (r"[^\d.]", True), (r"[^a]", False)])
def test_all_but_digits(source: str, answer: bool) -> None:
    assert leaves_digits(source) is answer


@pytest.mark.parametrize(
    ("source", "groups"),
    [
        ("a", []),
        ("(a)(b)", ["a", "b"]),
        ("((a)b)", ["(a)b", "a"]),
        ("(?:a)(b)", ["b"]),
        (r"\((a)[(]", ["a"]),
        ("(a", [""]),
    ],
)
def test_groups(source: str, groups: list[str]) -> None:
    assert groups_of(source) == groups


def test_a_match_in_a_text_that_is_not_known() -> None:
    items = known_items(possible_match(r"a(\d+)(.*)", TAINTED))
    assert items is not None
    assert [plain_of(each) for each in items] == ["<tainted>", "<number>", "<tainted>"]
