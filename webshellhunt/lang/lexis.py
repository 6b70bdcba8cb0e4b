"""The parts of the lexis of a language: one pattern that covers every character, and a reader of single tokens."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

NAME, STRING, NUMBER, OP, NEWLINE, REGEX = range(6)
BLANK, SKIPPED = 6, 7
"""The stretches that no token comes from: one blank, and all else that the compiler skips."""
DISGUISED = 8
"""Added to a name or a string that is spelled otherwise than anybody would."""

# C# ends a line at all of these, and so can hide code behind something that looks like one long comment.
LINE_ENDS = "\\r\\n\\x85\\u2028\\u2029"

# Format characters that compilers drop from identifiers, and controls that none of them gives a meaning to.
FORMAT = (
    "\\xad\\u0600-\\u0605\\u061c\\u06dd\\u070f\\u180e\\u200b-\\u200f"
    "\\u202a-\\u202e\\u2060-\\u2064\\u2066-\\u206f\\ufeff\\ufff9-\\ufffb"
)
CONTROL = "\\x00-\\x08\\x0e-\\x1f\\x7f"
MARKS = "\\u0300-\\u036f"
CURLY_QUOTES = "\u201c\u201d"

_FORMAT = lazy_pattern(f"[{FORMAT}]+")
_IGNORED = lazy_pattern(f"[{CONTROL}{FORMAT}]")


_SPELLED = frozenset({NAME, STRING})
_BLANKS = frozenset(" \t")

Read = Callable[[str], tuple[int, str] | None]


class Memo(dict[str, tuple[int, str]]):
    """Mark and value of the words read so far: pages use the same few over and over.

    The mark is the kind, with `DISGUISED` where that is so, or `BLANK` or `SKIPPED`.
    """

    LIMIT = 50_000
    LONGEST = 64

    def __init__(self, read: Read) -> None:
        super().__init__()
        self._read = read

    def __missing__(self, raw: str) -> tuple[int, str]:
        known = self._read(raw)
        if known is None:
            known = (BLANK if raw in _BLANKS else SKIPPED, "")
        elif known[0] in _SPELLED and _is_disguised(raw, known[0]):
            known = (known[0] + DISGUISED, known[1])
        if len(raw) <= self.LONGEST:
            if len(self) >= self.LIMIT:
                self.clear()
            self[raw] = known
        return known


class Lexis(NamedTuple):
    """The lexis of one language.

    ``pattern`` matches at every character and has no groups. ``memo`` returns mark and value of its match.
    ``interpolation`` says whether a text may hold strings with holes. ``wide``
    says whether full-width characters stand for their ASCII twins.
    """

    name: str
    pattern: re.Pattern[str]
    memo: Memo
    interpolation: re.Pattern[str] | None = None
    wide: bool = False


def _is_disguised(raw: str, kind: int) -> bool:
    """True if a name is spelled with more than its letters, or a string with escapes or quotes of print."""
    if kind == NAME:
        return not raw.isascii() or raw[0] in "[@" or "\\" in raw
    return raw[0] in CURLY_QUOTES or ("\\" in raw and ("\\x" in raw or "\\u" in raw))


def is_ignored(character: str) -> bool:
    """True if a character between tokens means nothing."""
    return _IGNORED.match(character) is not None


def without_format(name: str) -> str:
    """Return an identifier without the format characters that compilers ignore in it."""
    return name if name.isascii() else _FORMAT.sub("", name)


def join_surrogates(value: str) -> str:
    """Make one character of two escapes that are a surrogate pair; a lone one becomes U+FFFD."""
    if not any("\ud800" <= c <= "\udfff" for c in value):
        return value
    return value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
