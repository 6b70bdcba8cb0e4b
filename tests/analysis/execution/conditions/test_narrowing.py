"""Narrowing: a condition says something of its variables in the branch where it holds."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("code", "language", "arrives"),
    [
        ('x = VISITOR\nIf x = "a" Then SINK x', "vbscript", ["a"]),
        ('x = VISITOR\nIf "a" = x Then SINK x', "vbscript", ["a"]),
        ('x = VISITOR\nIf x <> "a" Then SINK x', "vbscript", ["<tainted>"]),
        ('x = VISITOR\nIf Not x <> "a" Then SINK x', "vbscript", ["a"]),
        ('x = VISITOR\nIf x <> "" Then SINK x', "vbscript", ["<tainted>"]),
        ('x = VISITOR\nIf x = "a" Then\ny = 1\nElse\nSINK x\nEnd If', "vbscript", ["<tainted>"]),
        ('x = VISITOR\nIf x = "a" And UNSURE Then SINK x', "vbscript", ["a"]),
        ('x = VISITOR\nIf x = "a" Or UNSURE Then SINK x', "vbscript", ["<tainted>"]),
        ('x = VISITOR\nIf x = "a" Or x = "b" Then SINK x', "vbscript", [{"a", "b"}]),
        ('x = VISITOR\nIf Not (x <> "a" And x <> "b") Then SINK x', "vbscript", [{"a", "b"}]),
        ('x = VISITOR\nIf x = "a" Or y = "b" Then SINK x', "vbscript", ["<tainted>"]),
        ('Dim x = VISITOR\nIf x = "a" AndAlso UNSURE Then\nSINK(x)\nEnd If', "vb", ["a"]),
        ('var x = VISITOR; if (x == "a") { SINK(x); }', "c#", ["a"]),
        ('var x = VISITOR; if (!(x == "a")) { SINK(x); }', "c#", ["<tainted>"]),
        ('var x = VISITOR; if (x == "a" && UNSURE) { SINK(x); }', "c#", ["a"]),
        ('var x = VISITOR; if (x != "a") { } else { SINK(x); }', "c#", ["a"]),
        ('var x = VISITOR; if (x === "a") { SINK(x); }', "jscript", ["a"]),
        ("var x = VISITOR; if (x == y) { SINK(x); }", "jscript", ["<tainted>"]),
        ('var x = VISITOR; SINK(x == "a" ? x : "b");', "c#", [{"a", "b"}]),
        ('var x = "a"; if (UNSURE) { x = "b"; } if (x != "a") { SINK(x); }', "c#", ["b"]),
    ],
)
def test_a_condition(code: str, language: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


def test_behind_the_branch_all_is_possible_again() -> None:
    assert seen('var x = VISITOR; if (x == "a") { y = 1; } SINK(x);', "c#") != ["a"]
    assert seen('x = VISITOR\nIf x = "a" Then y = 1\nSINK x', "vbscript") != ["a"]


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('var ok = false; if (x == "a") { ok = true; } if (ok) { SINK(x); }', ["a"]),
        ('var ok = false; if (x == "a") { ok = true; } if (!ok) { SINK(x); }', ["<tainted>"]),
        (
            "var ok = false; foreach (var a in l) if (a == x) { ok = true; break; } if (ok) { SINK(x); }",
            [{"a", "b"}],
        ),
        ('var ok = false; if (x == "a") { ok = true; } x = VISITOR; if (ok) { SINK(x); }', ["<tainted>"]),
        ('var ok = UNSURE; if (x == "a") { ok = true; } if (ok) { SINK(x); }', [{"a", "<tainted>"}]),
        ('while (x != "a") { x = VISITOR; } SINK(x);', ["a"]),
        ('while (x != "a") { if (UNSURE) { break; } } SINK(x);', [{"a", "<tainted>"}]),
        ("foreach (var y in x.Split().Where(z => l.Contains(z))) { SINK(y); }", [{"a", "b"}]),
        ("foreach (var y in x.Split().Where(z => !l.Contains(z))) { SINK(y); }", ["<tainted>"]),
        ('SINK(x.Split().First(z => { return z == "a"; }));', ["a"]),
        ('var k = x.Split().ToList(); k.RemoveAll(z => z != "a"); SINK(k[0]);', ["a"]),
    ],
)
def test_what_is_known_later(code: str, arrives: list[Any]) -> None:
    assert seen('var l = new List<string> { "a", "b" }; var x = VISITOR; ' + code, "c#") == arrives
