"""Unit: the code of one language in one page, with its tokens, its tree and the index of that.

Blocks stay where they are; only their tokens are joined, so that each offset still points into the text of the layer.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field

from webshellhunt.lang.language_names import VB
from webshellhunt.lang.parser import Parsed, parse
from webshellhunt.lang.part_tree import JoinedIndex
from webshellhunt.lang.parts import SHARED, tokenize_pieces
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tokens import Tokens, tokenize_ranges

MAX_TOKENS = 400_000
MAX_RANGE = 4 * 1024 * 1024
"""Characters of one block; the largest page of any size seen has a tenth of that, comments included."""


@dataclass(slots=True)
class Unit:
    """The code of one language; its tree and the index are built at their first use.

    ``is_cut``: there is more code than is read. ``declared`` are evaluators of the language whose names are functions
    of an include. ``is_included``: other files include this one. ``is_vb``: the language is VBScript or VB.NET, in
    which letter case does not matter and calls need no parentheses.
    """

    language: str
    tokens: Tokens
    is_cut: bool = False
    declared: frozenset[str] = frozenset()
    is_included: bool = False
    is_vb: bool = field(init=False)
    _parsed: Parsed | None = field(default=None, init=False, repr=False)
    _index: SyntaxIndex | None = field(default=None, init=False, repr=False)
    _words: frozenset[str] | None = field(default=None, init=False, repr=False)

    def __post_init__(self) -> None:
        self.is_vb = self.language in VB

    @property
    def parsed(self) -> Parsed:
        """The tree of the code."""
        if self._parsed is None:
            self._parsed = parse(self.tokens)
        return self._parsed

    @property
    def index(self) -> SyntaxIndex:
        """The index of that tree."""
        if self._index is None:
            top, trees = self.parsed.top, self.parsed.trees
            self._index = JoinedIndex(self.tokens, top, trees) if trees else SyntaxIndex(self.tokens, top)
        return self._index

    @property
    def words(self) -> frozenset[str]:
        """The names and keywords of the code in lower case, found without a tree: for prefilters."""
        if self._words is None:
            names = self.tokens.names
            self._words = names if self.is_vb else frozenset(map(str.lower, names))
        return self._words

    def places_in(self, start: int, end: int) -> range:
        """Return the tokens that a range of characters touches."""
        tokens = self.tokens
        return range(bisect_right(tokens.ends, start), bisect_left(tokens.starts, end))

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of characters from one token to the end of the one before another."""
        last = max(start, min(end, len(self.tokens)) - 1)
        return self.tokens.starts[start], self.tokens.ends[last]


def build_unit(
    text: str,
    language: str,
    ranges: Sequence[tuple[int, int]],
    *,
    server_comments: bool = False,
    seams: Sequence[int] = (),
) -> Unit:
    """Tokenise ranges of a text as one unit, the end of a statement between them.

    ``seams`` are the starts of the pieces from which a classic page is joined.
    """
    parts = [(start, min(end, start + MAX_RANGE)) for start, end in ranges]
    if seams and language == SHARED and not server_comments and parts == [*ranges]:
        tokens = tokenize_pieces(text, parts, seams)
        if len(tokens) <= MAX_TOKENS:
            return Unit(language, tokens)
    tokens = tokenize_ranges(text, language, parts, server_comments=server_comments, enough=MAX_TOKENS)
    is_cut = tokens.truncate(MAX_TOKENS) or parts != [*ranges]
    return Unit(language, tokens, is_cut)
