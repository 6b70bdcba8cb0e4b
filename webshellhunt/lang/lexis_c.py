"""The lexis of C# and of JScript (JScript.NET, classic JScript and server-side JavaScript alike)."""

from __future__ import annotations

import re
from functools import lru_cache

from webshellhunt.lang.lexis import (
    CONTROL,
    FORMAT,
    LINE_ENDS,
    MARKS,
    NAME,
    NUMBER,
    OP,
    REGEX,
    STRING,
    Lexis,
    Memo,
    is_ignored,
    join_surrogates,
    without_format,
)
from webshellhunt.lazy_pattern import lazy_pattern

BLOCK_COMMENT = r"/\*[^*]*+(?:\*(?!/)[^*]*+)*+(?:\*/)?+"
LINE_COMMENT = f"//[^{LINE_ENDS}]*+"
CS_STRING = rf'"(?:[^"\\{LINE_ENDS}]++|\\[^{LINE_ENDS}])*+"?+'
CS_CHAR = rf"'(?:[^'\\{LINE_ENDS}]|\\[^{LINE_ENDS}])*+'?+"
CS_VERBATIM = '@"(?:[^"]++|"")*+"?+'
# A backslash at the end of a line joins it with the next one.
JS_DOUBLE = rf'"(?:[^"\\{LINE_ENDS}]++|\\(?:\r\n|[\s\S]))*+"?+'
JS_SINGLE = rf"'(?:[^'\\{LINE_ENDS}]++|\\(?:\r\n|[\s\S]))*+'?+"
# The class is bounded: many unclosed ones on one line would else be searched to its end, each of them.
JS_REGEX = (
    rf"/(?![*/])(?:[^/\\\[{LINE_ENDS}]|\\[^{LINE_ENDS}]|\[(?:[^\]\\{LINE_ENDS}]|\\[^{LINE_ENDS}]){{0,120}}+\])++/\w*+"
)

_NUMBER = r"0[xXbB]\w*+|(?:\d\w*+(?:\.\d\w*+)?+|\.\d\w*+)(?:(?<=[eE])[+-]\d\w*+)?+"
_PUNCTUATION = r"[()\[\]{},;]|\.(?!\d)"
_CS_DIRECTIVE = (
    r"\#[^\S\n\r]*+(?:if|elif|else|endif|define|undef|warning|error|line|region|endregion|pragma|nullable)\b"
    rf"[^{LINE_ENDS}]*+"
)
_CS_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\U[0-9A-Fa-f]{8}"
_JS_ESCAPE = r"\\u[0-9A-Fa-f]{4}|\\u\{[0-9A-Fa-f]{1,8}\}"
_CS_OPERATOR = r"=>|->|\?\?=?+|\?\.(?!\d)|\+\+|--|&&|\|\||::|<<=?+|[-+*/%&|^<>=!]=|[\s\S]"
_JS_OPERATOR = r"===|!==|=>|>>>=?+|>>=?+|<<=?+|\*\*=?+|\?\?=?+|\?\.(?!\d)|\+\+|--|&&=?+|\|\|=?+|[-+*/%&|^<>=!]=|[\s\S]"

# After these a slash divides nothing, so it opens a regular expression. Where both could be (after `}` and `)`), it
# divides: then the tokens inside still are seen. `@` stands for the character after them.
_BEFORE_REGEX = (
    r"(?:(?<=[(,=:\[!&|?{;*%~^<>]@)|(?<=[^+]\+@)|(?<=[^-]-@)|(?<![\s\S]@)"
    r"|(?<=return@)(?<![.\w$]return@)|(?<=typeof@)(?<![.\w$]typeof@)|(?<=case@)(?<![.\w$]case@))"
)
# Conditional compilation is code in a comment: only the marks around it are skipped.
_CC_WORD = r"@(?:cc_on|if|set|elif|else|end)\b"
_JS_CONDITIONAL = rf"/\*(?={_CC_WORD})|//(?={_CC_WORD})|@\*/|@cc_on\b"

_BLANK_AND_COMMENTS = rf"\s*+(?:(?:{LINE_COMMENT}|{BLOCK_COMMENT})\s*+)*+"
_BEFORE_A_TOKEN = re.compile(_BLANK_AND_COMMENTS)

_NAME_ESCAPE = lazy_pattern(r"\\(?:u\{([0-9A-Fa-f]+)\}|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8}))")
_CS_STRING_ESCAPE = lazy_pattern(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|x([0-9A-Fa-f]{1,4})|(0)|([\s\S]))")
_JS_STRING_ESCAPE = lazy_pattern(
    r"\\(?:u([0-9A-Fa-f]{4})|u\{([0-9A-Fa-f]{1,8})\}|x([0-9A-Fa-f]{2})|([0-3]?[0-7]{1,2})|(\r\n|[\s\S]))"
)
_SIMPLE = {"n": "\n", "r": "\r", "t": "\t", "b": "\b", "f": "\f", "v": "\v", "a": "\a", "e": "\x1b"}
_JOINED_LINES = ("\r\n", "\n", "\r", "\u2028", "\u2029")


@lru_cache(maxsize=1)
def csharp() -> Lexis:
    """Return the lexis of C#."""
    rest = _rest_of_name(f"\\w{FORMAT}{MARKS}", _CS_ESCAPE)
    skipped = (LINE_COMMENT, BLOCK_COMMENT, _CS_DIRECTIVE, f"[{CONTROL}{FORMAT}]++")
    tokens = (CS_STRING, CS_VERBATIM, _NUMBER, CS_CHAR, rf"@?+(?:[^\W\d]|{_CS_ESCAPE}){rest}", _CS_OPERATOR)
    pattern = "|".join((r"\s++", f"[A-Za-z_]{rest}", _PUNCTUATION, *skipped, *tokens))
    return Lexis("c#", re.compile(pattern), Memo(_read_csharp), re.compile(r'\$@?"|@\$"|"""'))


@lru_cache(maxsize=1)
def jscript() -> Lexis:
    """Return the lexis of JScript; regular expressions differ from divisions by the token before them."""
    rest = _rest_of_name(f"$\\w{FORMAT}{MARKS}", _JS_ESCAPE)
    # An HTML comment counts only where anything else would be an error: elsewhere it could be `a < !(--b)`.
    html = rf"<!--(?:(?<=[;{{}}]<!--)|(?<![\s\S]<!--))[^{LINE_ENDS}]*+"
    blank_html = rf"\s(?=\s*+<!--)(?:(?<=[;{{}}]\s)|(?<![\s\S]\s))\s*+<!--[^{LINE_ENDS}]*+"
    regex = f"/{_BEFORE_REGEX.replace('@', '/')}{JS_REGEX[1:]}"
    blank_regex = rf"\s(?=\s*+/){_BEFORE_REGEX.replace('@', chr(92) + 's')}{_BLANK_AND_COMMENTS}{JS_REGEX}"
    skipped = (_JS_CONDITIONAL, LINE_COMMENT, BLOCK_COMMENT, html, f"[{CONTROL}{FORMAT}]++")
    tokens = (JS_DOUBLE, JS_SINGLE, _NUMBER, rf"@?+(?:[^\W\d]|{_JS_ESCAPE}){rest}", _JS_OPERATOR)
    pattern = "|".join((blank_regex, blank_html, r"\s++", f"[A-Za-z_$]{rest}", _PUNCTUATION, *skipped, regex, *tokens))
    return Lexis("jscript", re.compile(pattern), Memo(_read_jscript), re.compile("`"))


def _rest_of_name(characters: str, escape: str) -> str:
    """Return the pattern of the rest of a name; most are ASCII, which is the fastest to see."""
    return rf"[A-Za-z0-9_{characters}]*+(?:(?:{escape})[{characters}]*+)*+"


def _read_csharp(raw: str) -> tuple[int, str] | None:
    first = raw[0]
    if first in "\"'":
        return STRING, decode_csharp(_inside(raw))
    if raw.startswith('@"'):
        return STRING, (raw[2:-1] if _closes_verbatim(raw) else raw[2:]).replace('""', '"')
    if first == "#" and len(raw) > 1:
        return None
    return _read_word(raw, first)


def _read_jscript(raw: str) -> tuple[int, str] | None:
    first = raw[0]
    if first in "\"'":
        return STRING, decode_jscript(_inside(raw))
    if raw.startswith("<!--") or raw in ("@*/", "@cc_on"):
        return None
    if first.isspace() or (first == "/" and len(raw) > 2):
        blank = _BEFORE_A_TOKEN.match(raw)
        rest = raw[blank.end() :] if blank else raw
        return (REGEX, rest) if rest.startswith("/") else None
    return _read_word(raw, first)


def _read_word(raw: str, first: str) -> tuple[int, str] | None:
    """Distinguish names, numbers, operators and skipped text by how they begin."""
    if first.isdecimal() or (first == "." and len(raw) > 1):
        return NUMBER, raw.replace("_", "")
    if first.isalnum() or first in "_$" or (len(raw) > 1 and first in "@\\"):
        return NAME, fold_name(raw)
    if first.isspace() or raw.startswith(("//", "/*")) or is_ignored(first):
        return None
    return OP, raw


def fold_name(raw: str) -> str:
    """Return an identifier as the compiler sees it: escapes decoded, ``@`` and format characters dropped."""
    name = raw.removeprefix("@")
    if "\\" in name:
        name = _NAME_ESCAPE.sub(lambda m: _character(m[1] or m[2] or m[3]), name)
    return without_format(name)


def decode_csharp(body: str) -> str:
    """Return the value of the inside of a C# string literal."""
    return join_surrogates(_CS_STRING_ESCAPE.sub(_unescape, body)) if "\\" in body else body


def decode_jscript(body: str) -> str:
    """Return the value of the inside of a JScript string literal."""
    return join_surrogates(_JS_STRING_ESCAPE.sub(_unescape, body)) if "\\" in body else body


def _unescape(match: re.Match[str]) -> str:
    hexadecimal = match[1] or match[2] or match[3]
    if hexadecimal:
        return _character(hexadecimal)
    if match[4]:
        return chr(int(match[4], 8))
    simple = match[5]
    return "" if simple in _JOINED_LINES else _SIMPLE.get(simple, simple)


def _character(digits: str) -> str:
    number = int(digits, 16)
    return chr(number) if number <= 0x10FFFF else "\ufffd"


def _inside(raw: str) -> str:
    """Return a literal without its quotes; an unterminated one has no second."""
    if len(raw) < 2 or raw[-1] != raw[0]:
        return raw[1:]
    backslashes = len(raw) - 1 - len(raw[:-1].rstrip("\\"))
    return raw[1:] if backslashes % 2 else raw[1:-1]


def _closes_verbatim(raw: str) -> bool:
    """True if the last quote of a verbatim string ends it, rather than being half of a doubled one."""
    quotes = len(raw) - len(raw.rstrip('"'))
    return quotes % 2 == 1 if quotes < len(raw) - 1 else quotes % 2 == 0
