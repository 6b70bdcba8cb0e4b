"""Items of exact evaluations: of texts and arrays, as far as they are there."""

from __future__ import annotations

import pytest

from tests.builders.exact import Counted, Never, seen_by


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("c#", 'object f(string s) { return s[1] + new[] { "x", "y" }[1]; } SINK(f("abc"));'),
        ("jscript", "function f(a) { return a[1] + 'abc'[2]; } SINK(f([1, 2]));"),
        ("vbscript", 'Function f(s)\nDim a(2)\na(1) = s\nf = a(1)\nEnd Function\nSINK f("a")'),
        ("c#", 'object f(string s) { return s[9]; } SINK(f("abc"));'),
    ],
)
def test_an_item(language: str, code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert seen_by(Counted, code, language, monkeypatch)[0] == seen_by(Never, code, language, monkeypatch)[0]
