"""Source: the scripts of a page, each parsed for itself, with the places of all tokens in the joined text."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Block, Function, Jump, Literal, Member, Name, Node, walk

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
    _starts: list[int] = field(default_factory=list)
    _ends: list[int] = field(default_factory=list)

    def span(self, place: int) -> tuple[int, int]:
        """Return the range of a token in the joined text."""
        place = min(place, len(self._starts) - 1)
        return (self._starts[place], self._ends[place]) if place >= 0 else (0, 0)

    def text_of(self, node: Node) -> str:
        """Return the text of a node on one line, cut where it is long."""
        start, end = self.span(node.start)[0], self.span(max(node.start, node.end - 1))[1]
        return " ".join(self.text[start : min(end, start + 120)].split())

    def mentions(self, node: Node) -> bool:
        """True if a node has a name of a password field."""
        at = bisect_left(self.mentioned, self.span(node.start)[0])
        return at < len(self.mentioned) and self.mentioned[at] < self.span(max(node.start, node.end - 1))[1]

    def add(self, piece: Piece) -> None:
        """Parse a piece."""
        tokens = tokenize(self.text[piece.start : piece.end], "jscript")
        parsed = parse(tokens)
        moved = len(self._starts)
        if moved:
            for node in walk(parsed.top):
                node.start += moved
                node.end += moved
        self._starts += [start + piece.start for start in tokens.starts]
        self._ends += [end + piece.start for end in tokens.ends]
        self.is_cut |= parsed.is_cut
        self.scripts.append(Script(piece, parsed.top))

    @property
    def nodes(self) -> Iterator[Node]:
        """All nodes of all scripts."""
        return (node for script in self.scripts for node in walk(script.top))

    @property
    def stops_submission(self) -> bool:
        """True if a handler may stop the submission of a form: it returns ``false``, or prevents the default."""
        for node in self.nodes:
            name = node.text if isinstance(node, Name) else node.name if isinstance(node, Member) else ""
            if name.lower() == "preventdefault":
                return True
            if isinstance(node, Jump) and node.kind == "return":
                value = node.value
                if isinstance(value, Literal) and value.value is False:
                    return True
        return False


def source_of(text: str, pieces: Sequence[Piece], mentioned: Sequence[int] = ()) -> Source:
    """Return the parsed scripts of a page; ``mentioned`` is where the text has names of password fields."""
    source = Source(text, mentioned)
    for piece in pieces:
        source.add(piece)
    return source


def is_long(node: Node) -> bool:
    """True if a statement is so long that it is a library."""
    return node.end - node.start > LONGEST_STATEMENT


def functions_of(top: Node) -> Iterator[Function]:
    """Yield the functions of a tree, those of expressions included."""
    return (node for node in walk(top) if isinstance(node, Function) and node.body is not None)
