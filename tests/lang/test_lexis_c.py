"""Names and strings of C# and JScript, decoded."""

from __future__ import annotations

import pytest

from webshellhunt.lang.lexis_c import csharp, decode_csharp, decode_jscript, fold_name, jscript


@pytest.mark.parametrize(
    ("raw", "name"), [("a", "a"), ("@if", "if"), ("\\u0061b", "ab"), ("\\u{61}", "a"), ("\\U00110000", "\ufffd")]
)
def test_names(raw: str, name: str) -> None:
    assert fold_name(raw) == name


@pytest.mark.parametrize(("body", "value"), [("a\\tb", "a\tb"), ("\\x41", "A"), ("\\q", "q"), ("\\0", "\0")])
def test_strings_of_csharp(body: str, value: str) -> None:
    assert decode_csharp(body) == value


@pytest.mark.parametrize(("body", "value"), [("a\\tb", "a\tb"), ("\\101", "A"), ("a\\\r\nb", "ab"), ("\\x4", "x4")])
def test_strings_of_jscript(body: str, value: str) -> None:
    assert decode_jscript(body) == value


@pytest.mark.parametrize("lexis", [csharp(), jscript()], ids=lambda lexis: lexis.name)
def test_every_character_is_matched(lexis: object) -> None:
    text = "".join(map(chr, range(1, 0x250)))
    assert "".join(lexis.pattern.findall(text)) == text  # type: ignore[attr-defined]
