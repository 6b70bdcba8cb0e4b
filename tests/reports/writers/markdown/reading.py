"""The checks of Markdown: a parser of CommonMark with the tables and links of GitHub reads a report."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest

from webshellhunt.model.report import Report
from webshellhunt.reports import render

markdown_it = pytest.importorskip("markdown_it", reason="markdown-it-py is not installed")
pytest.importorskip("linkify_it", reason="linkify-it-py is not installed")

_LIVE = frozenset({"html_block", "html_inline", "link_open", "image", "s_open", "em_open", "code_block", "hr"})
_MENTION = re.compile(r"@\w|#\d|\bGH-\d|\bwww\.", re.IGNORECASE)
_BAR = re.compile(r"(?<!\\)\|")


def parsed(text: str) -> Iterator[Any]:
    """Yield the tokens of a text, those inside of lines too."""
    parser = markdown_it.MarkdownIt("gfm-like", {"html": True})
    parser.linkify.set({"fuzzy_link": False, "fuzzy_email": True})
    for token in parser.parse(text):
        yield token
        yield from token.children or ()


def checked(made: Report | list[Report], **options: bool) -> str:
    """Return a report in Markdown after all checks: nothing in it acts on its reader."""
    text: str = render(made, "markdown", **options)  # type: ignore[call-overload]
    check(text)
    return text


def check(text: str) -> None:
    """Check that a text has only the marks of the report: no link, HTML, mention, or cell of evidence."""
    tokens = list(parsed(text))
    kinds = {token.type for token in tokens}
    assert not _LIVE & kinds
    for token in tokens:
        if token.type == "text":
            assert not _MENTION.search(token.content)
    assert all(character.isprintable() or character == "\n" for character in text)
    _check_tables(text)


def _check_tables(text: str) -> None:
    """Each row has the cells of its head, counted by bars: a parser drops what is too much."""
    width = 0
    is_code = False
    for line in text.split("\n"):
        is_code ^= line.startswith("```")
        if is_code or not line.startswith("| "):
            width = 0
            continue
        bars = len(_BAR.findall(line))
        width = width or bars
        assert bars == width
