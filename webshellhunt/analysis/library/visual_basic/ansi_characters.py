"""ANSI characters: the characters that ``Chr`` of Visual Basic returns for negative numbers.

In a double-byte code page, a character of two bytes has a negative code: ``Chr(-12590)`` is the bytes CE D2, in GBK the
character U+6211. A page of classic ASP names its code page in ``@CODEPAGE``. Where none is named, or the bytes are no
character in it, simplified Chinese (936, GBK) is the likely one: nearly every pair of bytes is a character there.

Source: VBScript language reference, Chr and Asc functions; Microsoft code pages 932, 936, 949 and 950.
"""

from __future__ import annotations

import re

from webshellhunt.decoding.codepages import python_codec
from webshellhunt.lazy_pattern import lazy_pattern

_DECLARED = lazy_pattern(r"<%\s*+@[^%>]{0,512}?\bcodepage\s*+=\s*+[\"']?(\d{1,6}+)", re.IGNORECASE)
_REACH = 8192
_LIKELY = ("gbk", "cp932", "cp949", "cp950")


def ansi_character(number: int, page: str = "") -> str | None:
    """Return the character of a negative code in the page's double-byte code page; ``None`` where it is none."""
    if not -0x8000 <= number < 0:
        return None
    pair = (number & 0xFFFF).to_bytes(2, "big")
    found = _DECLARED.search(page, 0, _REACH)
    declared = python_codec(int(found[1])) if found else None
    for codec in _LIKELY if declared not in _LIKELY else (declared, *_LIKELY):
        try:
            character = pair.decode(codec)
        except UnicodeDecodeError:
            continue
        if len(character) == 1:
            return character
    return None
