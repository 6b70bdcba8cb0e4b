"""Conversion operators: what a class says of its objects where another type is wanted."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

TEXT = "class A { string t; public A(string p) { t = p; } "
IMPLICIT = TEXT + "public static implicit operator string(A a) "


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        (
            TEXT + "public static implicit operator string(A a) { return a.t; } } string s = new A(VISITOR); SINK(s);",
            "t",
        ),
        (
            TEXT + 'public static implicit operator string(A a) { return "1"; } } string s = new A(VISITOR); SINK(s);',
            "1",
        ),
        (TEXT + 'public override string ToString() { return "1"; } } SINK("" + new A(VISITOR));', "1"),
        (TEXT + 'public override string ToString() { return t; } } SINK("" + new A(VISITOR));', "t"),
        (TEXT + 'public static string operator +(A a, A b) { return "1"; } } SINK(new A("") + new A(VISITOR));', "1"),
    ],
)
def test_an_operator_of_a_class(code: str, arrives: str) -> None:
    (value,) = seen(code, "c#")
    assert _short(value) == arrives


def _short(value: Any) -> Any:
    return "t" if "<tainted>" in str(value) else value
