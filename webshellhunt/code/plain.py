"""Plain code: the tokens as their compiler sees them, written the common way, for signatures that look for words.

A signature reads characters. Comments between tokens, lines that go on, escapes in names and strings, strings in
pieces change the characters and nothing else; this says what to put in their place. What is plain is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from operator import sub

from webshellhunt.code.tokens import NAME, NEWLINE, OP, STRING, Tokens
from webshellhunt.decoding.rewrite import Replacement

_CLOSE_TO_NEXT = frozenset("([.")
_CLOSE_TO_LAST = frozenset("()[].,;")
_ENDS = frozenset("{};")
_BRACES = frozenset("{}")
_CURLY = "\u201c\u201d"
_DOT = frozenset({"."})
_JOINING = frozenset({"+", "&"})
_JOINED = [STRING, OP, STRING]
_VB = frozenset({"vb", "vbscript"})
# Without one of these inside, a name or string in ASCII is written plainly.
_ANY_SIGN = ("\\x", "\\u", "\\U", "<%--")
_VB_SIGNS = ("[", *_CURLY, *_ANY_SIGN)
_C_SIGNS = ("@", *_ANY_SIGN)


def plain_replacements(tokens: Tokens) -> list[Replacement]:
    """Return what stands for the disguised places of a code."""
    return [*_words(tokens), *_gaps(tokens)]


def joined_strings(tokens: Tokens) -> Iterator[Replacement]:
    """Yield one literal for each row of literals with a sign of joining between them.

    It covers what `plain_replacements` says of the same places. That a name is in pieces tells something by itself, so
    signatures have to see both forms.
    """
    kinds, values = tokens.kinds, tokens.values
    done = 0
    for sign in tokens.indexes_of(_JOINING):
        if sign <= done or kinds[sign - 1 : sign + 2] != _JOINED:
            continue
        last = sign + 1
        while kinds[last + 1 : last + 3] == [OP, STRING] and values[last + 1] in _JOINING:
            last += 2
        text = _literal("".join(values[sign - 1 : last + 1 : 2]), tokens.language)
        yield Replacement(tokens.starts[sign - 1], tokens.ends[last], text)
        done = last


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
    """Return the tokens that hold a sign of disguise, and the names with characters beyond ASCII, in order."""
    signs = _VB_SIGNS if tokens.language in _VB else _C_SIGNS
    places = sorted(place for sign in signs for place in _places(tokens, sign))
    return sorted({*tokens.touched_by((place, place + 1) for place in places), *_names_beyond_ascii(tokens)})


def _places(tokens: Tokens, sign: str) -> Iterator[int]:
    """Yield where a sign begins from the first token to the last: a text may hold the code of many blocks."""
    first, end = (tokens.starts[0], tokens.ends[-1]) if tokens.starts else (0, 0)
    place = tokens.text.find(sign, first, end)
    while place >= 0:
        yield place
        place = tokens.text.find(sign, place + 1, end)


def _names_beyond_ascii(tokens: Tokens) -> list[int]:
    text = tokens.text
    if text.isascii():
        return []
    starts, ends = tokens.starts, tokens.ends
    return [index for index in tokens.of_kind(NAME) if not text[starts[index] : ends[index]].isascii()]


def _plain_name(raw: str, value: str, language: str) -> str:
    """Return a name in the common spelling; that of VB keeps its case."""
    if language not in _VB:
        return value
    return value if raw.startswith("[") or "<%--" in raw or not raw.isascii() else raw


def _plain_string(raw: str, value: str, tokens: Tokens) -> str:
    """Return a string in the common spelling, where what is written is not simply its text."""
    disguised = "\\x" in raw or "\\u" in raw or "<%--" in raw or raw[0] in _CURLY
    return _literal(value, tokens.language) if disguised else raw


def _literal(value: str, language: str) -> str:
    """Write a text as a literal of its language."""
    if language in _VB:
        return '"{}"'.format(value.replace('"', '""'))
    return '"{}"'.format(value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\r", "\\r"))


def _gaps(tokens: Tokens) -> Iterator[Replacement]:
    """Yield what stands between two tokens of a statement, where it is more than the usual blank."""
    text, kinds = tokens.text, tokens.kinds
    sizes = list(map(sub, islice(tokens.starts, 1, None), tokens.ends))
    wide = [index for index, size in enumerate(sizes) if size > 1]
    dots = (each for dot in tokens.indexes_of(_DOT) for each in (dot - 1, dot) if 0 <= each < len(sizes))
    for index in sorted({*wide, *(each for each in dots if sizes[each] == 1)}):
        if NEWLINE in kinds[index : index + 2]:
            continue
        start, end = tokens.ends[index], tokens.starts[index + 1]
        before, after = _sign(tokens, index), _sign(tokens, index + 1)
        if end - start < 2 and "." not in (before, after):
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
    """Tell whether what stands between two tokens is how anybody lays out code: lines, and comments at their ends."""
    lines = "\n" in gap or "\r" in gap
    if between_statements:
        return lines or gap.isspace()
    return lines and gap.isspace() and not opens
