"""Calls of methods that the library knows, and of objects of which nothing is known."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

_ITEM = "class A { public int N; public A(int n) { N = n; } public int CompareTo(A o) { return N - o.N; } }\n"
_COMPARER = "class C { public int Compare(string a, string b) { return b.Length - a.Length; } }\n"


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'SINK(" a ".Trim());', ["a"]),
        ("c#", "SINK(VISITOR.Trim().ToLower().Substring(1));", ["<tainted>"]),
        ("c#", "SINK(int.Parse(VISITOR));", ["<number>"]),
        (
            "c#",
            'var b = new StringBuilder(); b.Append("a"); b.Append(VISITOR); SINK(b.ToString());',
            [["a", "<tainted>"]],
        ),
        ("vbscript", "SINK Trim(VISITOR)", ["<tainted>"]),
        ("vbscript", "SINK CInt(VISITOR)", ["<number>"]),
    ],
)
def test_a_known_method_has_its_result(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        (_ITEM + "var l = new List<A> { new A(2), new A(1) }; l.Sort(); SINK(l[0].N);", [1]),
        (_COMPARER + 'var l = new List<string> { "1", "22" }; l.Sort(new C()); SINK(l[0]);', ["22"]),
        ('var l = new List<string> { "b", "a" }; l.Sort(); SINK(l[0]);', ["a"]),
        ("class A { public int N; }\nvar l = new List<A> { new A() }; l.Sort(); SINK(l.Count);", ["<number>"]),
    ],
)
def test_a_list_is_sorted(code: str, arrives: list[Any]) -> None:
    assert seen(code, "c#") == arrives
