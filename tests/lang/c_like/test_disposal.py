"""``using`` of C# is a ``try`` whose last block disposes of the object."""

from __future__ import annotations

import pytest

from tests.builders.outlines import outline


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (
            "using (var a = b()) c();",
            "Block([Declaration(name='a', var, b()), Try(Block([c()]), Block([a?.Dispose()]))])",
        ),
        (
            "using var a = b(); c();",
            "Declaration(name='a', var, b(), modifiers=using); Try(Block([c()]), Block([a?.Dispose()]))",
        ),
        (
            "{ using var a = b(); using var c = d(); e(); }",
            "Block([Declaration(name='a', var, b(), modifiers=using), Try(Block([Declaration(name='c', var, d(), "
            "modifiers=using), Try(Block([e()]), Block([c?.Dispose()]))]), Block([a?.Dispose()]))])",
        ),
        ("using var a = b();", "Declaration(name='a', var, b(), modifiers=using)"),
    ],
)
def test_disposal(code: str, expected: str) -> None:
    assert outline(code, "c#") == expected


def test_many_declarations_do_not_nest_too_deep() -> None:
    assert outline("using var a = b(); " * 2000, "c#")
