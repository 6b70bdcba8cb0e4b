"""Audiences: the parts of the code that run only for crawlers, or for visitors whom a search engine sent.

A run over the code notes all searches of texts, with their values. The tree says how conditions are written.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from itertools import chain, islice
from typing import NamedTuple

from webshellhunt.analysis.arrivals import Arrival
from webshellhunt.analysis.flow.page_analysis import PageAnalysis
from webshellhunt.lang.dotted_names import last_name, spelled_root
from webshellhunt.lang.operator_words import AND, EQUAL, NOT, OR, UNEQUAL
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import (
    Binary,
    Call,
    Cast,
    Conditional,
    If,
    Index,
    Literal,
    Node,
    Switch,
    Unary,
    walk,
)
from webshellhunt.lazy_pattern import lazy_pattern

KNOWN_SERVICES = (
    r"(?:[\w.-]+\.)?(?:googlesyndication\.com|googleadservices\.com|doubleclick\.net|admob\.com|prerender\.io"
    r"|prerender\.cloud|bazaarvoice\.com|google\.com/recaptcha)"
)
"""A pattern of servers whose content honest pages relay: advertisers, and services that render pages for crawlers."""
_NEAR = (
    r"(?:localhost|\[::1\]|127(?:\.\d{1,3}){3}|10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}"
    r"|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|169\.254(?:\.\d{1,3}){2})(?::\d{1,5})?[/?#]"
)
"""A pattern of addresses of this machine and of its private network, to the end of the host."""
ELSEWHERE = lazy_pattern(rf"(?i)\s*+https?://(?!{_NEAR}|{KNOWN_SERVICES}(?![\w.-]))[^/\s?#&\"'<>]")
_ENGINE = lazy_pattern(
    r"(?i)google|baidu|bing|yahoo|yandex|sogou|soso|360|haosou|naver|youdao|bot|spider|slurp|crawler"
)
"""Names of crawlers and of search engines."""
_LONGEST_NAMES = 400
_VARIABLES = ("http_user_agent", "user-agent", "http_referer", "referer")
_MEMBERS = frozenset({"useragent", "urlreferrer", "crawler"})
_WHO = (*(f"{name}')" for name in _VARIABLES), "useragent", "urlreferrer")
"""The ends of the origins of a visitor's user agent and referrer, in lower case."""
_LISTED = frozenset({"servervariables", "headers"})
_OF_LISTS = frozenset(
    {
        "contains", "ismatch", "match", "matches", "test", "exec", "search", "exists", "any", "inarray", "containskey",
        "execute",
    }
)  # fmt: skip
"""Searches by expressions and lists, whose texts may be unknown."""
_SEARCHES = _OF_LISTS | {"instr", "instrrev", "indexof", "startswith", "endswith", "includes", "equals", "crawler"}
_COMPARING = frozenset({">", "<", ">=", "!=", "<>", "=="})
_JOINING_TRUTHS = AND | OR | {"&", "|"}
_TEXT_RESULTS = frozenset({"replace", "split", "substring", "mid"})
"""Names of functions that return texts: an expression with one is no test."""
_ROUNDS = 3
_MOST_BRANCHES = 2_000
_MOST_CONDITION = 200
"""Largest number of tokens in a condition that is read."""
_MOST_TEST = 1_000
"""Largest number of tokens in an assigned test."""


class _Branch(NamedTuple):
    """A condition, the part that runs if it is true, and the part that runs if it is not."""

    test: Node
    yes: Node
    no: Node | None


class Audiences:
    """The recognition of crawlers in a code, by the places of its searches for them."""

    def __init__(self, index: SyntaxIndex, searches: Sequence[int]) -> None:
        self._index = index
        self._names: set[str] = set()
        self._searches = sorted(searches)

    def find(self) -> list[Node]:
        """Return the parts of the code that run only for crawlers or visitors of search engines."""
        branches, truths = [*self._branches()], self._truths()
        found: list[Node] = []
        for _ in range(_ROUNDS):
            found = [each for each in map(self._chosen, branches) if each is not None]
            known = len(self._names)
            self._names.update(name for each in found for name in _within(truths, each))
            self._names.update(self._tests())
            if len(self._names) == known:
                break
        return [each for each in found if each.start < each.end]

    def _branches(self) -> Iterator[_Branch]:
        found = self._index.of(If, Conditional, Switch)
        branches = chain.from_iterable(_branches_of(node) for node in sorted(found, key=lambda each: each.start))
        for branch in islice(branches, _MOST_BRANCHES):
            if branch.test.end - branch.test.start <= _MOST_CONDITION:
                yield branch

    def _recognises(self, node: Node) -> bool:
        """Return True if an expression searches the user agent or referrer for a name of a crawler or engine."""
        place = bisect_left(self._searches, node.start)
        return place < len(self._searches) and self._searches[place] < node.end

    def _is_recognition(self, node: Node) -> bool:
        """Return True if an expression recognises such visitors, or uses a variable or function that does."""
        names = self._names
        if names and any(not names.isdisjoint(dotted.names) for dotted in self._index.starting_in(node)):
            return True
        return self._recognises(node)

    def _chosen(self, branch: _Branch) -> Node | None:
        """Return the part of a branch that runs for crawlers only."""
        if not self._is_recognition(branch.test):
            return None
        return branch.no if self._is_negated(branch.test) else branch.yes

    def _is_negated(self, node: Node) -> bool:
        """Return True if a condition is true for all other visitors."""
        if isinstance(node, Unary) and node.operator in NOT:
            return not self._is_negated(node.operand)
        if not isinstance(node, Binary):
            return False
        if not _JOINING_TRUTHS.isdisjoint(node.operators):
            parts = [each for each in node.operands if self._is_recognition(each)]
            return bool(parts) and all(map(self._is_negated, parts))
        return len(node.operands) == 2 and (
            _excludes(node.operators[0], node.operands[1])
            or (node.operators[0] in EQUAL and _excludes("=", node.operands[0]))
            or any(map(self._is_negated, node.operands))
        )

    def _truths(self) -> list[tuple[int, str]]:
        """Return the variables that are set to true, and the functions that return it, in the order of their places."""
        return sorted(
            (each.value.start, last_name(each.target))
            for each in self._index.assignments
            if _is_true(each.value) and last_name(each.target)
        )

    def _tests(self) -> Iterator[str]:
        """Yield the variables that are assigned such a test, and the functions that return one."""
        for target, value in ((each.target, each.value) for each in (*self._index.assignments, *self._index.passed)):
            if value.end - value.start <= _MOST_TEST and self._recognises(value) and _is_test(value):
                yield spelled_root(target).lower()


def find_audiences(analysis: PageAnalysis) -> Audiences | None:
    """Return the recognition of crawlers in a code; ``None`` if it recognises none."""
    if not _may_recognise(analysis):
        return None
    index = analysis.index
    places = [call.place for call in analysis.searches(_SEARCHES) if _is_recognition(call)]
    likes = (node for node in index.of(Binary) if "like" in node.operators)
    places += [node.start for node in likes if any(_names_engine(_value(each)) for each in node.operands)]
    return Audiences(index, places) if places else None


def _may_recognise(analysis: PageAnalysis) -> bool:
    """Return True if the words and the constants of a code, joined where that matters, allow a recognition."""
    unit, words, texts = analysis.unit, analysis.words(), analysis.texts
    is_told = not words.isdisjoint(_MEMBERS) or any(name in texts for name in _VARIABLES)
    if not is_told and (words.isdisjoint(_LISTED) or not any(map(_is_computed, _listed(analysis.index)))):
        return False
    if "crawler" in words or (unit.language == "jscript" and _ENGINE.search(unit.tokens.text)):
        return True
    known = (each.value for each in analysis.constants.values()) if _ENGINE.search(texts) else ()
    joined = (each.value for each in analysis.joined_constants().values())
    return any(_is_of_names(text) and _ENGINE.search(text) for text in chain(known, joined))


def _is_of_names(text: str) -> bool:
    """Return False for addresses and markup, which nobody searches a visitor's user agent for."""
    return "<" not in text and not text.strip().lower().startswith(("http://", "https://", "//"))


def _listed(index: SyntaxIndex) -> Iterator[Sequence[Node]]:
    """Yield the names of server variables and headers that are read."""
    for place in index.places_of(_LISTED):
        node = index.node_at(place)
        parent = index.parents.get(node)
        is_read = isinstance(parent, Index) and parent.subject is node
        yield parent.arguments if is_read and isinstance(parent, Index) else index.arguments_of(node)


def _is_computed(arguments: Sequence[Node]) -> bool:
    return any(not isinstance(each, Literal) for each in arguments) or len(arguments) > 1


def _is_recognition(call: Arrival) -> bool:
    """Return True if a search looks for crawlers or engines in a visitor's user agent or referrer."""
    values = (call.subject, *call.arguments)
    if call.names[-1] == "crawler":
        return True
    if not any(trace.origin.lower().endswith(_WHO) for value in values for trace in value.traces):
        return False
    texts = [part for value in values for form in value.forms for part in form if isinstance(part, str)]
    return any(map(_names_engine, texts)) or (not texts and call.names[-1] in _OF_LISTS)


def _names_engine(text: object) -> bool:
    """Return True if a text names a crawler or a search engine, and is no address."""
    if not isinstance(text, str) or len(text) >= _LONGEST_NAMES:
        return False
    return _is_of_names(text) and _ENGINE.search(text) is not None


def _branches_of(node: If | Conditional | Switch) -> Iterator[_Branch]:
    """Yield the branches of a node; of a switch over true those whose cases are conditions, and all with guards."""
    if not isinstance(node, Switch):
        yield _Branch(node.test, node.yes, node.no)
        return
    for case in node.cases:
        tests = [pattern.value for pattern in case.patterns] if _value(node.subject) is True else []
        yield from (_Branch(test, case.body, None) for test in (*tests, case.guard) if test is not None)


def _within(truths: Sequence[tuple[int, str]], node: Node) -> Iterator[str]:
    """Yield the names whose places are in the range of a node."""
    for _, name in truths[bisect_left(truths, (node.start, "")) : bisect_left(truths, (node.end, ""))]:
        yield name


def _excludes(operator: str, operand: Node) -> bool:
    """Return True if a comparison with this operand is true where a search found nothing, or a test failed."""
    value = _value(operand)
    if isinstance(value, bool):
        return operator in (UNEQUAL if value else EQUAL)
    return (operator in EQUAL | {"<", "<="} and value in (0, -1)) or (operator == "<" and value == 1)


def _value(node: Node) -> object:
    """Return the value of a literal, also of a negative number."""
    if isinstance(node, Unary) and node.operator == "-" and isinstance(node.operand, Literal):
        return -node.operand.value if isinstance(node.operand.value, int) else None
    return node.value if isinstance(node, Literal) else None


def _is_true(node: Node) -> bool:
    return _value(node) in (True, 1, -1)


def _is_test(value: Node) -> bool:
    """Return True if an expression ends with a call or has a comparison, and joins or cuts no texts."""
    last = value
    while isinstance(last, (Unary, Cast, Binary)):
        last = last.operands[-1] if isinstance(last, Binary) else last.operand
    parts = [*walk(value)]
    names = {last_name(each) for each in parts}
    operators = {operator for each in parts if isinstance(each, Binary) for operator in each.operators}
    if "&" in operators or not names.isdisjoint(_TEXT_RESULTS):
        return False
    return isinstance(last, Call) or "crawler" in names or not operators.isdisjoint(_COMPARING)
