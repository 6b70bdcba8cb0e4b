"""The variables whose values may come from some reads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import unit_of
from webshellhunt.analysis.checks.branches import Functions
from webshellhunt.analysis.checks.derived_names import DerivedNames, Key


def derived(text: str, language: str = "c#") -> set[Key]:
    index = unit_of(text, language).index
    names = DerivedNames(index, Functions(index))
    return set(names.of({dotted.place for dotted in index.find({"source"})}))


@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("a = source; b = a + 1; c = d;", "c#", {(None, "a"), (None, "b")}),
        ("a = b; b = source;", "c#", {(None, "a"), (None, "b")}),
        ("void F() { var a = source; } void G() { var b = a; }", "c#", {("f", "a")}),
        ("string F(string p) { return p; } a = F(source);", "c#", {("f", "p"), (None, "f"), (None, "a")}),
        ("Dim a\na = source\nSub F()\nb = a\nEnd Sub", "vbscript", {(None, "a"), (None, "b")}),
        ('Session("k") = source\nb = Session("l")', "vbscript", set()),
        ("foreach (var a in source) { b = a; }", "c#", {(None, "a"), (None, "b")}),
    ],
)
def test_values_go_through_assignments_and_arguments(text: str, language: str, expected: set[Key]) -> None:
    assert derived(text, language) == expected


@given(st.lists(st.sampled_from(["a=b;", "b=source;", "c=a+b;", "F(a);", "void F(x){d=x;}", "{", "}", "var "])))
def test_any_code_has_an_answer(parts: list[str]) -> None:
    assert all(name for _, name in derived("".join(parts)))
