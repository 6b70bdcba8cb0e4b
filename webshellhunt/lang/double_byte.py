"""Double-byte strings: the strings of a page in GBK that was read one byte a character.

A decoder that goes through its text character by character, or looks characters up in an alphabet, returns nonsense as
soon as one character of two bytes counts as two. No byte of GBK is a quote, so the tokens stay as they are.
"""

from __future__ import annotations

from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.lexis import STRING

_CODEC = "gbk"
_ONE_BYTE = {bytes((byte,)).decode("cp1252", "ignore") or chr(byte): byte for byte in range(256)}


def read_double_bytes(tokens: Tokens) -> None:
    """Read the strings of a code again as GBK, in place: all of them, or none where one is no GBK."""
    if tokens.text.isascii():
        return
    strings = [
        index for index, kind in enumerate(tokens.kinds) if kind == STRING and not tokens.values[index].isascii()
    ]
    try:
        read = [bytes(map(_ONE_BYTE.__getitem__, tokens.values[index])).decode(_CODEC) for index in strings]
    except (KeyError, UnicodeDecodeError):
        return
    for index, value in zip(strings, read, strict=True):
        tokens.values[index] = value
