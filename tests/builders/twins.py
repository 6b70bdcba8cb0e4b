"""Twins of programs: what differs from a program in one thing, so that the other answer is right."""

from __future__ import annotations

import re

CONSTANT = "constant"
"""The twin of a program that passes a visitor's text: it passes a constant."""
VISITOR = "visitor"
"""The twin of a program that does not: its crime gets another text of the visitor, that no condition speaks of."""
_CRIME = re.compile(r"\bCRIME2?\b")
_PIECE = re.compile(r'"(?:[^"\\\n]|\\.|"")*"|[(\[{]|[)\]}]|\n|,|:|»| Else\b|.', re.DOTALL)


def twin_of(code: str, way: str) -> str:
    """Return the twin of a program that is made in one of the two ways."""
    if way == CONSTANT and "VISITOR" in code:
        return code.replace("VISITOR", '"harmless"')
    return with_argument(code, "ANOTHER" if way == VISITOR else '"harmless"')


def with_argument(code: str, argument: str) -> str:
    """Return a program whose crimes get another first argument."""
    parts, at = [], 0
    for crime in _CRIME.finditer(code):
        start = crime.end() + 1
        if crime.start() < at or code[start - 1 : start] not in ("(", " ") or code[start : start + 1] in ("=", ""):
            continue
        parts += [code[at:start], argument]
        at = _end_of_argument(code, start, is_in_brackets=code[start - 1] == "(")
    return "".join([*parts, code[at:]])


def _end_of_argument(code: str, start: int, *, is_in_brackets: bool) -> int:
    depth, ends = 0, {",", *(() if is_in_brackets else ("\n", ":", "»", " Else"))}
    for piece in _PIECE.finditer(code, start):
        if piece[0] in ("(", "[", "{"):
            depth += 1
        elif piece[0] in (")", "]", "}"):
            depth -= 1
        if depth < 0 or (not depth and piece[0] in ends):
            return piece.start()
    return len(code)
