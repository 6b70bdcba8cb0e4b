"""Targets of exact evaluations: variables and items."""

from __future__ import annotations

import pytest

from tests.builders.exact import Counted, seen_by


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        (
            "c#",
            "string f(char[] a) { a[0] = 'x'; a[1] = (char)(a[1] + 1); return new string(a); }"
            ' SINK(f("abc".ToCharArray()));',
            "xcc",
        ),
        ("c#", 'string f(string s) { var i = 0; s += i++; s += ++i; return s; } SINK(f("a"));', "a02"),
        ("jscript", "function f(a) { a[3] = 'd'; a['x'] = 1; return a.length + a.join(''); } SINK(f(['a']));", "4ad"),
        ("vbscript", "Function f(a)\nDim b(2)\nb(1) = a\nb(1) = b(1) & 1\nf = b(1)\nEnd Function\nSINK f(7)", "71"),
    ],
)
def test_assignments(language: str, code: str, arrives: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exact, done = seen_by(Counted, code, language, monkeypatch)
    assert (exact, done > 0) == ([arrives], True)
