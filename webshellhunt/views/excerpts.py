"""Excerpts: the evidence and the act at a range of a layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Protocol

from webshellhunt.model.findings import Act, Evidence, Span
from webshellhunt.secrets import find_secrets, is_configuration
from webshellhunt.views.opened_file import OpenedFile

if TYPE_CHECKING:
    from webshellhunt.lang.unit import Unit

_FARTHEST = 400
"""The most characters of a statement before and after a range, in text that no parser cut into statements."""
_ENDS = "\r\n;{}"


class LocatedText(Protocol):
    """The part of a layer that an excerpt needs: a text with its place in a file."""

    sample: OpenedFile
    name: str
    text: str

    @property
    def shown_path(self) -> str:
        """The path of the file that the text is from."""
        ...

    def span(self, start: int, end: int) -> Span:
        """Return the bytes of the file for a range of characters."""
        ...


def act_at(layer: LocatedText, start: int, end: int) -> Act:
    """Return the act that takes a range of a layer; in an opaque part, only the place in the layer identifies it."""
    first, last = layer.span(start, start + 1), layer.span(max(start, end - 1), end)
    if first == last and end - start > 1:
        return Act(layer.shown_path, layer.name, Span(start, end))
    return Act(layer.shown_path, "", Span(first.start, max(first.end, last.end)))


def excerpt_at(layer: LocatedText, start: int, end: int, act: Act) -> Evidence:
    """Return a located, bounded excerpt around a range of a layer, which must not be joined from several."""
    text, limit = layer.text, layer.sample.excerpt_chars
    begin = text.rfind("\n", 0, start) + 1
    if start - begin >= limit - (end - start):  # Far into a long line: start a little before the range.
        begin = max(begin, start - limit // 4)
    stop = text.find("\n", min(end, begin + limit), begin + limit)
    cut = text[begin : stop if stop >= 0 else begin + limit]
    begin += len(cut) - len(cut.lstrip("\r\n"))
    excerpt = cut.strip("\r\n")
    path = layer.shown_path
    return Evidence(
        path=path,
        layer=layer.name,
        span=layer.span(start, max(end, start + 1)),
        line=text.count("\n", 0, start) + 1,
        column=start - text.rfind("\n", 0, start),
        excerpt=excerpt,
        secrets=find_secrets(text, begin, begin + len(excerpt), configuration=is_configuration(path)),
        act=act,
    )


def statement_around(units: Sequence[Unit], text: str, start: int, end: int) -> tuple[int, int]:
    """Return the range of the act that a range of text is in: of a call in a larger statement, or of whole statements.

    Statements in a row that call members of one object, and the one that makes it, are one act: it opens a stream,
    fills it and saves it. Without a parsed statement there, the range extends to the nearest ``;``, brace or line end
    on both sides. Two calls that stand beside each other are two acts, and one in an argument of the other is a part
    of it.
    """
    if units:
        from webshellhunt.analysis.structure.acts import act_around
    for unit in units:
        found = act_around(unit, start, end)
        if found is not None:
            return found
    before, after = text[max(0, start - _FARTHEST) : start], text[end : end + _FARTHEST]
    left = max(map(before.rfind, _ENDS)) + 1
    right = min((place for place in map(after.find, _ENDS) if place >= 0), default=len(after))
    return start - len(before) + left, end + right
