"""parse: the syntax tree of tokens, by the parser of their language."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.lang.c_like.parser import parse_c
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.lexis import STRING
from webshellhunt.lang.tree import Block
from webshellhunt.lang.visual_basic.parser import parse_vb

_CODEC = "gbk"
_ONE_BYTE = {bytes((byte,)).decode("cp1252", "ignore") or chr(byte): byte for byte in range(256)}


class Parsed(NamedTuple):
    """The tree of a whole page.

    ``steps`` is the work that it took; ``is_cut`` that there was too much of it, and the end is missing.
    """

    top: Block
    steps: int
    is_cut: bool = False


def parse(tokens: Tokens) -> Parsed:
    """Parse tokens; any tokens at all have a tree."""
    read_double_bytes(tokens)
    if tokens.language in VB:
        return Parsed(*parse_vb(tokens))
    return Parsed(*parse_c(tokens))


def read_double_bytes(tokens: Tokens) -> None:
    """Read the strings of a code again as GBK, in place: all of them, or none where one is no GBK.

    A decoder that goes through its text character by character, or looks characters up in an alphabet, returns
    nonsense as soon as one character of two bytes counts as two. No byte of GBK is a quote: the tokens stay.
    """
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
