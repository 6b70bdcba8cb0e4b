"""Lexer of PHP: the tokens of all code in a file, without comments."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

MAX_TOKENS: Final = 400_000
"""The most tokens of one file; the rest is not analysed."""

_NAME = r"[A-Za-z_\x7f-\xff][A-Za-z0-9_\x7f-\xff]*+"
_OPEN = lazy_pattern(
    r"<\?(?:php(?![a-z0-9_])|php(?=[/$])|=|(?!xml|php\w))|<script\s[^<>]{0,80}\bphp\b[^<>]{0,80}>", re.I
)
_TOKEN = lazy_pattern(
    r"(?i)(?P<blank>\s++|(?:\#(?!\[)|//)[^\n\r?]*+(?:\?(?!>)[^\r\n?]*+)*+|/\*(?:[^*]++|\*(?!/))*+(?:\*/|\Z))"
    r"|(?P<close>\?>\n?|</script\s*>)"
    r"|(?P<heredoc><<<[ \t]*+(?P<quote>[\"']?)(?P<label>[A-Za-z_]\w*+)(?P=quote)\r?\n)"
    r"|(?P<single>'[^'\\]*+(?:\\[\s\S][^'\\]*+)*+(?:'|\Z))"
    r'|(?P<double>"[^"\\]*+(?:\\[\s\S][^"\\]*+)*+(?:"|\Z))'
    r"|(?P<tick>`[^`\\]*+(?:\\[\s\S][^`\\]*+)*+(?:`|\Z))"
    rf"|(?P<variable>\${_NAME})"
    rf"|(?P<name>\\?{_NAME}(?:\\{_NAME})*+)"
    r"|(?P<number>0[xX][0-9a-fA-F_]++|0[bB][01_]++|(?:\d[\d_]*+(?:\.\d*+)?+|\.\d++)(?:[eE][+-]?\d++)?+)"
    r"|(?P<op>\?->|\?\?=|\*\*=|<=>|===|!==|\.\.\.|<<=|>>=|->|::|=>|\+\+|--|[-+*/.%&|^]=|==|!=|<>|<=|>=|&&|\|\||\?\?|\*\*"
    r"|<<|>>|[\s\S])"
)
_CASTS = lazy_pattern(
    r"\(\s{0,4}(int|integer|bool|boolean|float|double|string|array|object|binary|unset)\s{0,4}\)", re.I
)


class Token(NamedTuple):
    """A token: ``kind`` is string, template, tick, variable, name, number, cast, echo or op.

    ``text`` is the content of a string without its quotes, and else the text itself; a string in double quotes is a
    template, whose escapes and variables are not resolved yet.
    """

    kind: str
    text: str
    start: int
    end: int


def tokenize(text: str, *, in_code: bool = False) -> list[Token]:
    """Return the tokens of all code in a text, which begins ``in_code`` or with markup."""
    tokens: list[Token] = []
    at = 0
    while at < len(text) and len(tokens) < MAX_TOKENS:
        if not in_code:
            opened = _OPEN.search(text, at)
            if opened is None:
                break
            at = opened.end()
            tokens.append(Token("echo" if opened[0] == "<?=" else "op", ";", opened.start(), at))
        in_code = False
        for token in _iter_code(text, at):
            tokens.append(token)
            if len(tokens) >= MAX_TOKENS:
                break
        at = tokens[-1].end if tokens else len(text)
        if tokens and tokens[-1].text != "?>":
            break
    return tokens


def _iter_code(text: str, at: int) -> Iterator[Token]:
    """Yield the tokens of one block up to its end, which is the last one."""
    while at < len(text):
        found = _TOKEN.match(text, at)
        assert found is not None
        kind, start, at = str(found.lastgroup), at, found.end()
        if kind == "blank":
            continue
        if kind == "close":
            yield Token("op", "?>", start, at)
            return
        if kind == "label" or found["heredoc"] is not None:
            token = _heredoc(text, found)
            at = token.end
            yield token
        elif kind in ("single", "double", "tick"):
            yield _quoted(kind, found[0], start, at)
        elif kind == "op" and found[0] == "(" and (cast := _CASTS.match(text, start)) is not None:
            at = cast.end()
            yield Token("cast", cast[1].lower(), start, at)
        else:
            yield Token(kind, found[0], start, at)


def _quoted(kind: str, raw: str, start: int, end: int) -> Token:
    inner = raw[1:-1] if len(raw) > 1 and raw[-1] == raw[0] else raw[1:]
    if kind == "single":
        return Token("string", re.sub(r"\\([\\'])", r"\1", inner), start, end)
    return Token("template" if kind == "double" else "tick", inner, start, end)


def _heredoc(text: str, found: re.Match[str]) -> Token:
    closing = re.compile(rf"^[ \t]{{0,40}}{found['label']}\b", re.MULTILINE).search(text, found.end())
    stop, end = (len(text), len(text)) if closing is None else closing.span()
    kind = "string" if found["quote"] == "'" else "template"
    return Token(kind, text[found.end() : stop].rstrip("\r\n"), found.start(), end)
