"""parse: the syntax tree of tokens, by the parser of their language."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.lang.c_like.parser import parse_c
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.double_byte import read_double_bytes
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.tree import Block
from webshellhunt.lang.visual_basic.parser import parse_vb


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
