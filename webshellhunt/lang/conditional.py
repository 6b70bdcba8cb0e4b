"""Conditional compilation: the code that is never compiled, because its condition is constant.

Source: the references of C# and VB.NET, preprocessor directives; the reference of JScript, conditional compilation.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence

from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.operator_words import AND, NOT, OR

_VB_DIRECTIVE = re.compile(
    r"^[ \t]*#[ \t]*(if|elseif|else|end[ \t]+if|const)\b[ \t]*([^\r\n']*)", re.IGNORECASE | re.MULTILINE
)
_CS_DIRECTIVE = re.compile(
    r"^[ \t]*#[ \t]*(if|elif|else|endif|define|undef)\b[ \t]*((?:[^\r\n/]|/(?!/))*)", re.MULTILINE
)
_JS_DIRECTIVE = re.compile(
    r"@(if|elif|else|end|set)\b((?<=if)\s*\((?:[^()]|\([^()]{0,99}\)){0,200}\)|(?<=set)\s+@\w+\s*=(?:[^\r\n;*@]|@(?!if|el|end|set))*)?"
)
OPEN_SYMBOLS = frozenset({"debug", "trace"})
"""Symbols that the configuration of the site defines, or does not."""
_OPTIONS = re.compile(r"(?i)compileroptions|/(?:d|define):")
_WORD = re.compile(r'"[^"]*"|\d+\.\d+|@?\w+|&&|\|\||[=!]=|<>|<=|>=|[!()=<>]')
_COMMENT = re.compile(r"//[^\r\n]*|/\*(?:[^*]|\*(?!/))*(?:\*/)?")
_MOST_WORDS = 120
_GIVING = frozenset({"const", "set"})
_DEFINING = _GIVING | {"define", "undef"}
_EQUAL, _UNEQUAL = frozenset({"==", "="}), frozenset({"!=", "<>"})
_WORDS: Mapping[str, object] = {"true": True, "false": False, "nothing": None}

Constant = object
"""The value of a condition or symbol: a truth value, a number or a text; `_UNKNOWN` where the page does not say it."""
_UNKNOWN: Constant = object()
_VERSION: Constant = object()
_OF_JSCRIPT: Mapping[str, Constant] = {
    **dict.fromkeys(("@_jscript", "@_win32"), True),
    **dict.fromkeys(("@_win64", "@_x86", "@_amd64", "@_debug", "@_fast", "@_jscript_build"), _UNKNOWN),
    "@_jscript_version": _VERSION,
}
"""Variables of JScript's conditional compilation on a server; others are false."""
_OLDEST = 5.6
"""The least version of JScript that a server has."""


def drop_dead_lines(tokens: Tokens, ranges: Sequence[tuple[int, int]]) -> None:
    """Drop the tokens of lines that are never compiled; a condition that is not known may hold.

    ``ranges``: the parts of the text that are code: elsewhere, nothing is a directive.
    """
    kept = bytearray(b"\1" * len(tokens))
    is_changed = False
    for start, end in _dead_ranges(tokens, ranges):
        for at in range(bisect_right(tokens.starts, start), bisect_right(tokens.starts, end)):
            kept[at] = 0
            is_changed = True
    if is_changed:
        tokens.keep(kept)


def _dead_ranges(tokens: Tokens, ranges: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Yield the ranges of the text between directives that are not compiled."""
    text, is_vb = tokens.text, tokens.language == "vb"
    known = _OF_JSCRIPT if tokens.language == "jscript" else {}
    symbols = _Symbols(known, is_vb=is_vb, is_open=_OPTIONS.search(text) is not None)
    taken: list[bool | None] = []
    dead: list[int | None] = []
    for match in _directives(tokens, ranges):
        word = match[1].lower()
        if word in _DEFINING:
            if not any(each is not None for each in dead):
                symbols.define(word, match[2] or "", is_sure=not dead)
            continue
        if word != "if" and not dead:
            continue
        if word != "if" and (start := dead.pop()) is not None:
            yield start, match.start()
        if word.startswith("end"):
            taken.pop()
            continue
        holds = True if word == "else" else symbols.holds(match[2] or "")
        if word == "if":
            taken.append(None)
            is_dead = holds is False
        else:
            is_dead = holds is False or taken[-1] is True
        if holds is True and word != "else":
            taken[-1] = True
        dead.append(match.end() if is_dead else None)


class _Symbols:
    """The symbols that the page defines."""

    def __init__(self, known: Mapping[str, Constant], *, is_vb: bool, is_open: bool) -> None:
        self._known = dict(known)
        self._is_script = bool(known)
        self._is_vb = is_vb
        self._is_open = is_open

    def define(self, word: str, text: str, *, is_sure: bool) -> None:
        """Define a symbol: ``#define A``, ``#undef A``, ``#Const A = 1``, ``@set @a = 1``; in a branch, maybe."""
        name, _, value = text.partition("=")
        constant = self._value(value) if word in _GIVING else word == "define"
        self._known[self._fold(name.strip())] = constant if is_sure else _UNKNOWN

    def holds(self, text: str) -> bool | None:
        """Return whether a condition holds, ``None`` where that is not known."""
        value = self._value(re.sub(r"(?i)\bthen\s*$", "", text.strip()))
        return None if value is _UNKNOWN else bool(value)

    def _fold(self, name: str) -> str:
        return name.lower() if self._is_vb else name

    def _value(self, text: str) -> Constant:
        words = _WORD.findall(text)
        if not words or len(words) > _MOST_WORDS:
            return _UNKNOWN
        at, value = self._either(words, 0)
        return value if at == len(words) else _UNKNOWN

    def _either(self, words: list[str], at: int) -> tuple[int, Constant]:
        at, value = self._both(words, at)
        while at < len(words) and words[at].lower() in OR:
            at, other = self._both(words, at + 1)
            value = _joined(value, other, decisive=True)
        return at, value

    def _both(self, words: list[str], at: int) -> tuple[int, Constant]:
        at, value = self._compared(words, at)
        while at < len(words) and words[at].lower() in AND:
            at, other = self._compared(words, at + 1)
            value = _joined(value, other, decisive=False)
        return at, value

    def _compared(self, words: list[str], at: int) -> tuple[int, Constant]:
        if self._is_vb and at < len(words) and words[at].lower() in NOT:  # weaker than a comparison
            at, value = self._compared(words, at + 1)
            return at, value if value is _UNKNOWN else not value
        at, value = self._operand(words, at)
        while at < len(words) and words[at] in ("==", "=", "!=", "<>", "<", ">", "<=", ">="):
            operator = words[at]
            at, other = self._operand(words, at + 1)
            value = _relation(value, operator, other)
        return at, value

    def _operand(self, words: list[str], at: int) -> tuple[int, Constant]:
        if at >= len(words):
            return at, _UNKNOWN
        word = words[at]
        if word == "!":
            at, value = self._operand(words, at + 1)
            return at, value if value is _UNKNOWN else not value
        if word == "(":
            at, value = self._either(words, at + 1)
            return at + (words[at : at + 1] == [")"]), value
        return at + 1, self._named(word)

    def _named(self, word: str) -> Constant:
        """Return the value of a word: a constant, or a symbol, which is false unless something defines it."""
        lower = word.lower()
        if lower in _WORDS and (self._is_vb or word == lower):
            return _WORDS[lower]
        if word[0] == '"':
            return word[1:-1].lower()
        if word[0].isdecimal():
            return float(word[:18]) if "." in word else int(word[:18]) if word.isdecimal() else _UNKNOWN
        if not (word[0].isalpha() or word[0] in "_@"):
            return _UNKNOWN
        name = self._fold(word)
        is_open = self._is_open or lower in OPEN_SYMBOLS or (self._is_script and word[0] != "@")
        return self._known.get(name, _UNKNOWN if is_open else False)


def _joined(left: Constant, right: Constant, *, decisive: bool) -> Constant:
    """Return the result of a logical operator, which one side may decide."""
    known = [bool(each) for each in (left, right) if each is not _UNKNOWN]
    if decisive in known:
        return decisive
    return (not decisive) if len(known) == 2 else _UNKNOWN


def _relation(left: Constant, operator: str, right: Constant) -> Constant:
    if left is _VERSION:
        left = _OLDEST if isinstance(right, (int, float)) and right < _OLDEST else _UNKNOWN
    if left is _UNKNOWN or right is _UNKNOWN:
        return _UNKNOWN
    if operator in _EQUAL or operator in _UNEQUAL:
        is_equal = left == right or (not left and not right)
        return is_equal is (operator in _EQUAL)
    if not isinstance(left, (int, float)) or not isinstance(right, (int, float)):
        return _UNKNOWN
    return {"<": left < right, ">": left > right, "<=": left <= right, ">=": left >= right}[operator]


def _directives(tokens: Tokens, ranges: Sequence[tuple[int, int]]) -> Iterator[re.Match[str]]:
    """Yield the directives of the code: those in no text, no comment and no markup."""
    text, starts = tokens.text, [start for start, _ in ranges]
    if tokens.language == "jscript":
        yield from (each for each in _JS_DIRECTIVE.finditer(text) if _is_token(tokens, each.start()))
        return
    clean = 0
    """Where neither a text nor a comment is open."""
    for match in (_VB_DIRECTIVE if tokens.language == "vb" else _CS_DIRECTIVE).finditer(text):
        place = match.start(1)
        at = bisect_right(starts, place) - 1
        if at < 0 or place >= ranges[at][1]:
            continue
        before = bisect_right(tokens.starts, place) - 1
        end = tokens.ends[before] if before >= 0 else 0
        clean = max(clean, end, starts[at])
        if clean > place:
            continue
        if tokens.language == "c#" and (open_until := _comment_around(text, clean, place)):
            clean = open_until
            continue
        clean = match.end()
        yield match


def _is_token(tokens: Tokens, place: int) -> bool:
    at = bisect_right(tokens.starts, place) - 1
    return at >= 0 and tokens.starts[at] == place


def _comment_around(text: str, start: int, place: int) -> int:
    """Return where the comment ends that a place is in, 0 where it is in none; ``start`` is in none."""
    for match in _COMMENT.finditer(text, start, place):
        if match[0].startswith("/*") and not match[0].endswith("*/"):
            end = text.find("*/", match.start() + 2)
            return len(text) if end < 0 else end + 2
    return 0
