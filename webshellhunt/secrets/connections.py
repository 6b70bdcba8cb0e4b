"""Passwords in connection strings, in settings and in code."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterator
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.secrets.surroundings import GLUE, MARK, SecretRange, Surroundings

_NAME = lazy_pattern(
    r"(?<![\w-])(?:password|pwd|account ?key|shared ?access ?key|shared ?secret)\s*+=\s*+", re.IGNORECASE
)
_NAME_WORDS: Final = ("password", "pwd", "account", "shared")
# fmt: off
_BESIDE_WORDS: Final = (
    "data source", "server", "user", "uid", "provider", "initial catalog", "database", "driver", "dsn", "address",
    "addr", "host", "port", "integrated security", "persist security info", "trusted_connection",
    "attachdbfilename", "application name", "workstation id", "endpoint", "accountname", "sharedaccesskeyname",
    "defaultendpointsprotocol",
)
# fmt: on
_BESIDE = lazy_pattern(rf"(?<![\w-])(?:user ?id|user ?name|hostname|{'|'.join(_BESIDE_WORDS)})\s*+=", re.IGNORECASE)
_MARK = lazy_pattern(MARK, re.IGNORECASE)
_ENDS_IN_MARK = lazy_pattern(rf"({MARK})\s*+\Z", re.IGNORECASE)
_GLUE = lazy_pattern(GLUE, re.IGNORECASE)
_BARE = lazy_pattern(
    r"(?:[^;\"<\r\n&'\\%]"
    r"|&(?!(?:amp;)*(?:quot|apos|#0*3[49]|#x0*2[27]);)(?:(?:amp;)*(?:amp|lt|gt|nbsp|#\d{1,7}|#x[0-9a-f]{1,6});)?"
    r"|'(?!\s*+(?:[;,)+&/>\]]|\w++\s*+=|$))|<(?![/%!])|%(?!2[27])|\\(?!\\{0,3}(?:[\"']|u002[27])))*+",
    re.IGNORECASE | re.MULTILINE,
)
_ENCLOSED = lazy_pattern(r"(?=[^\s\"';,)+&\\])(?!/?>)")  # The text after a mark at the start of a value.
_DOUBLED = lazy_pattern(rf"([\"'])\1{_ENCLOSED.pattern}")
_OTHER: Final = ("&", "?", "&amp;", ".")  # Before a name: part of a requested address, or of an object.
_EXPRESSION = lazy_pattern(r"\w+\s*[.(\[]")
_PLACEHOLDER = lazy_pattern(r"[*.\"']+|\{\d+\}")
_NEAR: Final = 1024
_MARK_LENGTH: Final = 16
_PIECES: Final = 64


def iter_connection_passwords(around: Surroundings) -> Iterator[SecretRange]:
    """Yield the passwords of connection strings; outside settings, only those with other parts of one nearby."""
    text, done, beside = around.text, 0, None
    for place in around.places(*_NAME_WORDS):
        name = _NAME.match(text, place) if place >= done else None
        if name is None:
            continue
        for found in _value(around, name.start(), name.end()):
            if around.is_settings(place):
                secret = True
            elif text.endswith(_OTHER, 0, place) or _is_statement(name[0], found.value):
                secret = False
            else:
                beside = _ConnectionNames(around) if beside is None else beside
                secret = beside.connects(place, found.end)
            # The text after a mark may be no value, but half of the text between two apostrophes.
            done = found.end if secret or found.start == name.end() else done
            if secret and _PLACEHOLDER.fullmatch(found.value) is None:
                yield found


def _is_statement(name: str, value: str) -> bool:
    """Return True if it looks like a statement that assigns a variable."""
    return name[-1].isspace() and _EXPRESSION.match(value) is not None


def _value(around: Surroundings, name: int, at: int) -> Iterator[SecretRange]:
    """Yield the value at a place; a mark there starts it, or ends the string that contains the name."""
    text, number = around.text, bisect_left(around.marks, (name, ""))
    outer = around.marks[number - 1][1] if number else ""
    doubled, mark = _DOUBLED.match(text, at), _MARK.match(text, at)
    if mark is None:
        yield from _bare(text, at)
    elif doubled is not None:
        yield from around.quoted(doubled[0], doubled.end())
    elif mark[0] != outer:
        for found in around.quoted(mark[0], mark.end()):
            own = found.value.partition(outer)[0] if outer else found.value  # The string ends at its own mark.
            if own:
                yield SecretRange(found.start, found.start + len(own), own)
    elif _ENCLOSED.match(text, mark.end()) is not None:
        yield from around.quoted(mark[0], mark.end())
    elif (glue := _GLUE.match(text, at)) is not None:
        yield from _bare(text, glue.end())


def _bare(text: str, at: int) -> Iterator[SecretRange]:
    """Yield the value up to the end of its part of the string, across joined strings."""
    pieces, begin, end = "", at, at
    for _ in range(_PIECES):
        piece = _BARE.match(text, at)
        assert piece is not None
        if piece[0]:
            begin, end = begin if pieces else at, piece.end()
            pieces += piece[0]
        glue = _GLUE.match(text, piece.end())
        if glue is None:
            break
        at = glue.end()
    if pieces.strip():
        yield SecretRange(begin, end - len(pieces) + len(pieces.rstrip()), pieces.strip())


class _ConnectionNames:
    """The other names of connection strings in a text, which distinguish a password from a variable of the code."""

    def __init__(self, around: Surroundings) -> None:
        self._text = around.text
        self._marks = around.marks
        self._names: list[int] = []
        self._opened: list[tuple[int, str]] = []
        for place in around.places(*_BESIDE_WORDS):
            name = _BESIDE.match(around.text, place)
            if name is not None:
                self._names.append(name.end())
                mark = _ENDS_IN_MARK.search(around.text, max(0, place - _MARK_LENGTH), place)
                if mark is not None:
                    self._opened.append((name.end(), mark[1]))

    def connects(self, start: int, end: int) -> bool:
        """Return True if a range from a name to the end of its value belongs to a connection string."""
        before, behind = bisect_left(self._marks, (start, "")), bisect_left(self._marks, (end, ""))
        first = self._marks[before - 1][0] if before else 0
        last = self._marks[behind][0] if behind < len(self._marks) else len(self._text)
        return self._any(first, start) or self._any(end, last) or self._in_string(start)

    def _any(self, start: int, end: int) -> bool:
        number = bisect_left(self._names, start)
        return number < len(self._names) and self._names[number] <= end

    def _in_string(self, at: int) -> bool:
        """Return True if a place is in a string whose start, the nearest before it, is such a name."""
        number = bisect_left(self._opened, (at, "")) - 1
        if number < 0 or self._opened[number][0] < at - _NEAR:
            return False
        name, mark = self._opened[number]
        return self._text.count(mark, name, at) % 2 == 0
