"""Items of objects: entries that are set are those that are read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'var d = new Dictionary<string, string>(); d["a"] = "1"; d["b"] = VISITOR; SINK(d["a"]);', ["1"]),
        ("c#", 'var a = new string[2]; a[0] = "1"; a[1] = VISITOR; SINK(a[0]);', ["1"]),
        ("vbscript", 'Session("a") = "1"\nSession("b") = VISITOR\nSINK Session("a")', ["1"]),
        ("jscript", "this[];", []),
        ("vb", 'Dim t(,) = {{"1", "2"}, {"3", "4"}}\nSINK(t(1, 0))', ["3"]),
        ("jscript", 'var o = {}; o["a"] = "1"; o.b = VISITOR; SINK(o.a);', ["1"]),
    ],
)
def test_an_entry_has_its_value(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("vbscript", 'Set d = CreateObject("Scripting.Dictionary")\nIf UNSURE Then d("a") = 1\nSINK d.Exists("a")'),
        (
            "vbscript",
            'Set d = CreateObject("Scripting.Dictionary")\nd("a") = 1\nIf UNSURE Then d.RemoveAll\nSINK d.Exists("a")',
        ),
        ("c#", 'var d = new Dictionary<string, int>(); if (UNSURE) { d["a"] = 1; } SINK(d.ContainsKey("a"));'),
    ],
)
def test_an_entry_of_one_branch_may_be_missing(language: str, code: str) -> None:
    assert seen(code, language) == ["<boolean>"]
