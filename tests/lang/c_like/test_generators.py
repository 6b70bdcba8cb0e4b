"""``yield``."""

from __future__ import annotations

import pytest

from tests.builders.outlines import outline


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "yield return a;", "Jump(kind='yield', a)"),
        ("c#", "yield break;", "Jump(kind='yield break')"),
        ("jscript", "yield a;", "Jump(kind='yield', a)"),
        ("jscript", "yield* a();", "Jump(kind='yield', a())"),
        ("jscript", "yield = a;", "Assign(yield, operator='=', a)"),
    ],
)
def test_yield(language: str, code: str, expected: str) -> None:
    assert outline(code, language) == expected
