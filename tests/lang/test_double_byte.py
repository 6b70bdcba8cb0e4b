"""Double-byte strings: read again as GBK where all of them are."""

from __future__ import annotations

import pytest

from webshellhunt.lang.double_byte import read_double_bytes
from webshellhunt.lang.tokens import STRING, tokenize


def strings(code: str) -> list[str]:
    tokens = tokenize(code, "vbscript")
    read_double_bytes(tokens)
    return [value for kind, value in zip(tokens.kinds, tokens.values, strict=True) if kind == STRING]


@pytest.mark.parametrize("word", ["\u4f1f", "\u5e38\u5f00 a", "\u221a\u00d7", "\u4e02"])
def test_gbk_is_read(word: str) -> None:
    shown = "".join(bytes((byte,)).decode("cp1252", "ignore") or chr(byte) for byte in word.encode("gbk"))
    assert strings(f'a = "{shown}" & "b"') == [word, "b"]


@pytest.mark.parametrize("word", ["caf\xe9", "\u4f1f", "\xc3"])
def test_what_is_no_gbk_stays(word: str) -> None:
    assert strings(f'a = "{word}"') == [word]


def test_one_that_is_no_gbk_keeps_all() -> None:
    assert strings('a = "\xce\xb0" & "caf\xe9"') == ["\xce\xb0", "caf\xe9"]
