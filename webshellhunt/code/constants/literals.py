"""Literals: what a token of a string is, text or one character."""

from __future__ import annotations

from webshellhunt.code.constants.operators import Char
from webshellhunt.lang.tokens import Tokens


def text_at(tokens: Tokens, index: int) -> str:
    """Return the text of a string literal; one of C# in single quotes is a character, which counts as its code."""
    value = tokens.values[index]
    is_char = len(value) == 1 and tokens.language == "c#" and tokens.text.startswith("'", tokens.starts[index])
    return Char(value) if is_char else value
