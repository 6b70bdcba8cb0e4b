r"""Escaping for Markdown: texts from evidence make no link, mention, image, HTML, formula, heading or table cell.

Ticket systems link and notify by the text of the *rendered* page, where an escape no longer helps. So such texts are
broken up, as analysts do it: ``http[:]//``, ``www[.]``, ``[@]name``, ``[#]12``. Paths and commands are code
spans, in which nothing is linked; they stay as they are, so that they can be copied.

Source: CommonMark 0.31.2, sections 2.4 (escapes), 4.5 (fences), 6.1 (code spans); GitHub Flavored Markdown, sections
4.10 (tables) and 6.9 (autolinks).
"""

from collections.abc import Sequence
from typing import Final

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.reports.printable import decodable, one_line, printable, verbatim

MOST_CHARACTERS: Final = 600
"""The longest text on one line."""

_LIVE = lazy_pattern(r"(?i):(?=//)|(?<=www)\.|@|#(?=\d)|(?<=GH)-(?=\d)")
_START = lazy_pattern(r"[-+=:]|(\d+)([.)])")
_TICKS = lazy_pattern(r"`+")
_ENTITIES: Final = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "|": "&#124;"}
_MARKS: Final = r"\`*_{}[]#~$!^"
_ESCAPES: Final = str.maketrans({**_ENTITIES, **{mark: f"\\{mark}" for mark in _MARKS}})
_NOTHING: Final = "(empty)"


def prose(text: str, limit: int = MOST_CHARACTERS) -> str:
    """Return a sentence on one line; its start is no list, heading or quotation."""
    shown = inline(text, limit)
    start = _START.match(shown)
    if start is None:
        return shown
    mark = start.end(1) if start[1] else 0
    return f"{shown[:mark]}\\{shown[mark:]}"


def inline(text: str, limit: int = MOST_CHARACTERS) -> str:
    """Return a text for the middle of a line."""
    return _LIVE.sub(r"[\g<0>]", one_line(decodable(text), limit)).translate(_ESCAPES) or _NOTHING


def code(text: str, limit: int = MOST_CHARACTERS) -> str:
    """Return a path, a command or a value as a code span, with each of its blanks."""
    shown = verbatim(decodable(text), limit)
    if not shown:
        return _NOTHING
    fence = _fence(shown, 1)
    pad = " " if shown.startswith("`") or shown.endswith("`") else ""
    return f"{fence}{pad}{shown}{pad}{fence}"


def cell(text: str, limit: int = MOST_CHARACTERS) -> str:
    """Return a value as the code span of a table cell; one with a bar, which would end the cell, as a sentence."""
    shown = verbatim(decodable(text), limit)
    return inline(shown, limit) if "|" in shown else code(shown, limit)


def fenced(text: str) -> list[str]:
    """Return the lines of a code block, whose fence is longer than any run of backticks in the text."""
    shown = [printable(line.rstrip("\r")) for line in decodable(text).rstrip("\n").split("\n")]
    fence = _fence("\n".join(shown), 3)
    return [f"{fence}text", *shown, fence]


def table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Return a table; the cells are Markdown."""
    lines = [head, tuple("---" for _ in head), *rows]
    return [f"| {' | '.join(line)} |" for line in lines]


def _fence(text: str, least: int) -> str:
    longest = max((len(run) for run in _TICKS.findall(text)), default=0)
    return "`" * max(least, longest + 1)
