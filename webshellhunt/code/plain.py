"""Plain code: the tokens as their compiler sees them, written the common way, for signatures that look for words.

A signature reads characters. Comments between tokens, lines that go on, escapes in names and strings, strings in
pieces change the characters and nothing else; this says what to put in their place. What is plain is left alone.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from webshellhunt.code.tokens import NAME, NEWLINE, OP, STRING, Tokens
from webshellhunt.decoding.rewrite import Replacement

_CLOSE_TO_NEXT = frozenset("([.")
_CLOSE_TO_LAST = frozenset("()[].,;")
_ENDS = frozenset("{};")
_BRACES = frozenset("{}")
_CURLY = "\u201c\u201d"
_JOINING = frozenset({"+", "&"})
_VB = frozenset({"vb", "vbscript"})


def plain_replacements(tokens: Tokens) -> list[Replacement]:
    """Return what stands for the disguised places of a code."""
    return [*_words(tokens), *_gaps(tokens)]


def joined_strings(tokens: Tokens) -> Iterator[Replacement]:
    """Yield one literal for each row of literals with a sign of joining between them.

    It covers what `plain_replacements` says of the same places. That a name is in pieces tells something by itself, so
    signatures have to see both forms.
    """
    kinds, values = tokens.kinds, tokens.values
    total, index = len(kinds), 0
    while index < total:
        last = index
        if kinds[index] == STRING:
            while kinds[last + 1 : last + 3] == [OP, STRING] and values[last + 1] in _JOINING:
                last += 2
        if last > index:
            text = _literal("".join(values[index : last + 1 : 2]), tokens.language)
            yield Replacement(tokens.starts[index], tokens.ends[last], text)
        index = last + 1


def _words(tokens: Tokens) -> Iterator[Replacement]:
    """Yield the names and strings that are written with escapes, brackets or characters that nobody sees."""
    text = tokens.text
    if not _may_disguise(text, tokens.language):
        return
    for kind, value, start, end in zip(tokens.kinds, tokens.values, tokens.starts, tokens.ends, strict=True):
        if (kind == NAME and (value != text[start:end])) or kind == STRING:
            raw = text[start:end]
            plain = _plain_name(raw, value, tokens.language) if kind == NAME else _plain_string(raw, value, tokens)
            if plain != raw:
                yield Replacement(start, end, plain)


def _may_disguise(text: str, language: str) -> bool:
    """Tell whether any name or string of a code may be written with a sign of disguise; most are not."""
    signs = ("\\x", "\\u", "\\U", "<%--", "[" if language in _VB else "@")
    return not text.isascii() or any(sign in text for sign in signs)


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
    text, kinds, values = tokens.text, tokens.kinds, tokens.values
    for index, (start, end) in enumerate(zip(tokens.ends, islice(tokens.starts, 1, None), strict=False)):
        if end - start < 2 and (end == start or "." not in (values[index], values[index + 1])):
            continue
        before, after = _sign(tokens, index), _sign(tokens, index + 1)
        if (end - start < 2 and "." not in (before, after)) or NEWLINE in (kinds[index], kinds[index + 1]):
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
