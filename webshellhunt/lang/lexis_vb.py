"""The lexis of Visual Basic: VB.NET and VBScript, which differ in a few switches."""

from __future__ import annotations

import re
from functools import lru_cache

from webshellhunt.lang.lexis import (
    CONTROL,
    CURLY_QUOTES,
    FORMAT,
    LINE_ENDS,
    MARKS,
    NAME,
    NEWLINE,
    NUMBER,
    OP,
    STRING,
    Lexis,
    Memo,
    is_ignored,
    join_surrogates,
    without_format,
)
from webshellhunt.lazy_pattern import lazy_pattern

_CLASSIC_LINE_ENDS = "\\r\\n"
_CURLY_APOSTROPHES = "\u2018\u2019"
_TYPOGRAPHIC = "[\u201c\u201d]|\xa1[\xb0\xb1]"
"""A typographic quote, also its bytes in GBK read as Latin-1: it means nothing in VBScript, who wrote it meant one."""
_LINE_END_CHARACTERS = "\r\n\x85\u2028\u2029"

_NUMBER = (
    r"&[hH][0-9A-Fa-f]++(?!\w)&?+|&[oO]?+[0-7]++(?!\w)&?+"
    r"|(?:\d\w*+(?:\.\d\w*+)?+|\.\d\w*+)(?:(?<=[eE])[+-]\d\w*+)?+|\#[\d][^#\r\n\"]{2,40}+\#"
)
_OPERATOR = r":=|<>|<=|>=|=<|=>|<<=?+|>>=?+|\?\.|[-+*/\\^&]=|[\s\S]"
_DIRECTIVE = r"\#[^\S\r\n]*+(?i:if|else|elseif|end|region|const|externalsource|disable|enable)\b"
# VB 10 goes on with the next line after these, and before a closing bracket, without an underscore.
CONTINUING = frozenset(",({&+-*/\\=.^") | {
    *("<", ">", "<>", "<=", ">=", "+=", "&=", "-=", ":=", "?."),
    *("and", "or", "not", "mod", "xor", "is", "like", "andalso", "orelse"),
}
CLOSING = frozenset(")}")
OPENING = frozenset("(")
"""No statement begins so: text behind a stray line end belongs to the one before it."""
_STRING_BODY = re.compile(r'"((?:[^"]|"")*+)')
_VB_STRING_BODY = lazy_pattern(rf'["{CURLY_QUOTES}]((?:[^"{CURLY_QUOTES}]|["{CURLY_QUOTES}]{{2}})*+)')
_TYPOGRAPHIC_FIRST = f"{CURLY_QUOTES}\xa1"
_TYPOGRAPHIC_BODY = lazy_pattern(rf"(?:{_TYPOGRAPHIC})(.*?)(?:{_TYPOGRAPHIC})?", re.DOTALL)
_DOUBLED = lazy_pattern(rf'["{CURLY_QUOTES}]{{2}}')


def string_pattern(quotes: str, line_ends: str) -> str:
    """Return the pattern of a string that ends at its line: any of the quotes closes, two are one of its characters."""
    return f"[{quotes}](?:[^{quotes}{line_ends}]++|[{quotes}]{{2}})*+[{quotes}]?+"


@lru_cache(maxsize=1)
def vbscript() -> Lexis:
    """Return the lexis of VBScript."""
    ends = _CLASSIC_LINE_ENDS
    skipped = (f"'[^{ends}]*+", f"<!--[^{ends}]*+")
    typographic = rf"(?:{_TYPOGRAPHIC})(?:(?!{_TYPOGRAPHIC})[^{ends}])*+(?:{_TYPOGRAPHIC})?+"
    pattern = _compile(ends, (*skipped, typographic), string_pattern('"', ends))
    return Lexis("vbscript", pattern, Memo(_read_vbscript))


@lru_cache(maxsize=1)
def vb() -> Lexis:
    """Return the lexis of VB.NET: curly quotes, directives, and lines that go on by themselves."""
    ends, quotes = LINE_ENDS, f'"{CURLY_QUOTES}'
    skipped = (f"['{_CURLY_APOSTROPHES}][^{ends}]*+", f"{_DIRECTIVE}[^{ends}]*+")
    string = rf"{string_pattern(quotes, ends)}(?:[cC](?!\w))?+"
    pattern = _compile(ends, skipped, string)
    return Lexis("vb", pattern, Memo(_read_vb), re.compile('\\$["\u201c\u201d\uff02]'), wide=True)


def _compile(ends: str, skipped: tuple[str, ...], string: str) -> re.Pattern[str]:
    """Put the lexis together, in the order of how often each is met."""
    blank = rf"[^\S{ends}]"
    rest = rf"[A-Za-z0-9_\w{FORMAT}{MARKS}]*+\$?+"  # most are ASCII, which is faster to see than all that `\w` may be
    alternatives = (
        r"[ \t]++", rf"_{blank}*+(?:'[^{ends}]*+)?+(?:\r\n|[{ends}])", rf"[rR][eE][mM](?!\w)(?<![.\w]...)[^{ends}]*+",
        f"[A-Za-z_]{rest}", r"[(){},]|\.(?!\d)", string, rf"[{ends}]\s*+", *skipped, f"[{CONTROL}{FORMAT}]++",
        rf"\[[^\]\[{ends}]*+\]", _NUMBER, rf"[^\W\d]{rest}", f"{blank}++", _OPERATOR,
    )  # fmt: skip
    return re.compile("|".join(alternatives))


def _read_vbscript(raw: str) -> tuple[int, str] | None:
    if raw[0] == '"':
        match = _STRING_BODY.match(raw)
        return STRING, match[1].replace('""', '"') if match else ""
    typographic = _TYPOGRAPHIC_BODY.fullmatch(raw) if raw[0] in _TYPOGRAPHIC_FIRST else None
    return _read_word(raw) if typographic is None else (STRING, typographic[1])


def _read_vb(raw: str) -> tuple[int, str] | None:
    if raw[0] == '"' or raw[0] in CURLY_QUOTES:
        match = _VB_STRING_BODY.match(raw)
        return STRING, join_surrogates(_DOUBLED.sub('"', match[1])) if match else ""
    if raw[0] in _CURLY_APOSTROPHES:
        return None
    return _read_word(raw)


def _read_word(raw: str) -> tuple[int, str] | None:
    first = raw[0]
    if first.isalnum() or first == "_":
        return _read_name_or_number(raw, first)
    if first in _LINE_END_CHARACTERS:
        return NEWLINE, "\n"
    if first.isspace() or first == "'" or raw.startswith("<!--") or is_ignored(first):
        return None
    if len(raw) > 1:
        if first == "[":
            return NAME, without_format(raw[1:-1]).strip().lower()
        if first == "#" and not raw[1].isdecimal():
            return None
        if (first == "&" and raw != "&=") or first in ".#":
            return NUMBER, raw
    return (NEWLINE, ":") if raw == ":" else (OP, raw)


def _read_name_or_number(raw: str, first: str) -> tuple[int, str] | None:
    if first.isdecimal():
        return NUMBER, raw
    if first == "_" and raw[-1] in _LINE_END_CHARACTERS:
        return None
    if first in "rR" and raw[:3].lower() == "rem" and not raw[3:4].isalnum() and raw[3:4] != "_":
        return None
    return NAME, without_format(raw).removesuffix("$").lower()
