"""parse_c: the tree of C-like code."""

from __future__ import annotations

from webshellhunt.lang.c_like.cursor import cursor_of
from webshellhunt.lang.c_like.statements import with_disposal
from webshellhunt.lang.c_like.words import C_SHARP, SCRIPT
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.tree import Block, Class, Function, Node, Unparsed

MAX_STEPS = 4_000_000
"""About ten steps for each of the tokens that a page may have."""


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
