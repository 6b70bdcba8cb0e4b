"""The most particular texts of a file, for a rule if the findings point at none."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.pivot.statements import LONGEST_STATEMENT, Statement, statement_in, weight

MOST_BYTES: Final = 4 * 1024 * 1024
"""The part of a file that is searched."""

MOST_STATEMENTS: Final = 4

_RUN = lazy_pattern(rb"[ -~\t]{12,}")
_WIDE_RUN = lazy_pattern(rb"(?:[ -~]\x00){12,}")
_PROGRAM: Final = b"MZ"


def statements_of_file(content: bytes) -> tuple[Statement, ...]:
    """Return the most particular texts of a file, best first.

    Of a program, only its texts in UTF-16 count: a .NET assembly has its literals in them, while its names are those of
    the libraries that it uses.
    """
    found: dict[str, Statement] = {}
    for text in _texts(content[:MOST_BYTES]):
        statement = statement_in(text)
        if statement is not None:
            found.setdefault(statement.text, statement)
    best = sorted(found.values(), key=lambda each: (-weight(each.tokens), each.text))
    return tuple(best[:MOST_STATEMENTS])


def _texts(content: bytes) -> Iterator[str]:
    if not content.startswith(_PROGRAM):
        for match in _RUN.finditer(content):
            yield match[0][:LONGEST_STATEMENT].decode("ascii")
    for match in _WIDE_RUN.finditer(content):
        yield match[0][: 2 * LONGEST_STATEMENT : 2].decode("ascii")
