"""parse: the syntax tree of tokens, by the parser of their language."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.lang.c_like.cursor import cursor_of
from webshellhunt.lang.c_like.disposal import with_disposal
from webshellhunt.lang.c_like.words import C_SHARP, SCRIPT
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.lexis import STRING
from webshellhunt.lang.tree import Block, Class, Function, Node, Unparsed
from webshellhunt.lang.visual_basic.parser import parse_vb

_CODEC = "gbk"
_ONE_BYTE = {bytes((byte,)).decode("cp1252", "ignore") or chr(byte): byte for byte in range(256)}
MAX_STEPS = 4_000_000
"""About ten steps for each of the tokens that a page may have."""


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


def parse_c(tokens: Tokens) -> tuple[Block, int, bool]:
    """Parse tokens of C# or JScript; return the tree, the steps that it took, and whether its end is missing."""
    cursor = cursor_of(tokens, SCRIPT if tokens.language == "jscript" else C_SHARP)
    statement = cursor.grammar.statement
    out: list[Node] = []
    while cursor.at < cursor.size and cursor.steps < MAX_STEPS:
        statement(cursor, out)
    is_cut = cursor.at < cursor.size
    if is_cut:
        out.append(Unparsed(cursor.at, cursor.size))
    is_inline = not any(isinstance(each, (Class, Function)) for each in out)
    out = with_disposal(out, cursor.size) if is_inline and not cursor.is_script else out
    return Block(0, cursor.size, out), cursor.steps, is_cut
