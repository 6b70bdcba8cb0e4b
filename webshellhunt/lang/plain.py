"""Plain code: the tokens as their compiler sees them, written the common way, for signatures that look for words.

A signature reads characters. Comments between tokens, lines that go on, escapes in names and strings, strings in
pieces change the characters and nothing else; they are replaced. Plain text stays.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import compress

from webshellhunt.decoding.rewrite import Replacement
from webshellhunt.lang.language_names import VB
from webshellhunt.lang.lexis import CURLY_QUOTES
from webshellhunt.lang.operator_words import JOINING
from webshellhunt.lang.tokens import APART, NAME, NEWLINE, NEXT, OP, STRING, Tokens

_CLOSE_TO_NEXT = frozenset("([.")
_CLOSE_TO_LAST = frozenset("()[].,;")
_ENDS = frozenset("{};")
_BRACES = frozenset("{}")
_DOT = frozenset({"."})
_JOINED = bytes((STRING, OP, STRING))
_GOING_ON = bytes((OP, STRING))
_SERVER_COMMENT = "<%--"
_IS_APART = bytes(gap == APART for gap in range(256))
_NEXT = bytes((NEXT,))


def plain_replacements(tokens: Tokens) -> list[Replacement]:
    """Return the replacements of the disguised places of a code."""
    return [*_words(tokens), *_gaps(tokens)]


def joined_strings(tokens: Tokens) -> Iterator[Replacement]:
    """Yield one literal for each row of literals with a sign of joining between them.

    It covers the replacements of `plain_replacements` at the same places. A name in pieces is remarkable by itself, so
    signatures have to see both forms.
    """
    values = tokens.values
    for first, end in rows_of_literals(tokens):
        text = _literal("".join(values[first:end:2]), tokens.language)
        yield Replacement(tokens.starts[first], tokens.ends[end - 1], text)


def rows_of_literals(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """Yield the half-open ranges of the rows of literals with a sign of joining between two of them."""
    kinds, values = tokens.kinds, tokens.values
    end = 0
    for sign in tokens.indexes_of(JOINING):
        if sign < end or kinds[sign - 1 : sign + 2] != _JOINED:
            continue
        end = sign
        while kinds[end : end + 2] == _GOING_ON and values[end] in JOINING:
            end += 2
        yield sign - 1, end


def _words(tokens: Tokens) -> Iterator[Replacement]:
    """Yield the names and strings that are written with escapes, brackets or characters that nobody sees."""
    for index in _suspects(tokens):
        kind, value, start, end = tokens.kinds[index], tokens.values[index], tokens.starts[index], tokens.ends[index]
        raw = tokens.text[start:end]
        if kind in (NAME, STRING):
            plain = _plain_name(raw, value, tokens.language) if kind == NAME else _plain_string(raw, value, tokens)
            if plain != raw:
                yield Replacement(start, end, plain)


def _suspects(tokens: Tokens) -> list[int]:
    """Return the tokens that may be disguised, and those that the server takes a comment out of, in order."""
    disguised = compress(range(len(tokens)), tokens.disguised)
    return sorted({*disguised, *tokens.touched_by((place, place + 1) for place in _server_comments(tokens))})


def _server_comments(tokens: Tokens) -> Iterator[int]:
    """Yield where a comment begins from the first token to the last: a text may hold the code of many blocks."""
    first, end = (tokens.starts[0], tokens.ends[-1]) if tokens.starts else (0, 0)
    place = tokens.text.find(_SERVER_COMMENT, first, end)
    while place >= 0:
        yield place
        place = tokens.text.find(_SERVER_COMMENT, place + 1, end)


def _plain_name(raw: str, value: str, language: str) -> str:
    """Return a name in the common spelling; that of VB keeps its case."""
    if language not in VB:
        return value
    return value if raw.startswith("[") or _SERVER_COMMENT in raw or not raw.isascii() else raw


def _plain_string(raw: str, value: str, tokens: Tokens) -> str:
    """Return a string in the common spelling, where it is disguised."""
    disguised = "\\x" in raw or "\\u" in raw or _SERVER_COMMENT in raw or raw.startswith((*CURLY_QUOTES,))
    return _literal(value, tokens.language) if disguised else raw


def _literal(value: str, language: str) -> str:
    """Write a text as a literal of its language."""
    if language in VB:
        return '"{}"'.format(value.replace('"', '""'))
    return '"{}"'.format(value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r"))


def _gaps(tokens: Tokens) -> Iterator[Replacement]:
    """Yield replacements of the text between two tokens of a statement, where it is more than the usual blank."""
    text, kinds, gaps = tokens.text, tokens.kinds, tokens.gaps
    apart = compress(range(len(gaps)), gaps.translate(_IS_APART))
    dots = (each for dot in tokens.indexes_of(_DOT) for each in (dot, dot + 1) if gaps[each : each + 1] == _NEXT)
    for index in sorted({*apart, *dots} - {0}):
        if NEWLINE in kinds[index - 1 : index + 1]:
            continue
        start, end = tokens.ends[index - 1], tokens.starts[index]
        before, after = _sign(tokens, index - 1), _sign(tokens, index)
        if end == start or (end - start == 1 and "." not in (before, after)):
            continue
        gap = text[start:end]
        if _is_layout(gap, between_statements=before in _ENDS or after in _BRACES, opens=after in (".", "(")):
            continue
        joint = "" if before in _CLOSE_TO_NEXT or after in _CLOSE_TO_LAST else " "
        if gap != joint:
            yield Replacement(start, end, joint)


def _sign(tokens: Tokens, index: int) -> str:
    """Return a token's value where it is an operator, else nothing."""
    return tokens.values[index] if tokens.kinds[index] == OP else ""


def _is_layout(gap: str, *, between_statements: bool, opens: bool) -> bool:
    """True if the text between two tokens is the usual layout of code: lines, and comments at their ends."""
    lines = "\n" in gap or "\r" in gap
    if between_statements:
        return lines or gap.isspace()
    return lines and gap.isspace() and not opens
