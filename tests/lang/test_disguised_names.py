"""Names that are written otherwise than they read."""

from __future__ import annotations

import pytest

from webshellhunt.lang.disguised_names import iter_disguised_names
from webshellhunt.lang.tokens import tokenize


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "\\u0061b(c);", [("ab", "with escapes of ASCII letters")]),
        ("vb", "\uff21b(c)", [("ab", "in full-width letters")]),
        ("c#", "a\u200bb(c);", [("ab", "with an invisible character inside it")]),
        ("c#", "a./* */b(c);", [("b", "with a comment between its dot and itself")]),
        ("c#", "a.b(c); // \\u0061", []),
        ("c#", "x\u0001\\u0061b(c);", []),
    ],
)
def test_each_technique(language: str, code: str, expected: list[tuple[str, str]]) -> None:
    assert [(each.name, each.way) for each in iter_disguised_names(tokenize(code, language))] == expected


def test_a_server_comment_inside_a_name() -> None:
    found = iter_disguised_names(tokenize("a<\x25-- x --\x25>b(c);", "c#", server_comments=True))
    assert [each.way for each in found] == ["with a server comment inside it"]
