"""Disguised names: names that are written otherwise than they read, with escapes, comments or unseen characters."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.lang.columns import Tokens, find_all
from webshellhunt.lang.lexis import NAME, OP, without_format
from webshellhunt.lazy_pattern import lazy_pattern

_C_LIKE = frozenset({"c#", "jscript"})
_SERVER_COMMENT = "<%--"
_BLOCK_COMMENT = "/*"
_WIDE = lazy_pattern("[\uff21-\uff3a\uff41-\uff5a]")
_CONTROL = lazy_pattern(r"[\x00-\x08\x0e-\x1f]")
_AROUND = 100  # characters
_ESCAPES = ("\\u", "\\U")
FULL_WIDTH = "in full-width letters"
"""The technique that Asian pages may use by mistake."""


class DisguisedName(NamedTuple):
    """A name as its compiler reads it, its place, and the technique that disguises it, in words."""

    name: str
    place: int
    way: str


def iter_disguised_names(tokens: Tokens) -> Iterator[DisguisedName]:
    """Yield the disguised names of a code, in their order."""
    touched = {place for found in _iter_hiding(tokens.text) for place in tokens.touched_by(found)}
    if not tokens.text.isascii():
        touched.update(find_all(1, tokens.disguised))
    for place in sorted({each for at in touched for each in (at, at + 1) if each < len(tokens)}):
        way = _way(tokens, place) if tokens.kinds[place] == NAME else None
        if way is not None and not _is_noise(tokens, place):
            yield DisguisedName(tokens.values[place], place, way)


def _iter_hiding(text: str) -> Iterator[Iterator[tuple[int, int]]]:
    """Yield, for each sign that may hide a name, the places where the text contains it."""
    for sign in (*_ESCAPES, _SERVER_COMMENT):
        yield ((at, at + len(sign)) for at in _places(text, sign))
    for sign in (_SERVER_COMMENT, _BLOCK_COMMENT):
        ends = (_before_blanks(text, at) for at in _places(text, sign))
        yield ((end, end + 1) for end in ends if text[end : end + 1] == ".")


def _places(text: str, sign: str) -> Iterator[int]:
    at = text.find(sign)
    while at >= 0:
        yield at
        at = text.find(sign, at + 1)


def _before_blanks(text: str, at: int) -> int:
    """Return the offset of the last character before a place that is not a blank."""
    while at and text[at - 1].isspace():
        at -= 1
    return max(at - 1, 0)


def _way(tokens: Tokens, index: int) -> str | None:
    """Return the technique that hides a name, in words, or ``None`` for an ordinary name."""
    value, raw = tokens.values[index], tokens.text[tokens.starts[index] : tokens.ends[index]]
    if not value.isascii():
        return None
    if "\\" in raw and tokens.language in _C_LIKE:
        return "with escapes of ASCII letters"
    if _SERVER_COMMENT in raw and _SERVER_COMMENT not in value:  # classic ASP keeps it as part of a name in brackets
        return "with a server comment inside it"
    if not raw.isascii():
        if tokens.language == "vb" and _WIDE.search(raw):
            return FULL_WIDTH
        if _has_unseen_inside(raw):
            return "with an invisible character inside it"
    if index and tokens.values[index - 1] == "." and tokens.kinds[index - 1] == OP:
        gap = tokens.text[tokens.ends[index - 1] : tokens.starts[index]].lstrip()
        if gap.startswith((_SERVER_COMMENT, _BLOCK_COMMENT)):
            return "with a comment between its dot and itself"
    return None


def _is_noise(tokens: Tokens, index: int) -> bool:
    """True if a name lies in binary data, such as a picture, where any character occurs by chance."""
    start, end = tokens.starts[index], tokens.ends[index]
    return _CONTROL.search(tokens.text, max(0, start - _AROUND), end + _AROUND) is not None


def _has_unseen_inside(raw: str) -> bool:
    """True if ASCII letters surround a character that compilers ignore."""
    ends = [at for at, character in enumerate(raw) if character.isascii()]
    return bool(ends) and without_format(raw[ends[0] : ends[-1] + 1]) != raw[ends[0] : ends[-1] + 1]
