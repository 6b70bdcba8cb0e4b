"""The most particular texts of a file, for a rule if the findings point at none."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.pivot.statements import LONGEST_STATEMENT, Statement, statement_in, weight

MOST_STATEMENTS: Final = 8
MOST_SOURCES: Final = 3
"""The most statements that read a request; without them, an honest page with the same call is the same to a rule."""

_SOURCE = lazy_pattern(r"\brequest\b|\bquerystring\b")
_RUN = lazy_pattern(rb"[ -~\t]{12,}")
_WIDE_RUN = lazy_pattern(rb"(?:[ -~]\x00){12,}")
_PROGRAM: Final = b"MZ"
_VERSION: Final = "VS_VERSION_INFO".encode("utf-16-le")


def statements_of_file(content: bytes, keys: Iterable[str] = ()) -> tuple[Statement, ...]:
    """Return the statements of a file that read a request, those with a key first, and its most particular texts.

    Of a program, only its texts in UTF-16 count: a .NET assembly has its literals in them, while its names are those of
    the libraries that it uses. Its version resource does not count: each build of an honest page has such texts.
    """
    found: dict[str, Statement] = {}
    for text in _texts(content):
        statement = statement_in(text)
        if statement is not None:
            found.setdefault(statement.text, statement)
    best = sorted(found.values(), key=lambda each: (-weight(each.tokens), each.text))
    quoted = tuple(f'"{key.lower()}"' for key in keys)
    sources = [each for each in best if _SOURCE.search(each.text)]
    sources.sort(key=lambda each: not any(key in each.text for key in quoted))
    chosen = (*sources[:MOST_SOURCES], *best[:MOST_STATEMENTS])
    return tuple(dict.fromkeys(chosen))


def _texts(content: bytes) -> Iterator[str]:
    if content.startswith(_PROGRAM):
        content = _without_version(content)
    else:
        for match in _RUN.finditer(content):
            yield match[0][:LONGEST_STATEMENT].decode("ascii")
    for match in _WIDE_RUN.finditer(content):
        yield match[0][: 2 * LONGEST_STATEMENT : 2].decode("ascii")


def _without_version(content: bytes) -> bytes:
    """Return a program without its version resource, whose length is the number before its name.

    Source: Microsoft, VS_VERSIONINFO structure (wLength, wValueLength, wType, szKey).
    """
    name = content.find(_VERSION)
    start = max(0, name - 6)
    length = int.from_bytes(content[start : start + 2], "little") if name >= 0 else 0
    return content if name < 0 else content[:start] + content[start + max(length, len(_VERSION) + 6) :]
