"""Parts: pieces of a page that other pages have as well, read and parsed once for all of them.

The text of a classic page with its includes is mostly the text of files that many pages include. Such a piece is read
by itself where code neither goes on into it nor out of it, and its tokens are kept by its text. It begins at a round
place among the tokens of its page, filled up with ends of statements: so it has the same place on most pages, and its
tree, whose places are those of the page, serves them all.
"""

from __future__ import annotations

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from itertools import compress, groupby

from webshellhunt.lang.columns import APART, Part, Tokens, Words, places_of
from webshellhunt.lang.lexis import NAME, NEWLINE, STRING
from webshellhunt.lang.tokens import tokenize_ranges
from webshellhunt.memo import Memo

SHARED = "vbscript"
"""The language of the pages whose includes are read apart."""
MAX_READ_TOKENS = 600_000
"""Tokens of the pieces that are kept."""
_CODEC = "gbk"
_ONE_BYTE = {bytes((byte,)).decode("cp1252", "ignore") or chr(byte): byte for byte in range(256)}
_SPARSE = 8
"""A piece begins at a multiple of the largest power of two that is at most this part of its tokens."""
Range = tuple[int, int]


@dataclass(slots=True, eq=False)
class _Piece:
    """The tokens of a piece; ``starts`` and ``ends`` count from its first character.

    ``doubles`` are its strings that are no ASCII as GBK, by their tokens; ``None`` if one of them is no GBK.
    """

    digest: bytes
    values: Sequence[str]
    kinds: bytes
    gaps: bytes
    disguised: bytes
    starts: Sequence[int]
    ends: Sequence[int]
    doubles: Mapping[int, str] | None
    _words: dict[bool, Words] = field(default_factory=dict, init=False)

    def words(self, *, is_double: bool) -> Words:
        """Return the words of the piece, its strings read as GBK where they are double bytes."""
        found = self._words.get(is_double)
        if found is None:
            values = [*self.values]
            for at, value in (self.doubles or {}).items() if is_double else ():
                values[at] = value
            names = frozenset(compress(values, (kind == NAME for kind in self.kinds)))
            places = places_of(values)
            found = self._words[is_double] = Words(places, frozenset(map(str.lower, places)), names)
        return found


_PIECES: Memo[_Piece] = Memo(MAX_READ_TOKENS)


def tokenize_pieces(text: str, ranges: Sequence[Range], seams: Sequence[int]) -> Tokens:
    """Tokenise ranges of a text of VBScript that is joined from pieces, each of which begins at a seam."""
    pieces = [(start, _piece(text[start:end], start, some)) for start, end, some in _grouped(ranges, seams, len(text))]
    is_double = all(piece.doubles is not None for _, piece in pieces)
    tokens = Tokens(SHARED, text)
    parts: list[Part] = []
    words: list[tuple[int, Words]] = []
    written = 0
    for offset, piece in pieces:
        count = len(piece.kinds)
        written += count + bool(parts)
        if not count:
            continue
        _fill(tokens, count, offset + piece.starts[0])
        first = len(tokens)
        tokens.values += piece.values
        tokens.kinds += piece.kinds
        tokens.gaps += piece.gaps
        tokens.disguised += piece.disguised
        tokens.starts += [offset + place for place in piece.starts]
        tokens.ends += [offset + place for place in piece.ends]
        doubles = piece.doubles if is_double and piece.doubles else {}
        for at, value in doubles.items():
            tokens.values[first + at] = value
        parts.append(Part(first, first + count, (piece.digest, first, bool(doubles))))
        words.append((first, piece.words(is_double=bool(doubles))))
    if parts and tokens.ends[-1] < ranges[-1][0]:
        _fill(tokens, 0, ranges[-1][0])  # the last pieces are empty
    tokens.parts, tokens.pieces, tokens.filled = parts, words, len(tokens) - written
    return tokens


def _grouped(ranges: Sequence[Range], seams: Sequence[int], size: int) -> Iterable[tuple[int, int, list[Range]]]:
    """Yield the start, the end and the ranges of each piece; pieces that a range joins are one."""
    joined = {at for start, end in ranges for at in range(bisect_right(seams, start), bisect_right(seams, end - 1))}
    own = [seam for at, seam in enumerate(seams) if at not in joined]
    for number, some in groupby(ranges, lambda each: bisect_right(own, each[0])):
        yield own[number - 1] if number else 0, own[number] if number < len(own) else size, [*some]


def _piece(text: str, offset: int, ranges: Iterable[Range]) -> _Piece:
    own = tuple((start - offset, end - offset) for start, end in ranges)
    digest = sha256(repr(own).encode("ascii"))
    digest.update(text.encode("utf-8", "surrogatepass"))

    def make() -> _Piece:
        tokens = tokenize_ranges(text, SHARED, own)
        return _Piece(
            digest.digest(),
            tuple(tokens.values),
            bytes(tokens.kinds),
            bytes(tokens.gaps),
            bytes(tokens.disguised),
            array("l", tokens.starts),
            array("l", tokens.ends),
            double_bytes(tokens),
        )

    return _PIECES.get(digest.digest(), make, lambda piece: len(piece.kinds) + 64)


def _fill(tokens: Tokens, count: int, place: int) -> None:
    """Add ends of statements in front of a piece that is that long and begins at a place in the text."""
    if not len(tokens):
        return
    step = 1 << max(0, (count // _SPARSE).bit_length() - 1)
    filled = 1 + -(len(tokens) + 1) % step
    tokens.values += ["\n"] * filled
    tokens.kinds += bytes((NEWLINE,)) * filled
    tokens.gaps += bytes((APART,)) * filled
    tokens.disguised += bytes(filled)
    tokens.starts += [place] * filled
    tokens.ends += [place] * filled


def double_bytes(tokens: Tokens) -> Mapping[int, str] | None:
    """Return the strings of a code that are no ASCII, read as GBK, by their tokens; ``None`` where one is no GBK."""
    values = tokens.values
    strings = [at for at in tokens.of_kind(STRING) if not values[at].isascii()]
    try:
        return {at: bytes(map(_ONE_BYTE.__getitem__, values[at])).decode(_CODEC) for at in strings}
    except (KeyError, UnicodeDecodeError):
        return None
