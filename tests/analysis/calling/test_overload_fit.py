"""Overload fit: the number and the types of known values select a function."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

CSHARP = [
    ('string f(int n) { return "int"; } string f(string s) { return "string"; } SINK(f("")); SINK(f(1));',
     ["string", "int"]),
    ('string f(string a) { return "one"; } string f(string a, string b) { return "two"; } SINK(f("", ""));', ["two"]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("language", "code", "arrives"), [(language, *row) for language, rows in (("c#", CSHARP),) for row in rows]
)
def test_the_best_one_is_called(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives


@pytest.mark.parametrize(
    "code",
    [
        'string D(int s) { return "i"; } string D(string s) { return "s"; }',
        'string D(int s) { return "i"; } string D(string s, int n = 1) { return "s"; }',
        'string D(int s) { return "i"; } string D(params object[] s) { return "s"; }',
    ],
)
def test_the_types_of_known_values_select_an_overload(code: str) -> None:
    assert seen(f'{code} void Page_Load() {{ SINK(D("x")); }}', "c#") == ["s"]
