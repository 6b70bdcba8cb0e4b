"""Source: the scripts of a page, each parsed for itself, with the places of all tokens in the joined text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import NamedTuple

from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Block, Function, Node, walk
from webshellhunt.lazy_pattern import lazy_pattern

_HOST = lazy_pattern(r"[\"'`](?:(?:https?|wss?):)?//(?!www\.w3\.org)[\w-]+\.\w")
_READS = lazy_pattern(r"\.(?:key|keyCode|which|charCode|code|value)\b|\b(?:serialize|serializeArray|FormData|val)\s*\(")
_MOST_HOSTS = 1_000
LONGEST_STATEMENT = 8_000
"""Tokens of a statement above which it is taken for a library, and run only if it names a password field."""


class Piece(NamedTuple):
    """A script of a page: its range in the joined text; ``event`` is the name of its event attribute, if it is one.

    ``at_field`` is true if that is an attribute of a password field.
    """

    start: int
    end: int
    event: str = ""
    at_field: bool = False


class Script(NamedTuple):
    """A piece with its tree."""

    piece: Piece
    top: Block


@dataclass(slots=True)
class Source:
    """All scripts of a page; a *place* in a tree is the number of a token of all scripts."""

    text: str
    mentioned: Sequence[int] = ()
    """Where the text has names of password fields, in increasing order."""
    scripts: list[Script] = field(default_factory=list)
    is_cut: bool = False
    stops_submission: bool = False
    """True if a handler may stop the submission of a form: it returns ``false``, or prevents the default."""
    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)
    _functions: list[Function] | None = None

    def span(self, place: int) -> tuple[int, int]:
        """Return the range of a token in the joined text."""
        place = min(place, len(self._starts) - 1)
        return (self._starts[place], self._ends[place]) if place >= 0 else (0, 0)

    def range_of(self, node: Node) -> tuple[int, int]:
        """Return the range of a node in the joined text."""
        return self.span(node.start)[0], self.span(max(node.start, node.end - 1))[1]

    def text_of(self, node: Node) -> str:
        """Return the text of a node on one line, cut where it is long."""
        start, end = self.range_of(node)
        return " ".join(self.text[start : min(end, start + 120)].split())

    def mentions(self, node: Node) -> bool:
        """True if a node has a name of a password field."""
        return _has_any(self.mentioned, *self.range_of(node))

    @property
    def suspects(self) -> list[Function]:
        """The innermost functions that name another host and may read a typed value, the shortest first."""
        hosts = [each.start() for each in islice(_HOST.finditer(self.text), _MOST_HOSTS)]
        found: list[Function] = []
        for function in self.functions if hosts else ():
            start, end = self.range_of(function)
            if _has_any(hosts, start, end):
                hosts = [host for host in hosts if not start <= host < end]
                if _READS.search(self.text, start, end) is not None:
                    found.append(function)
        return found

    @property
    def mentioning(self) -> list[Function]:
        """The functions that name a password field, the shortest first."""
        return [each for each in self.functions if self.mentions(each)] if self.mentioned else []

    @property
    def functions(self) -> list[Function]:
        """All functions, those of expressions included, the shortest first; found at the first question."""
        if self._functions is None:
            nodes = (node for script in self.scripts for node in walk(script.top))
            found = [node for node in nodes if isinstance(node, Function) and node.body is not None]
            self._functions = sorted(found, key=lambda each: (each.end - each.start, each.start))
        return self._functions

    def add(self, piece: Piece) -> None:
        """Parse a piece."""
        tokens = tokenize(self.text[piece.start : piece.end], "jscript")
        parsed = parse(tokens)
        moved = len(self._starts)
        for node in walk(parsed.top) if moved else ():
            node.start += moved
            node.end += moved
        self._starts += [start + piece.start for start in tokens.starts]
        self._ends += [end + piece.start for end in tokens.ends]
        self.is_cut |= parsed.is_cut
        self.stops_submission |= _stops_submission(tokens)
        self.scripts.append(Script(piece, parsed.top))


def source_of(text: str, pieces: Sequence[Piece], mentioned: Sequence[int] = ()) -> Source:
    """Return the parsed scripts of a page; ``mentioned`` is where the text has names of password fields."""
    source = Source(text, mentioned)
    for piece in pieces:
        source.add(piece)
    return source


def is_long(node: Node) -> bool:
    """True if a statement is so long that it is a library."""
    return node.end - node.start > LONGEST_STATEMENT


def _has_any(places: Sequence[int], start: int, end: int) -> bool:
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def _stops_submission(tokens: Tokens) -> bool:
    """True if code prevents the default action of an event, or returns ``false``."""
    if tokens.indexes_of({"preventDefault"}):
        return True
    values = tokens.values
    behind = [[each for each in values[at + 1 : at + 3] if each != "("][:1] for at in tokens.indexes_of({"return"})]
    return ["false"] in behind
