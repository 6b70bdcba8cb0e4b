"""The notation of events."""

from __future__ import annotations

import pytest

from webshellhunt.reports.events.event_lines import compact, event_line


def test_a_line_has_sorted_keys_and_no_empty_field() -> None:
    assert event_line({"b": 1, "a": {"d": None, "c": ["", "é"]}, "e": {}}) == '{"a": {"c": ["\\u00e9"]}, "b": 1}\n'


@pytest.mark.parametrize(
    ("value", "left"),
    [
        ({"a": {"b": {"c": []}}}, {}),
        ([None, [], [0]], [[0]]),
        ((1, "x"), [1, "x"]),
        ({"no": False, "zero": 0, "null": 0.0}, {"no": False, "zero": 0, "null": 0.0}),
    ],
)
def test_zero_and_false_are_values(value: object, left: object) -> None:
    assert compact({"value": value, "a": 1}) == ({"value": left, "a": 1} if left else {"a": 1})
