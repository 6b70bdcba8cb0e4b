"""Joined names: a name that code makes of pieces, where it could have written it."""

from __future__ import annotations

from bisect import bisect_left

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.structure.arguments import expression_from
from webshellhunt.analysis.structure.comparisons import callee_name
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Call, Index

_JOINED = "concatenate"
PLAIN_STEPS = frozenset({"variable", "lcase", "ucase", "trim", "tolower", "toupper", "tolowercase", "touppercase"})
"""Steps that join nothing."""
_BY_NAME = frozenset({"gettype", "getmethod", "getmember", "getproperty", "invokemember", "callbyname", "getref"})


def is_put_together(index: SyntaxIndex, constant: Constant) -> bool:
    """True if a constant is made of pieces: no name in another letter case, nor a prefix and a name at a dot."""
    if PLAIN_STEPS.issuperset(constant.steps):
        return False
    pieces = pieces_of(index, constant)
    if not pieces or {*constant.steps} - PLAIN_STEPS != {_JOINED}:
        return True
    parts = set(constant.value.split("."))
    return not all(part in parts for piece in pieces for part in piece.strip(".").split("."))


def pieces_of(index: SyntaxIndex, constant: Constant) -> list[str]:
    """Return the literals in the expression of a constant."""
    literals = index.literals
    first = bisect_left(literals, constant.start, key=lambda each: each.start)
    last = bisect_left(literals, constant.end, lo=first, key=lambda each: each.start)
    return [str(each.value) for each in literals[first:last]]


def is_looked_up(index: SyntaxIndex, constant: Constant) -> bool:
    """True if a constant is the key of an index in JScript, or the argument of a look-up by name."""
    parent = index.parents.get(expression_from(index, constant))
    if isinstance(parent, Index):
        return index.tokens.language == "jscript" and parent.subject.start < constant.start
    return isinstance(parent, Call) and callee_name(parent) in _BY_NAME and parent.callee.start < constant.start
