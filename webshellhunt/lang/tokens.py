"""Tokens: code of any language a page may hold, as columns.

`tokenize` is tolerant (a character that no rule of the language fits is an operator), iterative and linear, and it
normalises: a value is what the compiler sees, while the offsets point at what is written. Names of VB are lower
case and without brackets; escapes are decoded in names and strings; comments and directives are gone.

A string with holes is written out as the concatenation that it is: ``$"a{b}c"`` is ``( "a" + b + "c" )``.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from itertools import accumulate, chain, compress, islice
from operator import itemgetter

from webshellhunt.fence import check_time
from webshellhunt.lang.columns import APART, CLOSE, NEXT, Tokens, find_all
from webshellhunt.lang.conditional import drop_dead_lines
from webshellhunt.lang.guess import guess_language
from webshellhunt.lang.interpolation import split_interpolated
from webshellhunt.lang.language_names import VB, base_language
from webshellhunt.lang.lexis import BLANK, DISGUISED, NAME, NEWLINE, NUMBER, OP, REGEX, SKIPPED, STRING, Lexis
from webshellhunt.lang.lexis_c import csharp, jscript
from webshellhunt.lang.lexis_vb import CLOSING, CONTINUING, OPENING, vb, vbscript
from webshellhunt.lazy_pattern import lazy_pattern

__all__ = [
    "APART", "NAME", "NEWLINE", "NEXT", "NUMBER", "OP", "REGEX", "STRING", "Tokens", "guess_language", "tokenize",
    "tokenize_ranges",
]  # fmt: skip

_LEXIS: dict[str, Callable[[], Lexis]] = {"c#": csharp, "jscript": jscript, "vb": vb, "vbscript": vbscript}
_WIDE_FORM = lazy_pattern("[\uff01-\uff5e]")
_MARK, _VALUE = itemgetter(0), itemgetter(1)
_SEAM, _BOUNDARY = 2 * DISGUISED, 2 * DISGUISED + 1
"""Marks of words that nobody wrote: where pieces of code meet, and where ranges do, which ends a statement."""
_AT_SEAM, _AT_BOUNDARY, _AT_BOUNDARY_OF_VB = (_SEAM, ""), (_BOUNDARY, ";"), (_BOUNDARY, "\n")
_NO_TOKENS = bytes((BLANK, SKIPPED, _SEAM))
_IS_TOKEN = bytes(mark not in _NO_TOKENS for mark in range(256))
_IS_DISGUISED = bytes(mark >= DISGUISED for mark in range(256))
_KIND = bytes(mark if mark == _BOUNDARY else mark % DISGUISED for mark in range(256))
_APART = frozenset({SKIPPED, _SEAM, _BOUNDARY})
_GAP = bytes((APART if mark in _APART else NEXT if mark == BLANK else CLOSE) for mark in range(256))
_CONDITIONAL = {"vb": "#", "c#": "#", "jscript": "@if"}
"""How conditional compilation begins in the languages that have it."""
_QUOTE, _WIDE_QUOTE = '"', "\uff02"
_COMMENT_OPEN, _COMMENT_CLOSE = "<%--", "--%>"


def tokenize(
    text: str, language: str, start: int = 0, end: int | None = None, *, server_comments: bool = False
) -> Tokens:
    """Tokenise a range of a text.

    ``text``: the whole text; offsets of the tokens point into it. ``language``: ``c#``, ``jscript``, ``vb``,
    ``vbscript`` or an alias. ``server_comments``: whether the server takes ``<%-- --%>`` out first, as ASP.NET does in
    its pages; the source of a handler keeps it, and so does what code runs as code.
    """
    stop = len(text) if end is None else max(0, min(end, len(text)))
    return tokenize_ranges(text, language, [(max(0, min(start, stop)), stop)], server_comments=server_comments)


def tokenize_ranges(
    text: str,
    language: str,
    ranges: Iterable[tuple[int, int]],
    *,
    server_comments: bool = False,
    enough: int | None = None,
) -> Tokens:
    """Tokenise ranges of a text as one code, the end of a statement between them.

    None is read any more once there are more tokens than ``enough``.
    """
    name = base_language(language)
    reading = _Reading(Tokens(name, text), _LEXIS[name]())
    parts = [*ranges]
    for number, (start, end) in enumerate(parts):
        if number:
            if enough is not None and reading.exceeds(enough):
                break
            reading.add_boundary(start)
        code = text[start:end]
        if server_comments and _COMMENT_OPEN in code:
            reading.add_tokens(_read_around_comments(text, name, start, end))
        else:
            reading.add(code, start)
    tokens = reading.finish()
    if name in _CONDITIONAL and _CONDITIONAL[name] in text:
        drop_dead_lines(tokens, sorted(parts))
    return tokens


class _Reading:
    """All that was read so far: tokens, and words of which none were made yet.

    Words are found in one piece of code after the other, but each step that makes tokens of them runs over a whole
    column inside the interpreter; only a word that wasn't met before is looked at here. ``_ends`` says where each of
    them ends, and so where the next one starts.
    """

    def __init__(self, tokens: Tokens, lexis: Lexis) -> None:
        self._tokens = tokens
        self._lexis = lexis
        self._words: list[tuple[int, str]] = []
        self._ends: list[int] = []

    def add(self, code: str, offset: int) -> None:
        """Read code; ``offset`` is where it stands in the text."""
        check_time()
        if self._lexis.wide and not code.isascii() and (narrow := _WIDE_FORM.sub(_narrow, code)) != code:
            self._make_tokens()
            first = len(self._tokens)
            self._add_narrow(narrow, offset)
            self._make_tokens()
            _restore_strings(self._tokens, first, self._lexis, code, offset)
        else:
            self._add_narrow(code, offset)

    def _add_narrow(self, code: str, offset: int) -> None:
        """Read code without full-width characters that stand for others."""
        holes = self._lexis.interpolation
        pieces = split_interpolated(code, self._lexis.name) if holes is not None and holes.search(code) else []
        if not pieces:
            self._add_plain(code, offset)
        for piece in pieces:
            if piece.kind is None:
                self._add_plain(code[piece.start : piece.end], offset + piece.start)
            else:
                self._words += _AT_SEAM, (piece.kind + DISGUISED, piece.value)
                self._ends += offset + piece.start, offset + piece.end

    def _add_plain(self, code: str, offset: int) -> None:
        """Read code without strings with holes."""
        raws = self._lexis.pattern.findall(code)
        self._words.append(_AT_SEAM)
        self._words.extend(map(self._lexis.memo.__getitem__, raws))
        self._ends.extend(accumulate(map(len, raws), initial=offset))

    def add_boundary(self, place: int) -> None:
        """End a statement in front of the range that starts at a place."""
        self._words.append(_AT_BOUNDARY_OF_VB if self._lexis.name in VB else _AT_BOUNDARY)
        self._ends.append(place)

    def add_tokens(self, tokens: Tokens) -> None:
        """Add tokens that were read otherwise."""
        self._make_tokens()
        self._add_made(tokens)

    def _add_made(self, tokens: Tokens) -> None:
        if len(self._tokens):
            self._tokens.extend(tokens)
        else:
            self._tokens = tokens

    def exceeds(self, count: int) -> bool:
        """True if there are more tokens than that."""
        if len(self._tokens) + len(self._words) > count:
            self._make_tokens()
        return len(self._tokens) > count

    def finish(self) -> Tokens:
        """Return all tokens."""
        self._make_tokens()
        _settle_boundaries(self._tokens)
        return self._tokens

    def _make_tokens(self) -> None:
        """Make tokens of the words."""
        words, ends = self._words, self._ends
        marks = bytes(map(_MARK, words))
        kept = marks.translate(_IS_TOKEN)
        found = marks.translate(None, _NO_TOKENS)
        before = marks.replace(bytes((SKIPPED, BLANK)), bytes((SKIPPED, SKIPPED))).translate(_GAP)
        made = Tokens(
            self._tokens.language,
            self._tokens.text,
            bytearray(found.translate(_KIND)),
            list(map(_VALUE, compress(words, kept))),
            list(compress(chain((0,), ends), kept)),
            list(compress(ends, kept)),
            bytearray(compress(chain((APART,), before), kept)),
            bytearray(found.translate(_IS_DISGUISED)),
        )
        for index in find_all(REGEX, made.kinds):  # it was matched together with the blank before it
            made.starts[index] = made.ends[index] - len(made.values[index])
            made.gaps[index] = APART
        for index in find_all(_BOUNDARY, made.kinds):
            made.gaps[index] = APART
        if self._lexis.name in VB:
            _join_lines(made)
        self._words, self._ends = [], []
        self._add_made(made)


def _settle_boundaries(tokens: Tokens) -> None:
    """Let the boundary between two ranges be the end of a statement, where the first token behind it starts."""
    kind = NEWLINE if tokens.language in VB else OP
    for index in find_all(_BOUNDARY, tokens.kinds):
        tokens.kinds[index] = kind
        if index + 1 < len(tokens) and tokens.kinds[index + 1] != _BOUNDARY:
            tokens.ends[index] = tokens.starts[index + 1]
        tokens.starts[index] = tokens.ends[index]


def _narrow(match: re.Match[str]) -> str:
    return chr(ord(match[0]) - 0xFEE0)


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
        if index and kinds[index - 1] != _BOUNDARY and values[index] == "\n" and goes_on:
            kept[index] = 0
    tokens.keep(kept)


def _restore_strings(tokens: Tokens, first: int, lexis: Lexis, code: str, offset: int) -> None:
    """Give strings their own characters back after full-width ones were read as their ASCII twins."""
    for index, kind in enumerate(islice(tokens.kinds, first, None), first):
        if kind not in (NAME, STRING):
            continue
        raw = code[tokens.starts[index] - offset : tokens.ends[index] - offset]
        if not raw.isascii():
            tokens.disguised[index] = 1
            if kind == STRING:
                tokens.values[index] = lexis.memo[f'"{raw[1:].replace(_WIDE_QUOTE, _QUOTE)}'][1]


def _read_around_comments(text: str, language: str, start: int, end: int) -> Tokens:
    """Read code as if its server comments had never been there: the words around one may join."""
    kept: list[tuple[int, int]] = []
    position = start
    while (opening := text.find(_COMMENT_OPEN, position, end)) >= 0:
        closing = text.find(_COMMENT_CLOSE, opening + len(_COMMENT_OPEN), end)
        if closing < 0:  # no comment to the server either
            break
        kept.append((position, opening))
        position = closing + len(_COMMENT_CLOSE)
    kept.append((position, end))
    tokens = tokenize("".join(text[a:b] for a, b in kept), language)
    tokens.text = text
    tokens.starts = _moved(tokens.starts, kept, after=True)
    tokens.ends = _moved(tokens.ends, kept, after=False)
    tokens.gaps = bytearray([APART]) * len(tokens)
    return tokens


def _moved(positions: list[int], kept: list[tuple[int, int]], *, after: bool) -> list[int]:
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
        moved.append(kept[piece][0] + position - base)
    return moved
