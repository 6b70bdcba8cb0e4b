"""Answers: functions and variables that say if a text is one of those which are allowed."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

TAINT = ["<tainted>"]
LOOP = 'foreach (var a in new[] { "a", "b" }) { if (a == n) { return true; } } return false;'


@pytest.mark.parametrize(
    ("body", "test", "arrives"),
    [
        ('return n == "a" || n == "b";', "ok(x)", [{"a", "b"}]),
        ('return n == "a" || n == "b";', "!ok(x)", TAINT),
        ('if (n == "a") { return true; } return false;', "ok(x)", ["a"]),
        ('if (n == "a") { return false; } return true;', "!ok(x)", ["a"]),
        (LOOP, "ok(x)", [{"a", "b"}]),
        ('switch (n) { case "a": return true; default: return false; }', "ok(x)", ["a"]),
        ('var found = n == "a"; return found;', "ok(x.Trim())", ["a"]),
        ("return n.Length > 2;", "ok(x)", TAINT),
        ("return true;", "ok(x) && UNSURE", TAINT),
        ('n = "a"; return UNSURE;', "ok(x)", TAINT),
        ('n = n.Substring(0, 1); return n == "a";', "ok(x)", TAINT),
        ('n = n.Trim(); return n == "a";', "ok(x)", ["a"]),
        ("return ok(n);", "ok(x)", TAINT),
    ],
)
def test_a_function_that_answers(body: str, test: str, arrives: list[Any]) -> None:
    code = f"bool ok(string n) {{ {body} }} var x = VISITOR; if ({test}) {{ SINK(x); }}"
    assert [each for each in seen(code, "c#") if each != "<boolean>"] == arrives


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('var ok = x == "a"; if (ok) { SINK(x); }', ["a"]),
        ('bool ok; ok = x.Equals("a"); if (!ok) { SINK(x); }', TAINT),
        ('var ok = x == "a"; x = VISITOR; if (ok) { SINK(x); }', TAINT),
        ('var ok = x == "a"; if (UNSURE) { ok = true; } if (ok) { SINK(x); }', TAINT),
        ('var ok = x == "a"; if (UNSURE) { ok = x == "b"; } if (ok) { SINK(x); }', TAINT),
        ('var ok = x == "a" && UNSURE; if (ok) { SINK(x); }', ["a"]),
    ],
)
def test_a_variable_that_answers(code: str, arrives: list[Any]) -> None:
    assert seen(f"var x = VISITOR; {code}", "c#") == arrives


@pytest.mark.parametrize(
    ("body", "arrives"),
    [
        ('ok = (n = "a")', ["a"]),
        ('If n = "a" Then\nok = True\nElse\nok = False\nEnd If', ["a"]),
        ("ok = Len(n) > 2", TAINT),
    ],
)
def test_a_function_of_visual_basic(body: str, arrives: list[Any]) -> None:
    code = f"Function ok(n)\n{body}\nEnd Function\nx = VISITOR\nIf ok(x) Then\nSINK x\nEnd If"
    assert seen(code, "vbscript") == arrives


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
def test_a_function_of_visual_basic_that_checks(body: str, arrives: list[Any]) -> None:
    code = f"Sub g(a)\na = Left(a, 1)\nEnd Sub\nFunction f(ByVal n)\n{body}\nEnd Function\nx = VISITOR\n"
    values = seen(f"{code}If f(x) Then SINK x", "vbscript")
    assert ["<tainted>" if "<tainted>" in str(each) else each for each in values] == arrives
