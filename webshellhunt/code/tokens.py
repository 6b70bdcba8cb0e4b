"""Tokens: code of any language a page may hold, as columns.

`tokenize` is tolerant (what no rule of the language fits is an operator of one character), iterative and linear, and
it normalises: a value is what the compiler sees, while the offsets point at what is written. Names of VB are lower
case and without brackets; escapes are decoded in names and strings; comments and directives are gone.

A string with holes is written out as the concatenation that it is: ``$"a{b}c"`` is ``( "a" + b + "c" )``.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import accumulate, chain, compress, islice
from operator import itemgetter

from webshellhunt.code.guess import guess_language
from webshellhunt.code.interpolation import Piece, split_interpolated
from webshellhunt.code.lexis import BLANK, DISGUISED, NAME, NEWLINE, NUMBER, OP, REGEX, SKIPPED, STRING, Lexis
from webshellhunt.code.lexis_c import csharp, jscript
from webshellhunt.code.lexis_vb import CLOSING, CONTINUING, OPENING, vb, vbscript
from webshellhunt.code.places import Places, merge, places_of
from webshellhunt.late import late_pattern

__all__ = [
    "NAME",
    "NEWLINE",
    "NUMBER",
    "OP",
    "REGEX",
    "STRING",
    "Tokens",
    "base_language",
    "guess_language",
    "tokenize",
]

_LEXIS: dict[str, Callable[[], Lexis]] = {"c#": csharp, "jscript": jscript, "vb": vb, "vbscript": vbscript}
_ALIASES = {
    "c#": ("c#", "cs", "csharp", "c", "c++", "cpp", "java", "vj#", "vjs", "vjsharp"),
    "vb": ("vb", "vb.net", "visualbasic", "basic"),
    "vbscript": ("vbscript", "vbs"),
}
_LANGUAGES = {alias: language for language, aliases in _ALIASES.items() for alias in aliases}
_WIDE_FORM = late_pattern("[\uff01-\uff5e]")
_MARK, _VALUE = itemgetter(0), itemgetter(1)
_ONLY: Mapping[int, bytes] = {kind: bytes(each == kind for each in range(256)) for kind in range(REGEX + 1)}
"""For each kind, a table that makes ones of it and zeros of all others."""
_NO_TOKENS = bytes((BLANK, SKIPPED))
_IS_TOKEN = bytes(mark not in _NO_TOKENS for mark in range(256))
_IS_DISGUISED = bytes(mark >= DISGUISED for mark in range(256))
_KIND = bytes(mark % DISGUISED for mark in range(256))
CLOSE, NEXT, APART = range(3)
"""How far a token stands from the one before it: not at all, by one blank, by more or by anything else."""
_GAP = bytes((APART if mark == SKIPPED else NEXT if mark == BLANK else CLOSE) for mark in range(256))
_QUOTE, _WIDE_QUOTE = '"', "\uff02"
_COMMENT_OPEN, _COMMENT_CLOSE = "<%--", "--%>"


@dataclass(slots=True)
class Tokens:
    """The tokens of one language: columns of equal length.

    ``kinds`` holds `NAME`, `STRING`, `NUMBER`, `OP`, `NEWLINE` (VB's end of a statement) or `REGEX`; ``values`` what
    the compiler sees; ``starts`` and ``ends`` half-open character offsets in ``text``, which increase strictly. How
    they are written is told by ``gaps``, `CLOSE`, `NEXT` or `APART`, which says too much where it isn't sure, and by
    ``disguised``, a one for each name and string that may be spelled otherwise than anybody would.
    """

    language: str
    text: str = field(repr=False)
    kinds: bytearray = field(default_factory=bytearray)
    values: list[str] = field(default_factory=list)
    starts: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)
    gaps: bytearray = field(default_factory=bytearray, repr=False, compare=False)
    disguised: bytearray = field(default_factory=bytearray, repr=False, compare=False)
    _places: Places | None = field(default=None, init=False, repr=False, compare=False)

    def __len__(self) -> int:
        return len(self.kinds)

    def append(self, kind: int, value: str, start: int, end: int) -> None:
        """Add one token."""
        self.kinds.append(kind)
        self.values.append(value)
        self.starts.append(start)
        self.ends.append(end)
        self.gaps.append(APART)
        self.disguised.append(1)
        self._places = None

    @property
    def places(self) -> Places:
        """Where each value stands; it is asked for once all tokens are there, and by nearly all who look at them."""
        if self._places is None:
            self._places = places_of(self.values)
        return self._places

    def indexes_of(self, values: Iterable[str]) -> Sequence[int]:
        """Return the tokens that have one of some values, whatever their kind, in their order."""
        return merge(self.places, values)

    def flags(self, kind: int) -> bytearray:
        """Return for each token whether it is of a kind; each step runs over the whole column."""
        return self.kinds.translate(_ONLY[kind])

    def of_kind(self, kind: int) -> Iterator[int]:
        """Yield the tokens of a kind."""
        return compress(range(len(self.kinds)), self.flags(kind))

    def touched_by(self, ranges: Iterable[tuple[int, int]]) -> Iterator[int]:
        """Yield the tokens that increasing ranges of the text touch, each once."""
        following = 0
        for start, end in ranges:
            following = max(following, bisect_right(self.ends, start))
            while following < len(self) and self.starts[following] < end:
                yield following
                following += 1

    def truncate(self, count: int) -> bool:
        """Keep the first tokens only; tell whether there were more."""
        more = len(self) > count
        if more:
            for column in (self.kinds, self.values, self.starts, self.ends, self.gaps, self.disguised):
                del column[count:]
            self._places = None
        return more

    def keep(self, kept: bytearray) -> None:
        """Keep the tokens for which there is a one; what stands behind a dropped one stands apart."""
        for dropped in _find_all(0, kept[:-1]):
            self.gaps[dropped + 1] = APART
        self.kinds, self.values = bytearray(compress(self.kinds, kept)), list(compress(self.values, kept))
        self.starts, self.ends = list(compress(self.starts, kept)), list(compress(self.ends, kept))
        self.gaps, self.disguised = bytearray(compress(self.gaps, kept)), bytearray(compress(self.disguised, kept))
        self._places = None

    def extend(self, other: Tokens) -> None:
        """Add the tokens of another range of the same text."""
        self.kinds.extend(other.kinds)
        self.values.extend(other.values)
        self.starts.extend(other.starts)
        self.ends.extend(other.ends)
        self.gaps.extend(other.gaps)
        self.disguised.extend(other.disguised)
        self._places = None


def base_language(name: str) -> str:
    """Return which of the four languages is read for a language's name or alias; unknown ones read like JScript."""
    plain = name.strip().lower().removesuffix(".encode")
    return _LANGUAGES.get(plain, "jscript")


def tokenize(
    text: str, language: str, start: int = 0, end: int | None = None, *, server_comments: bool = True
) -> Tokens:
    """Tokenise a range of a text; ASP.NET's server comments inside it are taken out first, as the server does.

    Args:
        text: The whole text; offsets of the tokens point into it.
        language: ``c#``, ``jscript``, ``vb``, ``vbscript`` or an alias.
        start: Where the range starts.
        end: Where it ends, by default with the text.
        server_comments: Whether the server takes ``<%-- --%>`` out of such code; the source of a handler keeps it.
    """
    name = base_language(language)
    stop = len(text) if end is None else max(0, min(end, len(text)))
    start = max(0, min(start, stop))
    tokens = Tokens(name, text)
    lexis = _LEXIS[name]()
    code = text[start:stop]
    if server_comments and _COMMENT_OPEN in code and name != "vbscript":
        _read_around_comments(tokens, lexis, code, start)
    else:
        _read(tokens, lexis, code, start)
    if name in ("vb", "vbscript"):
        _join_lines(tokens)
    return tokens


def _read(tokens: Tokens, lexis: Lexis, code: str, offset: int) -> None:
    """Add the tokens of a piece of code; ``offset`` is where it stands in the text."""
    plain = _WIDE_FORM.sub(_narrow, code) if lexis.wide and not code.isascii() else code
    pieces = None
    if lexis.interpolation is not None and lexis.interpolation.search(plain):
        pieces = split_interpolated(plain, lexis.name)
    for piece in pieces or (Piece(None, 0, len(code), ""),):
        if piece.kind is None:
            _read_plain(tokens, lexis, plain[piece.start : piece.end], offset + piece.start)
        else:
            tokens.append(piece.kind, piece.value, offset + piece.start, offset + piece.end)
    if plain is not code and plain != code:
        _restore_strings(tokens, lexis, code, offset)


def _narrow(match: re.Match[str]) -> str:
    return chr(ord(match[0]) - 0xFEE0)


def _read_plain(tokens: Tokens, lexis: Lexis, code: str, offset: int) -> None:
    """Add the tokens of code without interpolated strings.

    Each step runs over a whole column inside the interpreter; only a word that wasn't met before is looked at here.
    """
    raws = lexis.pattern.findall(code)
    words = list(map(lexis.memo.__getitem__, raws))
    marks = bytes(map(_MARK, words))
    kept = marks.translate(_IS_TOKEN)
    bounds = list(accumulate(map(len, raws), initial=offset))
    first = len(tokens.kinds)
    found = marks.translate(None, _NO_TOKENS)
    tokens.kinds += found.translate(_KIND)
    tokens.values.extend(map(_VALUE, compress(words, kept)))
    tokens.starts.extend(compress(bounds, kept))
    tokens.ends.extend(compress(islice(bounds, 1, None), kept))
    before = marks.replace(bytes((SKIPPED, BLANK)), bytes((SKIPPED, SKIPPED))).translate(_GAP)
    tokens.gaps.extend(compress(chain((APART,), before), kept))
    tokens.disguised += found.translate(_IS_DISGUISED)
    if REGEX in found:  # it was matched together with the blank before it
        for index in _find_all(REGEX, tokens.kinds, first):
            tokens.starts[index] = tokens.ends[index] - len(tokens.values[index])
            tokens.gaps[index] = APART


def _find_all(value: int, column: bytearray, start: int = 0) -> Iterator[int]:
    """Yield where a value stands in a column."""
    place = column.find(value, start)
    while place >= 0:
        yield place
        place = column.find(value, place + 1)


def _join_lines(tokens: Tokens) -> None:
    """Drop the line ends after which the statement goes on: VB.NET's own, and the stray one before or in brackets.

    VBScript takes neither; who put it there meant one statement, and a copy of it may be whole.
    """
    kinds, values, ends_line = tokens.kinds, tokens.values, tokens.flags(NEWLINE)
    continuing = CONTINUING if tokens.language == "vb" else OPENING
    closing = CLOSING | OPENING
    behind = compress(values, islice(ends_line, 1, None))
    if continuing.isdisjoint(behind) and closing.isdisjoint(compress(islice(values, 1, None), ends_line)):
        return
    last = len(values) - 1
    kept = bytearray(b"\1") * len(values)
    for index in compress(range(len(values)), ends_line):
        goes_on = (values[index - 1] in continuing and kinds[index - 1] != STRING) or (
            index < last and values[index + 1] in closing and kinds[index + 1] == OP
        )
        if index and values[index] == "\n" and goes_on:
            kept[index] = 0
    tokens.keep(kept)


def _restore_strings(tokens: Tokens, lexis: Lexis, code: str, offset: int) -> None:
    """Give strings their own characters back after full-width ones were read as their ASCII twins."""
    for index, kind in enumerate(tokens.kinds):
        if kind not in (NAME, STRING):
            continue
        raw = code[tokens.starts[index] - offset : tokens.ends[index] - offset]
        if not raw.isascii():
            tokens.disguised[index] = 1
            if kind == STRING:
                tokens.values[index] = lexis.memo[f'"{raw[1:].replace(_WIDE_QUOTE, _QUOTE)}'][1]


def _read_around_comments(tokens: Tokens, lexis: Lexis, code: str, offset: int) -> None:
    """Read code as if its server comments had never been there: what stands around one may join."""
    kept: list[tuple[int, int]] = []
    position = 0
    while (opening := code.find(_COMMENT_OPEN, position)) >= 0:
        closing = code.find(_COMMENT_CLOSE, opening + len(_COMMENT_OPEN))
        if closing < 0:  # no comment to the server either
            break
        kept.append((position, opening))
        position = closing + len(_COMMENT_CLOSE)
    kept.append((position, len(code)))
    _read(tokens, lexis, "".join(code[a:b] for a, b in kept), 0)
    tokens.starts = _moved(tokens.starts, kept, offset, after=True)
    tokens.ends = _moved(tokens.ends, kept, offset, after=False)
    tokens.gaps = bytearray([APART]) * len(tokens)


def _moved(positions: list[int], kept: list[tuple[int, int]], offset: int, *, after: bool) -> list[int]:
    """Lead increasing positions in joined pieces back to the text; ``after`` decides for one that lies on a seam."""
    moved: list[int] = []
    piece, base = 0, 0
    for position in positions:
        while piece + 1 < len(kept):
            size = kept[piece][1] - kept[piece][0]
            inside = position - base < size if after else position - base <= size
            if inside:
                break
            base += size
            piece += 1
        moved.append(offset + kept[piece][0] + position - base)
    return moved
