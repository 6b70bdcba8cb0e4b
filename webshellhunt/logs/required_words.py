"""Required words: the words of which each match of a regular expression has one.

Only certain words are read: the literal characters between special ones. An expression that this can't read has none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

_PIECE: Final = re.compile(
    r"""(?P<boundary>\\[bBAZ]|\^|\$)
      | (?P<literal>[A-Za-z0-9_/=@&%~<>:;,!"'\- ]|\\[./?+*()\[\]{}|$^\\-])
      | (?P<choice>\|)
      | (?P<other>\\[dDsSwW]|\.|\[\^?\]?(?:\\.|[^\]\\])*\])
      | (?P<group>\((?:\?:)?)""",
    re.VERBOSE,
)
_REPEAT: Final = re.compile(r"[*+?]\??|\{(\d*)(?:,\d*)?\}\??")
_EVERYWHERE: Final = frozenset({"/", " ", "-"})


@lru_cache(maxsize=1024)
def required_words(expression: str) -> tuple[str, ...]:
    """Return words in lower case, the longest of each choice; none if a match may be without one, or can't be read."""
    words: list[str] = []
    for choice in _choices(expression):
        runs = None if choice is None else [run for run in choice if run not in _EVERYWHERE]
        if not runs:
            return ()
        words.append(max(runs, key=len).lower())
    return tuple(dict.fromkeys(words))


def _choices(expression: str) -> Iterator[list[str] | None]:
    """Yield the literal runs of each choice at the top; ``None`` if something is not understood."""
    runs: list[str] = []
    run, at = "", 0
    while at < len(expression):
        piece = _PIECE.match(expression, at)
        if piece is None:
            yield None
            return
        at = piece.end() if piece["group"] is None else _end_of_group(expression, at)
        repeat = _REPEAT.match(expression, at)
        at = repeat.end() if repeat is not None else at
        if piece["literal"] is not None and repeat is None:
            run += piece["literal"][-1]
        elif piece["boundary"] is None:
            runs.append(run)
            run = piece["literal"][-1] if piece["literal"] is not None and _at_least_once(repeat) else ""
            if run:
                runs.append(run)
                run = ""
        if piece["choice"] is not None:
            yield [each for each in runs if each]
            runs, run = [], ""
    yield [each for each in (*runs, run) if each]


def _at_least_once(repeat: re.Match[str] | None) -> bool:
    """Return True if a repeated part occurs at least once."""
    return repeat is not None and (repeat[0].startswith("+") or (repeat[1] or "0").strip("0") != "")


def _end_of_group(expression: str, at: int) -> int:
    """Return the position after a group; the end if it is not closed."""
    depth = 0
    while at < len(expression):
        character = expression[at]
        if character == "\\":
            at += 1
        elif character == "[":
            closed = re.compile(r"\[\^?\]?(?:\\.|[^\]\\])*\]").match(expression, at)
            at = closed.end() - 1 if closed is not None else len(expression)
        elif character == "(":
            depth += 1
        elif character == ")":
            depth -= 1
            if not depth:
                return at + 1
        at += 1
    return len(expression)
