"""parse: the syntax tree of tokens, by the parser of their language."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from webshellhunt.lang.c_like.cursor import cursor_of
from webshellhunt.lang.c_like.statements import with_disposal
from webshellhunt.lang.c_like.words import C_SHARP, SCRIPT
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.part_tree import PartTree
from webshellhunt.lang.parts import double_bytes
from webshellhunt.lang.tree import Block, Class, Function, Node, Unparsed
from webshellhunt.lang.visual_basic.parser import parse_parts, parse_vb

MAX_STEPS = 4_000_000
"""About ten steps for each of the tokens that a page may have."""


class Parsed(NamedTuple):
    """The tree of a whole page.

    ``steps`` is the work that it took; ``is_cut`` that there was too much of it, and the end is missing. ``trees`` are
    those of the parts that the page shares with others, which together are all of ``top``.
    """

    top: Block
    steps: int
    is_cut: bool = False
    trees: Sequence[PartTree] = ()


def parse(tokens: Tokens) -> Parsed:
    """Parse tokens; any tokens at all have a tree."""
    if tokens.parts:
        return Parsed(*parse_parts(tokens))
    read_double_bytes(tokens)
    if tokens.language in VB:
        return Parsed(*parse_vb(tokens))
    return Parsed(*parse_c(tokens))


def read_double_bytes(tokens: Tokens) -> None:
    """Read the strings of a code again as GBK, in place: all of them, or none where one is no GBK.

    A decoder that goes through its text character by character, or looks characters up in an alphabet, returns
    nonsense as soon as one character of two bytes counts as two. No byte of GBK is a quote: the tokens stay.
    """
    if not tokens.text.isascii():
        for index, value in (double_bytes(tokens) or {}).items():
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
