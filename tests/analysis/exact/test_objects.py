"""Objects of exact evaluations: arrays, items, members and new objects, as the machine has them."""

from __future__ import annotations

import pytest

from tests.builders.exact import Counted, Never, seen_by


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("c#", 'object f(string s) { return new StringBuilder(s).Append(s[1]).Length; } SINK(f("abc"));'),
        ("c#", "object f(int n) { return new int[n].Length + new[] { 1, 2, 3 }[n]; } SINK(f(2));"),
        (
            "jscript",
            "function f(s) { var o = { a: s, 'b': [1, 2] }; return o.a + o['b'][1] + s.length; } SINK(f('x'));",
        ),
        ("vbscript", 'Function f(s)\nDim a\na = Split(s, ",")\nf = a(1) & UBound(a)\nEnd Function\nSINK f("a,b")'),
    ],
)
def test_objects(language: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    exact, done = seen_by(Counted, code, language, monkeypatch)
    assert exact == seen_by(Never, code, language, monkeypatch)[0]
    assert done > 0
