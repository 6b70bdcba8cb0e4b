"""Own checks: functions of the page that say whether an argument is one of some texts."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("body", "arrives"),
    [
        ('f = (n = "1")', ["1"]),
        ('f = (n = "1" Or n = "2")', [{"1", "2"}]),
        ('Select Case n\nCase "1"\nf = True\nEnd Select', ["1"]),
        ("f = True", ["<tainted>"]),
        ('n = Left(n, 1)\nf = (n = "1")', ["<tainted>"]),
        ('f = (n = "1")\nx = VISITOR', ["<tainted>"]),
        ('If n = "1" Then f = False Else f = True', ["<tainted>"]),
        ('g n\nf = (n = "1")', ["<tainted>"]),
    ],
)
def test_a_function_that_answers(body: str, arrives: list[Any]) -> None:
    code = f"Sub g(a)\na = Left(a, 1)\nEnd Sub\nFunction f(ByVal n)\n{body}\nEnd Function\nx = VISITOR\n"
    values = seen(f"{code}If f(x) Then SINK x", "vbscript")
    assert ["<tainted>" if "<tainted>" in str(each) else each for each in values] == arrives


@pytest.mark.parametrize(
    ("test", "arrives"),
    [
        ("f(x)", ["1"]),
        ("A.f(x)", ["1"]),
        ('x.Equals("1")', ["1"]),
        ('String.Compare(x, "1") == 0', ["1"]),
        ('x.CompareTo("1") != 0', ["<tainted>"]),
        ("!f(x)", ["<tainted>"]),
        ("g(x)", ["<tainted>"]),
    ],
)
def test_a_condition(test: str, arrives: list[Any]) -> None:
    code = (
        'class A { public static bool f(string n) { return n == "1"; } }\n'
        'bool f(string n) { if (n == "1") return true; return false; } bool g(string n) { return n.Length > 1; }\n'
        f"string x = VISITOR; if ({test}) {{ SINK(x); }}"
    )
    assert ["<tainted>" if "<tainted>" in str(each) else each for each in seen(code, "c#")] == arrives
