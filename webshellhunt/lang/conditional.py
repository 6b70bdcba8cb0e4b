"""Conditional compilation of VB.NET: the lines that are never compiled, because their condition is a constant."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator

from webshellhunt.lang.columns import Tokens

_DIRECTIVE = re.compile(r"^[ \t]*#[ \t]*(if|elseif|else|end[ \t]+if)\b[ \t]*([^\r\n']*)", re.IGNORECASE | re.MULTILINE)
_CONSTANTS = {
    "false": False,
    "0": False,
    "nothing": False,
    "not true": False,
    "true": True,
    "1": True,
    "not false": True,
}


def drop_dead_lines(tokens: Tokens) -> None:
    """Drop the tokens of lines that are never compiled; a condition that is no constant may hold."""
    kept = bytearray(b"\1" * len(tokens))
    is_changed = False
    for start, end in _dead_ranges(tokens):
        for at in range(bisect_right(tokens.starts, start), bisect_right(tokens.starts, end)):
            kept[at] = 0
            is_changed = True
    if is_changed:
        tokens.keep(kept)


def _dead_ranges(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the text between directives that are not compiled."""
    taken: list[bool | None] = []
    dead: list[int | None] = []
    for match in _DIRECTIVE.finditer(tokens.text):
        if _is_inside(tokens, match.start(1)):
            continue
        word = match[1].lower()
        if word != "if" and not dead:
            continue
        if word != "if" and (start := dead.pop()) is not None:
            yield start, match.start()
        if word.startswith("end"):
            taken.pop()
            continue
        holds = True if word == "else" else _CONSTANTS.get(_condition(match[2]))
        if word == "if":
            taken.append(None)
            is_dead = holds is False
        else:
            is_dead = holds is False or taken[-1] is True
        if holds is True and taken[-1] is not True and (word != "else"):
            taken[-1] = True
        dead.append(match.end() if is_dead else None)


def _condition(text: str) -> str:
    """Return a condition without ``Then``, in lower case."""
    plain = " ".join(text.lower().split())
    return plain.removesuffix("then").strip().strip("()").strip()


def _is_inside(tokens: Tokens, place: int) -> bool:
    """True if a token is around a place: a text of several lines."""
    at = bisect_right(tokens.starts, place) - 1
    return at >= 0 and tokens.ends[at] > place
