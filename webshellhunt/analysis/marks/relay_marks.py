"""Marks of visitors: who asks, and the names of those for whom a page may have something else.

The marks are ``who`` (the visitor's user agent or referrer), ``crawler`` (names of crawlers or search engines) and
``engine`` (the name of one search engine).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.marks.marks import Marks
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Index, Literal
from webshellhunt.lazy_pattern import lazy_pattern

_CRAWLER = re.compile(r"(?:bot|spider)(?![a-z])|slurp|crawler", re.IGNORECASE)
ENGINES = (
    "google", "baidu", "bing", "yahoo", "yandex", "sogou", "soso", "360", "haosou", "naver", "youdao", "bot", "spider",
    "slurp", "crawler",
)  # fmt: skip
_ENGINE = re.compile("|".join(ENGINES), re.IGNORECASE)
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
ELSEWHERE = lazy_pattern(rf"\s*+https?://(?!{_NEAR}|{KNOWN_SERVICES}(?![\w.-]))[^/\s?#&\"'<>]", re.IGNORECASE)
_VARIABLES = frozenset({"http_user_agent", "user-agent", "http_referer", "referer"})
_WHO, _CRAWLER_ITSELF = frozenset({"who"}), frozenset({"who", "crawler"})
_MEMBERS = {"useragent": _WHO, "urlreferrer": _WHO, "crawler": _CRAWLER_ITSELF}
_LONGEST_NAMES = 400
_LISTED = frozenset({"servervariables", "headers"})


def find_relay_marks(index: SyntaxIndex, constants: Mapping[int, Constant]) -> Marks:
    """Return the marks of the code, with the constants at some places."""
    return Marks(index, _begins(index, constants))


def possible_marks(constants: Mapping[int, Constant], words: Set[str], text: str) -> frozenset[str]:
    """Return an upper bound of the marks in the code, without its tree: a prefilter.

    Args:
        constants: The constants of the code.
        words: The names of the code in lower case.
        text: The code in lower case if it may have regular expressions, else the empty text.
    """
    joined = "\n".join(dict.fromkeys(constant.value for constant in constants.values())).lower()
    marks = {"who"} if any(name in joined for name in _VARIABLES) else set[str]()
    for word in _MEMBERS.keys() & words:
        marks |= _MEMBERS[word]
    marks |= {"crawler", "engine"} if names_engine(joined) or names_engine(text) else set()
    return frozenset(marks)


def needs_joined_texts(index: Callable[[], SyntaxIndex], marks: frozenset[str], words: Set[str]) -> bool:
    """Return True if texts in pieces matter: the code may recognise visitors.

    Args:
        index: Returns the index of the code.
        marks: The marks that it may have without them.
        words: The names of the code in lower case.
    """
    if "who" in marks:
        return True
    return not words.isdisjoint(_LISTED) and any(_is_computed(index(), place) for place in index().places_of(_LISTED))


def _is_computed(index: SyntaxIndex, place: int) -> bool:
    """Return True if a server variable or a header is read by a computed name."""
    node = index.node_at(place)
    parent = index.parents.get(node)
    arguments = parent.arguments if isinstance(parent, Index) and parent.subject is node else index.arguments_of(node)
    return any(not isinstance(each, Literal) for each in arguments) or len(arguments) > 1


def names_engine(text: str) -> bool:
    """Return True if a text in lower case names a crawler or a search engine."""
    return any(engine in text for engine in ENGINES)


def _begins(index: SyntaxIndex, constants: Mapping[int, Constant]) -> dict[int, frozenset[str]]:
    """Return the marks of each place that has any."""
    texts = dict.fromkeys(constant.value for constant in constants.values())
    joined = "\n".join(texts).lower()
    engines_named = sum(engine in joined for engine in ENGINES)
    meant = {text: _meaning(text, engines_named=engines_named) for text in texts}
    begins = {place: meant[constant.value] for place, constant in constants.items() if meant[constant.value]}
    begins.update(_patterns(index))
    begins.update(_iter_members(index))
    return begins


def _patterns(index: SyntaxIndex) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the regular expressions of JScript that name crawlers, with their marks."""
    for literal in index.literals if index.tokens.language == "jscript" else ():
        if literal.kind == "pattern":
            meant = _meaning(str(literal.value)[:_LONGEST_NAMES], engines_named=2) & {"crawler", "engine"}
            if meant:
                yield literal.start, meant


def _iter_members(index: SyntaxIndex) -> Iterator[tuple[int, frozenset[str]]]:
    """Yield the members of the request that tell who asks, with their marks."""
    for dotted in index.find(_MEMBERS.keys()):
        for at, (name, place) in enumerate(zip(dotted.names, dotted.places, strict=True)):
            if name in _MEMBERS and (at or dotted.is_member):
                yield place, _MEMBERS[name]


def _meaning(text: str, *, engines_named: int) -> frozenset[str]:
    """Return the marks of a text; the name of an engine is a crawler in code that names several engines."""
    name = text.strip().lower()
    found = {"who"} if name in _VARIABLES else set[str]()
    if len(text) >= _LONGEST_NAMES:
        return frozenset(found)
    is_address = name.startswith(("http://", "https://", "//"))
    names_engine = not is_address and _ENGINE.search(text) is not None
    if _CRAWLER.search(text) or (engines_named > 1 and names_engine):
        found.add("crawler")
    elif names_engine:
        found.add("engine")
    return frozenset(found)
