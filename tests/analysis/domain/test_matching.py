"""Matching: patterns of `is`, `case` and arms."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

CLASSES = "class A { } class B : A { public string C; } "


@pytest.mark.parametrize(
    ("value", "pattern", "arrives"),
    [
        ('"a"', "string", {"yes"}),
        ('"a"', "int", {"no"}),
        ("1", "int", {"yes"}),
        ("true", "int", {"no"}),
        ("null", "string", {"no"}),
        ("null", "null", {"yes"}),
        ('"a"', "not null", {"yes"}),
        ('"a"', '"a"', {"yes"}),
        ('"a"', '"b" or "a"', {"yes"}),
        ("5", "> 3 and < 9", {"yes"}),
        ("5", "> 3 and < 4", {"no"}),
        ("5", "1 or 2", {"no"}),
        ("new B()", "A", {"yes"}),
        ("new A()", "B", {"no"}),
        ("VISITOR", '"a"', {"yes", "no"}),
        ("(1, 2)", "(1, 2)", {"yes"}),
        ("(1, 2)", "(1, 3)", {"no"}),
        ('new B { C = "x" }', '{ C: "x" }', {"yes"}),
        ('new B { C = "x" }', '{ C: "y" }', {"no"}),
    ],
)
def test_a_value_fits_a_pattern(value: str, pattern: str, arrives: set[str]) -> None:
    code = f'{CLASSES}object o = {value}; if (o is {pattern}) {{ SINK("yes"); }} else {{ SINK("no"); }}'
    assert set(seen(code, "c#")) == arrives


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ("object o = VISITOR; if (o is string s) { SINK(s); }", "<tainted>"),
        ("object o = VISITOR; if (!(o is string s)) { return; } SINK(s);", "<tainted>"),
        ('switch ((object)"a") { case string s: SINK(s); break; }', "a"),
        ('var t = ("a", "b"); if (t is (var x, var y)) { SINK(y); }', "b"),
        ('object o = new B { C = "x" }; if (o is B { C: var c }) { SINK(c); }', "x"),
        ('object o = "a"; if (o is var s) { SINK(s); }', "a"),
    ],
)
def test_a_pattern_declares_variables(code: str, arrives: Any) -> None:
    assert seen(f"{CLASSES}void f() {{ {code} }} f();", "c#") == [arrives]


@pytest.mark.parametrize(
    ("case", "arrives"),
    [("5", {"yes"}), ("1 To 5", {"yes"}), ("6 To 9", {"no"}), ("Is > 4", {"yes"}), ("1, 5", {"yes"}), ("1, 2", {"no"})],
)
@pytest.mark.parametrize("language", ["vb", "vbscript"])
def test_cases_of_visual_basic(case: str, arrives: set[str], language: str) -> None:
    if language == "vbscript" and ("To" in case or "Is" in case):
        pytest.skip("VBScript has only values")
    code = f'x = 5\nSelect Case x\nCase {case}\nSINK("yes")\nCase Else\nSINK("no")\nEnd Select'
    assert set(seen(f"Dim x\n{code}", language)) == arrives


def test_a_case_says_what_its_value_is() -> None:
    code = 'switch (VISITOR) { case "a": SINK("a"); break; default: SINK(VISITOR); break; }'
    assert seen(code, "c#") == ["a", "<tainted>"]
    assert seen('var x = VISITOR; switch (x) { case "a": case "b": SINK(x); break; }', "c#") != ["<tainted>"]
