"""Words of Visual Basic."""

from __future__ import annotations

import re

import pytest

from webshellhunt.lang.lexis import NAME, NEWLINE, NUMBER, OP, SKIPPED, STRING, Lexis
from webshellhunt.lang.lexis_vb import string_pattern, vb, vbscript


@pytest.mark.parametrize("lexis", [vb(), vbscript()], ids=lambda lexis: lexis.name)
@pytest.mark.parametrize(
    ("raw", "kind", "value"),
    [
        ("Ab", NAME, "ab"),
        ("Chr$", NAME, "chr"),
        ("Rem x", SKIPPED, ""),
        ("&H1F", NUMBER, "&H1F"),
        (":", NEWLINE, ":"),
        ("\r\n", NEWLINE, "\n"),
        ("<=", OP, "<="),
        ('"a""b"', STRING, 'a"b'),
        ("' a", SKIPPED, ""),
    ],
)
def test_words(lexis: Lexis, raw: str, kind: int, value: str) -> None:
    assert lexis.memo[raw] == (kind, value)


@pytest.mark.parametrize("lexis", [vb(), vbscript()], ids=lambda lexis: lexis.name)
def test_every_character_is_matched(lexis: Lexis) -> None:
    text = "".join(map(chr, range(1, 0x250)))
    assert "".join(lexis.pattern.findall(text)) == text


def test_a_string_ends_with_its_line() -> None:
    pattern = re.compile(string_pattern('"', "\n"))
    assert pattern.findall('"a""b" "c\n"d"') == ['"a""b"', '"c', '"d"']
