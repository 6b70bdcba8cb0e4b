"""Equalities: conditions that compare a variable with a text, in each way of writing it."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.interpreted import seen

TAINT = ["<tainted>"]


@pytest.mark.parametrize(
    ("language", "test", "arrives"),
    [
        ("c#", 'x.Equals("a")', ["a"]),
        ("c#", '"a".Equals(x, StringComparison.OrdinalIgnoreCase)', ["a"]),
        ("c#", 'String.Equals(x, "a")', ["a"]),
        ("c#", 'StringComparer.Ordinal.Equals(x, "a")', ["a"]),
        ("c#", 'String.Compare("a", x, true) == 0', ["a"]),
        ("c#", '0 == x.CompareTo("a")', ["a"]),
        ("c#", 'x.CompareTo("a") != 0', TAINT),
        ("c#", 'x.CompareTo("a") == 1', TAINT),
        ("c#", '!x.Equals("a")', TAINT),
        ("c#", 'x.ToLower().Trim() == "a"', ["a"]),
        ("c#", 'x.Substring(1) == "a"', TAINT),
        ("c#", '(x == "a") == true', ["a"]),
        ("c#", '(x == "a") == false', TAINT),
        ("c#", 'x.Equals("a") && UNSURE', ["a"]),
        ("vb", 'x.ToLower() = "a"', ["a"]),
        ("vb", 'StrComp(x, "a") = 0', ["a"]),
        ("vbscript", 'LCase(Trim(x)) = "a"', ["a"]),
        ("vbscript", 'StrComp(x, "a") <> 0', TAINT),
        ("jscript", 'x.toLowerCase() === "a"', ["a"]),
    ],
)
def test_a_comparison(language: str, test: str, arrives: list[Any]) -> None:
    basic = f"x = VISITOR\nIf {test} Then\nSINK(x)\nEnd If"
    code = basic if language in ("vb", "vbscript") else f"var x = VISITOR; if ({test}) {{ SINK(x); }}"
    assert seen(code, language) == arrives


@given(st.text(alphabet="ab.()!=\"' x0", max_size=24))
def test_any_condition_is_read(test: str) -> None:
    seen(f"var x = VISITOR; if ({test}) {{ SINK(x); }}", "c#")
