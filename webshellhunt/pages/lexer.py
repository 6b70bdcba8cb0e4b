"""The lexer: it cuts a text into the pieces of the server's parser, each character in exactly one.

The tests at each ``<`` stand in the runtime's order: directive, include, server comment, ``<%= %>``, ``<%: %>``,
``<%# %>``, ``<% %>``, begin tag. Only begin tags with ``runat=server`` are pieces; every other tag is text, whose
content is lexed too. Inside a server script only comments and its end tag count.

Source: TemplateParser.ParseStringInternal and SimpleWebHandlerParser.ParseString of System.Web.
"""

from __future__ import annotations

import re

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.settings import PageKind
from webshellhunt.pages.markup import (
    INCLUDE,
    RUNAT,
    Allowance,
    directive_end,
    fold,
    says_runat,
    tag_attributes,
    tag_end,
    tag_name,
)
from webshellhunt.pages.page import find_value
from webshellhunt.pages.pieces import Piece, PieceKind
from webshellhunt.pages.razor import lex_razor

__all__ = ["Piece", "PieceKind", "lex"]


_SERVER = re.compile(r"<(?:%|!--(?=\s*+\#))")
_SERVER_OR_TAG = re.compile(r"<(?:%|!--(?=\s*+\#)|[\w:.])")
_OPENER = re.compile(r"<%(?:\s*+@|--|\#(?!@~\^):?|:|\$|\s*+=|)")
_SCRIPT_STOP = lazy_pattern(r"(?i)<%--|</script\s*+>")
_CLASSIC_TAG = lazy_pattern(r"(?i)<(?:script|object)\b[^<>]{0,2048}?\brunat\s*+=\s*+[\"']?+\s*+server\b[^<>]{0,2048}+>")
_BY_OPENER = {
    "=": PieceKind.EXPRESSION,
    ":": PieceKind.ENCODED_EXPRESSION,
    "#": PieceKind.DATABIND,
    "$": PieceKind.EXPRESSION_BUILDER,
}
_SHORT_TAG = 4096


def lex(text: str, kind: PageKind) -> list[Piece]:
    """Return the pieces of a text, which cover it from start to end without gap or overlap; never raises."""
    if not text:
        return []
    if kind is PageKind.RAZOR:
        return lex_razor(text)
    if kind is PageKind.WEB_HANDLER:
        return _lex_handler(text)
    if kind is PageKind.CONFIG:
        return [Piece(PieceKind.TEXT, 0, len(text), 0, len(text))]
    return _MarkupLexer(text, classic=kind is PageKind.CLASSIC_ASP).run()


class _Finder:
    """A search for the next needle at positions that only grow, so that each text is searched once."""

    def __init__(self, text: str, needle: str) -> None:
        self._text, self._needle, self._next = text, needle, -2

    def at(self, position: int) -> int:
        """Return the needle's next position, or -1."""
        if self._next != -1 and self._next < position:
            self._next = self._text.find(self._needle, position)
        return self._next


class _MarkupLexer:
    """One pass over a text of tags and server blocks."""

    def __init__(self, text: str, *, classic: bool) -> None:
        self.text = text
        self.classic = classic
        self.pieces: list[Piece] = []
        self.allowance = Allowance(4 * len(text) + 65_536)
        self._close = _Finder(text, "%>")
        self._comment_close = _Finder(text, "--%>")
        self._runat: int | None = -1 if says_runat(fold(text)) else None

    def run(self) -> list[Piece]:
        done = scan = 0
        while (found := self._candidate(scan)) is not None:
            start = found.start()
            first = len(self.pieces)
            mark = self.text[start + 1]
            if mark == "%":
                self._server_block(start)
            elif mark == "!":
                self._include(start)
            else:
                self._tag(start)
            if len(self.pieces) == first:
                scan = start + 1
                continue
            if start > done:
                self.pieces.insert(first, Piece(PieceKind.TEXT, done, start, done, start))
            done = scan = self.pieces[-1].end
        if done < len(self.text):
            self._add(PieceKind.TEXT, done, len(self.text))
        return self.pieces

    def _candidate(self, scan: int) -> re.Match[str] | None:
        """Return the next relevant ``<``; tags are relevant while a ``runat`` follows."""
        if self._runat is not None and self._runat < scan:
            ahead = RUNAT.search(self.text, scan)
            self._runat = ahead.start() if ahead else None
        pattern = _SERVER if self._runat is None else _SERVER_OR_TAG
        return pattern.search(self.text, scan)

    def _add(self, kind: PieceKind, start: int, end: int, lead: int = 0, tail: int = 0, *, closed: bool = True) -> None:
        self.pieces.append(Piece(kind, start, end, min(start + lead, end - tail), end - tail, closed))

    def _server_block(self, start: int) -> None:
        """Add the piece that begins with ``<%``."""
        opener = _OPENER.match(self.text, start)
        lead = opener.group() if opener else "<%"
        if lead.endswith("@"):
            self._directive(start, len(lead))
        elif lead == "<%--" and not self.classic and (close := self._comment_close.at(start + 4)) >= 0:
            self._add(PieceKind.COMMENT, start, close + 4, 4, 4)
        else:
            kind = PieceKind.CODE
            if not (self.classic and lead[2:3] in ("#", ":", "$")):
                kind = _BY_OPENER.get(lead[-1] if lead.endswith("=") else lead[2:3], PieceKind.CODE)
            self._block(kind, start, 2 if kind is PieceKind.CODE else len(lead))

    def _directive(self, start: int, lead: int) -> None:
        end = None if self.allowance.spent else directive_end(self.text, start, self.allowance)
        if end is not None:
            self._add(PieceKind.DIRECTIVE, start, end, lead, 2)
            return
        # The runtime refuses the page here; a server block that begins inside is still worth reporting.
        another, close = self.text.find("<%", start + lead), self._close.at(start + 2)
        if another >= 0 and (close < 0 or another < close):
            self._add(PieceKind.DIRECTIVE, start, another, lead, closed=False)
        else:
            self._block(PieceKind.DIRECTIVE, start, lead)

    def _block(self, kind: PieceKind, start: int, lead: int) -> None:
        """Add a block, which ends at the first ``%>``, also in a string or comment, else at the end of the file."""
        close = self._close.at(start + 2)
        if close < 0:
            self._add(kind, start, len(self.text), lead, closed=False)
        else:
            self._add(kind, start, close + 2, lead, 2)

    def _include(self, start: int) -> None:
        include = INCLUDE.match(self.text, start)
        if include is not None:
            self.pieces.append(
                Piece(PieceKind.INCLUDE, start, include.end(), include.start("path"), include.end("path"))
            )

    def _tag(self, start: int) -> None:
        """Add the begin tag at ``start`` if it runs at the server, and the script that follows it."""
        name = tag_name(self.text, start)
        special = name in ("script", "object")
        if self.allowance.spent and not special:
            return
        end = tag_end(self.text, start, self.allowance, _SHORT_TAG if self.allowance.spent else None)
        if end is None and self.classic and special:
            loose = _CLASSIC_TAG.match(self.text, start)
            end = loose.end() if loose else None
        if end is None or self._runat is None or end <= self._runat:
            return
        attributes = tag_attributes(self.text, start, end)
        runat = find_value(attributes, "runat")
        if runat is None or runat.strip().lower() != "server":
            return
        empty = self.text.startswith("/>", end - 2)
        inner_start, inner_end = start + 1 + len(name), end - (2 if empty else 1)
        self.pieces.append(Piece(PieceKind.BEGIN_TAG, start, end, inner_start, inner_end, attributes=attributes))
        if name == "script" and not empty:
            self._script(end)

    def _script(self, start: int) -> None:
        """Add the body of a server script, its comments as separate pieces, and its end tag."""
        at = scan = start
        while (stop := _SCRIPT_STOP.search(self.text, scan)) is not None:
            if stop.group() != "<%--":
                self._script_part(at, stop.start())
                self._add(PieceKind.END_TAG, stop.start(), stop.end())
                return
            close = -1 if self.classic else self._comment_close.at(stop.end())
            scan = stop.end()
            if close >= 0:
                self._script_part(at, stop.start())
                self._add(PieceKind.COMMENT, stop.start(), close + 4, 4, 4)
                at = scan = close + 4
        self._script_part(at, len(self.text), closed=False)

    def _script_part(self, start: int, end: int, *, closed: bool = True) -> None:
        if end > start:
            self._add(PieceKind.SCRIPT, start, end, closed=closed)


def _lex_handler(text: str) -> list[Piece]:
    """Lex a handler: its directives at any position, and the source after the last one.

    The runtime refuses one without a directive; it is lexed as tags, since another page may include it.
    """
    pieces: list[Piece] = []
    allowance = Allowance(4 * len(text) + 65_536)
    done = scan = 0
    while not allowance.spent and (start := text.find("<%", scan)) >= 0:
        end = directive_end(text, start, allowance)
        scan = start + 2
        if end is None:
            continue
        if start > done:
            pieces.append(Piece(PieceKind.TEXT, done, start, done, start))
        inner = text.index("@", start) + 1
        pieces.append(Piece(PieceKind.DIRECTIVE, start, end, inner, end - 2))
        done = scan = end
    if not pieces:
        return _MarkupLexer(text, classic=False).run()
    if done < len(text):
        pieces.append(Piece(PieceKind.SOURCE, done, len(text), done, len(text)))
    return pieces
