"""Quiet lines: those of Visual Basic of which folding makes nothing but the literals that stand there.

Most lines of a page write something out. Whether anything in one may be joined, decoded or kept is told by the marks of
its tokens, one character each, unless one of its names holds a constant. A line that may be more is never quiet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import chain, compress
from typing import NamedTuple

from webshellhunt.code.constants.brackets import OwnCode
from webshellhunt.code.constants.frames import KEYWORDS, LOOPS
from webshellhunt.code.constants.functions import FUNCTIONS
from webshellhunt.code.constants.operators import VB_LEVELS
from webshellhunt.lang.tokens import NAME, NEWLINE, NUMBER, OP, STRING, Tokens

_LOUD = LOOPS | {"next", "loop", "wend", "until", "out", "ref", "new", "as", "reverse"}
_SIGNS = {"+", "-"}
_NAMES: dict[str, int] = {
    **dict.fromkeys(KEYWORDS, ord("k")),
    **dict.fromkeys(("set", "let"), ord("s")),
    **dict.fromkeys(("if", "elseif"), ord("i")),
    **dict.fromkeys(("then", "else"), ord("t")),
    **dict.fromkeys((name.rpartition(".")[2] for name in FUNCTIONS), ord("f")),
    **dict.fromkeys((name for level in VB_LEVELS for name in level), ord("o")),
    **dict.fromkeys(_LOUD, ord("X")),
}
"""The marks of names that mean something: keywords, functions, operators; of all others it is ``n``."""
_OPERATORS: dict[str, int] = {
    **{sign: ord(sign) for sign in "().,="},
    **dict.fromkeys((name for level in VB_LEVELS for name in level), ord("o")),
    **dict.fromkeys(_SIGNS, ord("+")),
    **dict.fromkeys(("<", ">", "<>", "<=", ">=", "=<", "=>"), ord("c")),
}
"""The marks of operators; of all others it is ``X``, with which no line is quiet."""
_NAME, _FUNCTION, _OTHER = ord("n"), ord("f"), ord("X")
_BY_KIND = bytes({STRING: ord("L"), NUMBER: ord("L"), NEWLINE: ord("\n")}.get(kind, _OTHER) for kind in range(256))

# An index behind an operator, of what isn't known: an operand like a name.
_INDEXED = re.compile(rb"(?<=[nfL)][o+])(?:[nf]\.)*+n\(L\)")
_MAY_FOLD = re.compile(
    rb"X|L[.(]"  # a member of a literal
    rb"|L(?:[o+]*+\)(?:\.[nf])*+)?[o+]+L|(?<![nfL)])\+L"  # something is joined to one, or it has a sign
    rb"|(?<![nfL)])\(\+*L[o+]*+\)"  # it stands in brackets
    rb"|f\((?:\+*L|\))"  # a function is called
    rb"|(?<![nfL)])\."  # what belongs to the object of a `With`
    rb"|(?<=[nf]=)\+*L[o+]*+[,\n]"  # a variable is given one
)
_INNER = rb"\((?:[^()\n]++|\([^()\n]*+\))*+\)"
_IN_BRACKETS = rb"\((?:[^()\n]++|\((?:[^()\n]++|" + _INNER + rb")*+\))*+\)"
_BALANCED = re.compile(rb"(?:[^()\n]++|" + _IN_BRACKETS + rb")*+\n")
_ASSIGNS = re.compile(rb"[ns]?[nf]=")
_SETS = re.compile(rb"s?[nf](?:\.[nf]|" + _IN_BRACKETS + rb")++=")
_COMPARES = re.compile(rb"i(?:[^it,()\n]|" + _IN_BRACKETS + rb")*+t[^=\n]*+\n")


class Line(NamedTuple):
    """The tokens of a line, its end among them; a quiet one gives something unknown to ``target``, where it has one."""

    start: int
    end: int
    is_quiet: bool
    target: str = ""


def lines_of(tokens: Tokens, own: OwnCode | None) -> Iterator[Line]:
    """Yield the lines of a code in Visual Basic."""
    marks = _INDEXED.sub(lambda match: b"n" * len(match[0]), _marks(tokens, own))
    start = 0
    for newline in chain(tokens.of_kind(NEWLINE), (len(tokens),)):
        if start < newline:
            yield _line(tokens, marks, start, newline)
        start = newline + 1


def _marks(tokens: Tokens, own: OwnCode | None) -> bytes:
    """Return the mark of each token, and that of an end."""
    values, marks = tokens.values, tokens.kinds.translate(_BY_KIND)
    for index in tokens.of_kind(OP):
        marks[index] = _OPERATORS.get(values[index], _OTHER)
    names = dict.fromkeys(compress(values, tokens.flags(NAME)), _NAME)
    if own is not None:
        names |= dict.fromkeys(filter(own.has, names), _FUNCTION)
    names |= _NAMES
    for index in tokens.of_kind(NAME):
        marks[index] = names[values[index]]
    return bytes(marks) + b"\n"


def _line(tokens: Tokens, marks: bytes, start: int, newline: int) -> Line:
    end = min(newline + 1, len(tokens))
    if _MAY_FOLD.search(marks, start, newline + 1) or not _BALANCED.match(marks, start, newline + 1):
        return Line(start, end, is_quiet=False)
    signs = marks.count(b"=", start, newline)
    if not signs:
        return Line(start, end, is_quiet=True)
    if signs == 1 or marks.find(b",", start, newline) < 0:
        if (assigned := _ASSIGNS.match(marks, start, newline)) is not None:
            return Line(start, end, is_quiet=True, target=tokens.values[assigned.end() - 2])
        if _SETS.match(marks, start, newline):
            return Line(start, end, is_quiet=True)
    return Line(start, end, is_quiet=_COMPARES.match(marks, start, newline + 1) is not None)
