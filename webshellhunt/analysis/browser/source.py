"""Source: the scripts of a page, each parsed for itself and once for all pages that have it."""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from hashlib import sha256
from itertools import islice
from typing import NamedTuple

from webshellhunt.analysis.browser.released import is_released_statement
from webshellhunt.lang.columns import Tokens
from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Block, Function, Node, walk
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.memo import Memo

_HOST = lazy_pattern(r"[\"'`](?:(?:https?|wss?):)?//(?!www\.w3\.org)[\w-]+\.\w")
_READS = lazy_pattern(r"\.(?:key|keyCode|which|charCode|code|value)\b|\b(?:serialize|serializeArray|FormData|val)\s*\(")
_MOST_HOSTS = 1_000
LONGEST_STATEMENT = 8_000
"""Tokens of a statement above which it is taken for a library, and run only if it names a password field."""
_STRIDE = 1 << 22
"""Places of one script; more than the tokens that a script can have."""
MAX_KEPT_TOKENS = 96_000
"""Tokens of the parsed scripts that are kept for other pages: about 60 MB."""
_PARSED: Memo[ParsedScript] = Memo(MAX_KEPT_TOKENS)


class Piece(NamedTuple):
    """A script of a page: its text and the digest of that; ``event`` is the name of its event attribute, if it is one.

    ``at_field`` is true if that is an attribute of a password field.
    """

    text: str
    digest: bytes
    event: str = ""
    at_field: bool = False


def piece_of(text: str, event: str = "", *, at_field: bool = False) -> Piece:
    """Return a script of a page."""
    return Piece(text, sha256(text.encode("utf-8", "surrogatepass")).digest(), event, at_field)


@dataclass(frozen=True, slots=True)
class ParsedScript:
    """The parsed text of a script, the same for all pages in which it is the script of that number.

    A *place* in its tree is the number of a token, counted from ``base``. ``top`` is without the statements of released
    libraries; ``functions`` are all functions in it, those of expressions included, the shortest first; ``suspects``
    the innermost ones that name another host and may read a typed value. ``stops_submission``: a handler may stop the
    submission of a form, as it returns ``false``, or prevents the default.
    """

    text: str
    base: int
    starts: Sequence[int]
    ends: Sequence[int]
    top: Block
    functions: Sequence[Function]
    suspects: Sequence[Function]
    is_cut: bool
    stops_submission: bool

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the range of the text from one place to the end of the one before another."""
        if not self.starts:
            return 0, 0
        last = len(self.starts) - 1
        first, end = min(start - self.base, last), min(max(start, end - 1) - self.base, last)
        return self.starts[first], self.ends[end]


class Script(NamedTuple):
    """A piece with its tree, and where it has names of password fields, in increasing order."""

    piece: Piece
    parsed: ParsedScript
    mentioned: Sequence[int] = ()

    @property
    def top(self) -> Block:
        """The statements of the script."""
        return self.parsed.top


@dataclass(slots=True)
class Source:
    """All scripts of a page."""

    scripts: list[Script] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The texts of all scripts."""
        return "\n".join(each.parsed.text for each in self.scripts)

    @property
    def is_cut(self) -> bool:
        """True if the end of a script was not parsed."""
        return any(each.parsed.is_cut for each in self.scripts)

    @property
    def stops_submission(self) -> bool:
        """True if a script may stop the submission of a form."""
        return any(each.parsed.stops_submission for each in self.scripts)

    def span(self, place: int) -> tuple[int, int, int]:
        """Return the number of the script of a place, and the range of its token there."""
        if not self.scripts:
            return 0, 0, 0
        number = min(max(0, place) // _STRIDE, len(self.scripts) - 1)
        return (number, *self.scripts[number].parsed.span(max(0, place), place + 1))

    def text_of(self, node: Node) -> str:
        """Return the text of a node on one line, cut where it is long."""
        parsed = self._script_of(node).parsed
        start, end = parsed.span(node.start, node.end)
        return " ".join(parsed.text[start : min(end, start + 120)].split())

    def mentions(self, node: Node) -> bool:
        """True if a node has a name of a password field."""
        script = self._script_of(node)
        return bool(script.mentioned) and _has_any(script.mentioned, *script.parsed.span(node.start, node.end))

    @property
    def suspects(self) -> list[Function]:
        """The innermost functions that name another host and may read a typed value, the shortest first."""
        return sorted((function for each in self.scripts for function in each.parsed.suspects), key=_by_length)

    @property
    def mentioning(self) -> list[Function]:
        """The functions that name a password field, the shortest first."""
        found = [each for script in self.scripts if script.mentioned for each in script.parsed.functions]
        return sorted(filter(self.mentions, found), key=_by_length)

    def _script_of(self, node: Node) -> Script:
        return self.scripts[min(node.start // _STRIDE, len(self.scripts) - 1)]


def source_of(pieces: Iterable[Piece], mentions: Callable[[Piece], Sequence[int]] = lambda piece: ()) -> Source:
    """Return the parsed scripts of a page; ``mentions`` returns where a text has names of password fields."""
    source = Source()
    for number, piece in enumerate(pieces):
        parse_piece = partial(_parsed, piece.text, number * _STRIDE)
        parsed = _PARSED.get((number, piece.digest), parse_piece, _tokens_of)
        source.scripts.append(Script(piece, parsed, mentions(piece)))
    return source


def _tokens_of(parsed: ParsedScript) -> int:
    return len(parsed.starts)


def _parsed(text: str, base: int) -> ParsedScript:
    tokens = tokenize(text, "jscript")
    top, _, is_cut, _ = parse(tokens)
    kept = [each for each in top.statements if not is_released_statement(tokens, each.start, each.end)]
    top = Block(top.start, top.end, kept)
    functions: list[Function] = []
    for node in walk(top):
        node.start += base
        node.end += base
        if isinstance(node, Function) and node.body is not None:
            functions.append(node)
    functions.sort(key=_by_length)
    parsed = ParsedScript(
        text, base, array("I", tokens.starts), array("I", tokens.ends), top, functions, (), is_cut, _stops(tokens)
    )
    return replace(parsed, suspects=_suspects(parsed))


def _by_length(node: Node) -> tuple[int, int]:
    return node.end - node.start, node.start


def _suspects(script: ParsedScript) -> list[Function]:
    hosts = [each.start() for each in islice(_HOST.finditer(script.text), _MOST_HOSTS)]
    found: list[Function] = []
    for function in script.functions if hosts else ():
        start, end = script.span(function.start, function.end)
        if _has_any(hosts, start, end):
            hosts = [host for host in hosts if not start <= host < end]
            if _READS.search(script.text, start, end) is not None:
                found.append(function)
    return found


def is_long(node: Node) -> bool:
    """True if a statement is so long that it is a library."""
    return node.end - node.start > LONGEST_STATEMENT


def _has_any(places: Sequence[int], start: int, end: int) -> bool:
    at = bisect_left(places, start)
    return at < len(places) and places[at] < end


def _stops(tokens: Tokens) -> bool:
    """True if code prevents the default action of an event, or returns ``false``."""
    if tokens.indexes_of({"preventDefault"}):
        return True
    values = tokens.values
    behind = [[each for each in values[at + 1 : at + 3] if each != "("][:1] for at in tokens.indexes_of({"return"})]
    return ["false"] in behind
