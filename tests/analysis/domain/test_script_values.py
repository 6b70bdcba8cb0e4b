"""Known values of JScript: as numbers, their types, and whether they are equal."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.domain.script_values import kind_of, script_equal, script_number
from webshellhunt.analysis.domain.values import EMPTY, NAN, Value


@pytest.mark.parametrize(
    ("value", "number"),
    [
        ("", 0), (" 12 ", 12), ("-1.5", -1.5), ("1e3", 1000), (".5", 0.5), ("5.", 5), ("0x1f", 31), (True, 1),
        (None, 0), (2.5, 2.5), ("9" * 40, None), ("Infinity", None), (b"", None),
    ],
)  # fmt: skip
def test_a_value_as_a_number(value: Value, number: float | None) -> None:
    assert script_number(value) == number


@pytest.mark.parametrize("value", ["12px", "x", "1 2", "0x", "&hff", "--1", EMPTY])
def test_what_is_no_number(value: Value) -> None:
    assert script_number(value) is NAN


@pytest.mark.parametrize(
    ("value", "kind"),
    [(None, "null"), (EMPTY, "undefined"), ("", "string"), (False, "boolean"), (1, "number"), (NAN, "number")],
)
def test_the_type_of_a_value(value: Value, kind: str) -> None:
    assert kind_of(value) == kind


@pytest.mark.parametrize(
    ("left", "right", "answer"),
    [
        (None, EMPTY, True), (None, 0, False), (EMPTY, False, False), ("1", 1, True), ("", 0, True), ("a", "a", True),
        (True, 1, True), (NAN, NAN, False), ("9" * 40, 1, None),
    ],
)  # fmt: skip
def test_equal_values(left: Value, right: Value, answer: bool | None) -> None:
    assert script_equal(left, right) is answer
