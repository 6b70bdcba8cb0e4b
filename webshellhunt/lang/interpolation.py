"""Strings with holes: C#'s ``$"…"`` and ``\"\"\"…\"\"\"``, VB.NET's ``$"…"`` and JavaScript's templates.

Such a string is cut into ready tokens and pieces of code, with an explicit stack, since holes hold strings with holes.
It is written out as the concatenation that it is: an opening parenthesis where it starts, ``+`` between its parts
(``&`` in Visual Basic), a closing parenthesis at its last quote. A hole is in parentheses of its own; one with a format
is a call of ``ToString``, and its width is left out.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from webshellhunt.lang.lexis import LINE_ENDS, NAME, OP, STRING
from webshellhunt.lang.lexis_c import (
    BLOCK_COMMENT,
    CS_CHAR,
    CS_STRING,
    CS_VERBATIM,
    JS_DOUBLE,
    JS_SINGLE,
    LINE_COMMENT,
    decode_csharp,
    decode_jscript,
)
from webshellhunt.lang.lexis_vb import string_pattern
from webshellhunt.lazy_pattern import lazy_pattern

_VB_QUOTES = '"\u201c\u201d'


class Piece(NamedTuple):
    """A range of code that is still to be read (``kind`` is ``None``), or a ready token."""

    kind: int | None
    start: int
    end: int
    value: str


class _Style(NamedTuple):
    """One way to write a string with holes: the parts of its text, how it is closed and how a hole opens."""

    text: re.Pattern[str]
    close: str
    hole: str
    decode: Callable[[str], str]
    braces: int = 1
    has_holes: bool = True
    joint: str = "+"


@dataclass(slots=True)
class _Open:
    """A string that isn't closed yet."""

    style: _Style
    depth: int = 0


def _braces(body: str) -> str:
    return body.replace("{{", "{").replace("}}", "}")


_FORMAT_END = lazy_pattern(f'[}}"{LINE_ENDS}]')
_BRACED = r"\{\{|\}\}|\}"
_PLAIN = _Style(
    re.compile(rf'(?:[^"\\{{}}{LINE_ENDS}]|\\[^{LINE_ENDS}]|{_BRACED})*+'),
    '"',
    "{",
    lambda body: decode_csharp(_braces(body)),
)
_VERBATIM = _Style(re.compile(rf'(?:[^"{{}}]|""|{_BRACED})*+'), '"', "{", lambda body: _braces(body).replace('""', '"'))
_VB = _Style(
    re.compile(rf"(?:[^{_VB_QUOTES}{{}}]|[{_VB_QUOTES}]{{2}}|{_BRACED})*+"),
    _VB_QUOTES,
    "{",
    lambda body: _braces(body).replace('""', '"'),
    joint="&",
)
_TEMPLATE = _Style(re.compile(r"(?:[^`\\$]|\\(?:\r\n|[\s\S])?+|\$(?!\{))*+"), "`", "${", decode_jscript)

# The parts that the search for a string with holes steps over or stops at; in a hole brackets count too.
_SKIPPED = {
    "c#": rf"{LINE_COMMENT}|{BLOCK_COMMENT}|{CS_VERBATIM}|(?!\"\"\"){CS_STRING}|{CS_CHAR}",
    "jscript": rf"{LINE_COMMENT}|{BLOCK_COMMENT}|{JS_DOUBLE}|{JS_SINGLE}",
    "vb": rf"'[^{LINE_ENDS}]*+|{string_pattern(_VB_QUOTES, LINE_ENDS)}",
}
_OPENER = {"c#": r'\$++"{3,}+|"{3,}+|\$@?"|@\$"', "jscript": "`", "vb": rf"\$[{_VB_QUOTES}]"}


@lru_cache(maxsize=6)
def _searched(language: str, *, in_hole: bool) -> re.Pattern[str]:
    """Return the search for the next place that matters; hardly any page has a string with holes."""
    pattern = f"(?P<opener>{_OPENER[language]})|(?:{_SKIPPED[language]})"
    inside = r"|(?P<open>[({\[])|(?P<close>[)}\]])|(?P<width>,\s*+-?\d++\s*+(?=[:}]))|(?P<colon>::?+)"
    return re.compile(pattern + (inside if in_hole else ""))


def split_interpolated(code: str, language: str) -> list[Piece]:
    """Cut code into ready tokens of its strings with holes and pieces that hold none."""
    return _Splitter(code, language).run()


class _Splitter:
    """One pass over a code; every character is looked at once."""

    def __init__(self, code: str, language: str) -> None:
        self._code = code
        self._language = language
        self._pieces: list[Piece] = []
        self._stack: list[_Open] = []
        self._position = 0

    def run(self) -> list[Piece]:
        start = 0  # of the code that has not become a piece yet
        while True:
            pattern = _searched(self._language, in_hole=bool(self._stack))
            match = pattern.search(self._code, self._position)
            if match is None:
                break
            self._position = match.end()
            if match.lastgroup is None:
                continue
            if match.lastgroup == "opener":
                self._add_code(start, match.start())
                self._open(match)
            elif self._stack and self._leaves_hole(match):
                self._add_code(start, match.start())
                self._leave_hole(match)
            else:
                continue
            start = self._position
        self._add_code(start, len(self._code))
        return self._pieces

    def _add_code(self, start: int, end: int) -> None:
        if end > start:
            self._pieces.append(Piece(None, start, end, ""))

    def _open(self, match: re.Match[str]) -> None:
        """Enter a string; one without holes becomes a single token."""
        style = _style(match[0], self._language)
        start, body = match.start(), match.end()
        end = self._text_end(style, body)
        if not self._code.startswith(style.hole, end) or not style.has_holes:
            self._position = self._closed(style, end)
            self._pieces.append(Piece(STRING, start, self._position, style.decode(self._code[body:end])))
            return
        self._pieces.append(Piece(OP, start, start + 1, "("))
        entered = _Open(style)
        self._add(start + 1, end, style.decode(self._code[body:end]), STRING)
        self._stack.append(entered)
        self._enter_hole(entered, end)

    def _add(self, start: int, end: int, value: str, kind: int = OP) -> None:
        self._pieces.append(Piece(kind, start, end, value))

    def _enter_hole(self, entered: _Open, position: int) -> None:
        self._position = position + len(entered.style.hole)
        self._add(position, position, entered.style.joint)
        self._add(position, self._position, "(")
        entered.depth = 0

    def _leaves_hole(self, match: re.Match[str]) -> bool:
        """Count brackets; return True if this one, or the colon of a format, ends the hole."""
        top = self._stack[-1]
        if match.lastgroup == "open":
            top.depth += 1
        elif match.lastgroup == "close":
            if top.depth == 0:
                return match[0] == "}"
            top.depth -= 1
        elif match.lastgroup == "width":
            return top.depth == 0 and top.style is not _TEMPLATE
        else:
            return top.depth == 0 and match[0] == ":" and top.style is not _TEMPLATE
        return False

    def _leave_hole(self, match: re.Match[str]) -> None:
        """Go on with the text after a hole: to the next hole, or to the end of the string."""
        top = self._stack[-1]
        style, brace = top.style, match.start()
        if match.lastgroup == "width":
            brace = match.end()
        if self._code.startswith(":", brace):
            brace = self._add_format(brace)
        body = brace
        while body < min(brace + style.braces, len(self._code)) and self._code[body] == "}":
            body += 1
        self._add(brace, body, ")")
        end = self._text_end(style, body)
        if end > body:
            self._add(body, body, style.joint)
            self._add(body, end, style.decode(self._code[body:end]), STRING)
        if end < len(self._code) and self._code.startswith(style.hole, end):
            self._enter_hole(top, end)
            return
        self._position = self._closed(style, end)
        if self._position > end:
            self._pieces.append(Piece(OP, end, self._position, ")"))
        self._stack.pop()

    def _add_format(self, colon: int) -> int:
        """Add the call that the format of a hole is; return where the hole ends."""
        end = self._format_end(colon + 1)
        self._add(colon, colon, ")")
        self._add(colon, colon + 1, ".")
        self._add(colon + 1, colon + 1, "ToString", NAME)
        self._add(colon + 1, colon + 1, "(")
        self._add(colon + 1, end, self._code[colon + 1 : end], STRING)
        return end

    def _format_end(self, position: int) -> int:
        """Return where the brace is that ends a hole's format, or the quote that cuts it off."""
        match = _FORMAT_END.search(self._code, position)
        return match.start() if match else len(self._code)

    def _text_end(self, style: _Style, position: int) -> int:
        """Return where literal text ends: at a hole, at the closing quote, or with its line."""
        match = style.text.match(self._code, position)
        return match.end() if match else position

    def _closed(self, style: _Style, end: int) -> int:
        """Return where the string ends, its closing quote included if there is one."""
        if end < len(self._code) and (self._code.startswith(style.close, end) or self._code[end] in style.close):
            return end + (len(style.close) if style.close.startswith('"""') else 1)
        return end


def _style(opener: str, language: str) -> _Style:
    if language == "jscript":
        return _TEMPLATE
    if language == "vb":
        return _VB
    quotes = opener.count('"')
    if quotes >= 3:
        return _raw_style(quotes, opener.count("$"))
    return _VERBATIM if "@" in opener else _PLAIN


def _raw_style(quotes: int, holes: int) -> _Style:
    """Return the style of a raw string: it closes as it opened; a hole has as many braces as dollars."""
    close, hole = '"' * quotes, "{" * max(holes, 1)
    stop = rf'(?!"{{{quotes}}})' + (rf"(?!\{{{{{holes}}})" if holes else "")
    return _Style(re.compile(rf'(?:[^"{{]|{stop}["{{])*+'), close, hole, _trim_lines, max(holes, 1), holes > 0)


def _trim_lines(body: str) -> str:
    """Drop the line ends next to the quotes of a raw string that spans lines."""
    return re.sub(r"\A[ \t]*\r?\n|\r?\n[ \t]*\Z", "", body)
