"""Joined names: a name that code puts together from pieces, where it could have written it."""

from __future__ import annotations

from webshellhunt.analysis.constants import Constant
from webshellhunt.lang.tokens import STRING, Tokens

_JOINED = "concatenate"
PLAIN_STEPS = frozenset({"variable", "lcase", "ucase", "trim", "tolower", "toupper", "tolowercase", "touppercase"})
"""Steps that put nothing together."""


def is_put_together(tokens: Tokens, constant: Constant) -> bool:
    """Tell whether a constant is made of pieces: no name in another letter case, nor a prefix and a name at a dot."""
    if PLAIN_STEPS.issuperset(constant.steps):
        return False
    pieces = pieces_of(tokens, constant)
    if not pieces or {*constant.steps} - PLAIN_STEPS != {_JOINED}:
        return True
    parts = set(constant.value.split("."))
    return not all(part in parts for piece in pieces for part in piece.strip(".").split("."))


def pieces_of(tokens: Tokens, constant: Constant) -> list[str]:
    """Return the literals that stand in the expression of a constant."""
    return [tokens.values[at] for at in range(constant.start, constant.end) if tokens.kinds[at] == STRING]


def plain_name(name: str) -> str:
    """Return the name or class id in what creates an object or loads a class, without what may stand around it."""
    return name.partition(",")[0].removeprefix("clsid:").removeprefix("new:").strip(" {}")
