"""Marks of a relay: who asks, for which page, the answer of another server, and where that server is.

The marks are ``who`` (the visitor's user agent or referrer), ``crawler`` (names of crawlers or search engines),
``engine`` (the name of one search engine), ``host`` and ``query`` (of the request), ``elsewhere`` (a constant address
on another server), ``hidden`` (one that is not readable in the code), ``fetched`` (sent by another server) and
``answer`` (all of it, not a part).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Set
from functools import lru_cache

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.marks.argument_marks import arguments_at
from webshellhunt.analysis.marks.marks import Marks
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Literal, Node
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
_ELSEWHERE = lazy_pattern(rf"\s*+https?://(?!{_NEAR}|{KNOWN_SERVICES}(?![\w.-]))[^/\s?#&\"'<>]", re.IGNORECASE)
# The beginning of an address in Base64 or in hexadecimal digits.
_HIDDEN = lazy_pattern(
    r"\s*+(?:aHR0c(?:DovL|HM6Ly)[\w+/]{6,}+={0,2}|687474703[aA]2[fF]2[fF](?:[0-9a-fA-F]{2}){4,}+"
    r"|68747470733[aA]2[fF]2[fF](?:[0-9a-fA-F]{2}){4,}+)\s*+\Z"
)
_SCHEME = re.compile("https?://", re.IGNORECASE)
_REVERSED = ("ptth", "sptth")
_VARIABLES = {
    "http_user_agent": "who", "user-agent": "who", "http_referer": "who", "referer": "who",
    "http_host": "host", "server_name": "host", "host": "host",
    "query_string": "query", "url": "query", "http_url": "query", "script_name": "query", "path_info": "query",
    "http_x_forwarded_host": "host", "x-forwarded-host": "host", "x-rewrite-url": "query", "x-original-url": "query",
    "http_x_rewrite_url": "query", "http_x_original_url": "query", "unencoded_url": "query",
}  # fmt: skip
_MEMBERS: dict[str, frozenset[str]] = {
    "useragent": frozenset({"who"}), "urlreferrer": frozenset({"who"}),
    "crawler": frozenset({"who", "crawler"}),
    "host": frozenset({"host"}), "authority": frozenset({"host"}), "dnssafehost": frozenset({"host"}),
    "getleftpart": frozenset({"host"}), "filepath": frozenset({"query"}),
    "absoluteuri": frozenset({"host", "query"}), "originalstring": frozenset({"host", "query"}),
    "query": frozenset({"query"}), "rawurl": frozenset({"query"}), "pathandquery": frozenset({"query"}),
    "querystring": frozenset({"query"}), "absolutepath": frozenset({"query"}),
}  # fmt: skip
_OF_REQUEST = {"url": frozenset({"host", "query"}), "path": frozenset({"query"})}
"""Members of the request only; ``Url.Host`` is less than ``Url``."""
_PARTS = frozenset(
    {
        "split", "mid", "left", "right", "substring", "selectsinglenode", "selectnodes", "getelementsbytagname",
        "getelementsbyname", "getelementbyid", "documentelement", "responsexml", "deserialize", "deserializeobject",
        "jobject", "jarray", "jtoken", "parse", "fromjson", "xdocument", "xelement", "xmldocument", "htmldocument",
        "descendants", "readxml", "tables", "matches", "match", "regex", "regexp", "execute", "eval", "attributes",
        "attribute", "nodes", "childnodes", "firstchild", "nodevalue", "select", "where", "tochararray",
        "xmlserializer", "jsonconvert", "javascriptserializer",
    }
)  # fmt: skip
"""Functions that return a part of a text or an object read from it."""
_TESTS = frozenset(
    {
        "instr", "len", "lenb", "length", "indexof", "status", "statuscode", "statustext", "readystate", "ismatch",
        "contains", "startswith", "endswith", "isnumeric", "cint", "clng", "cbool", "contentlength", "count",
        "tryparse", "computehash", "equals", "ubound",
    }
)  # fmt: skip
"""Functions that return a number, a truth value or a digest of a text."""
_ANSWER = frozenset({"fetched", "answer"})
_LOSING = dict.fromkeys(_PARTS, frozenset({"answer"})) | dict.fromkeys(_TESTS, _ANSWER)
_LONGEST_NAMES = 400
_LISTED = frozenset({"servervariables", "headers"})
_WHOLE = frozenset({"tostring", "tolower"})
"""Members of an address that return all of it."""


def find_relay_marks(index: SyntaxIndex, constants: Mapping[int, Constant]) -> Marks:
    """Return the marks of the code, with the constants at some places."""
    return Marks(index, _begins(index, constants), losing=_LOSING, reads=True)


def possible_marks(constants: Mapping[int, Constant], words: Set[str], text: str) -> frozenset[str]:
    """Return an upper bound of the marks in the code, without its tree: a prefilter.

    Args:
        constants: The constants of the code.
        words: The names of the code in lower case.
        text: The code in lower case if it may have regular expressions, else the empty text.
    """
    joined = "\n".join(dict.fromkeys(constant.value for constant in constants.values())).lower()
    marks = {mark for name, mark in _VARIABLES.items() if name in joined}
    for word, meant in (_members() | _OF_REQUEST).items():
        marks |= meant if word in words else frozenset()
    marks |= {"crawler", "engine"} if names_engine(joined) or names_engine(text) else set()
    if "://" in joined or "//:" in joined or "ahr0c" in joined or "68747470" in joined:
        marks.add("elsewhere")
    return frozenset(marks)


def needs_joined_texts(index: Callable[[], SyntaxIndex], marks: frozenset[str], words: Set[str]) -> bool:
    """Return True if texts in pieces matter: the code may recognise visitors or relay something.

    Args:
        index: Returns the index of the code.
        marks: The marks that it may have without them.
        words: The names of the code in lower case.
    """
    if "who" in marks or {"host", "fetched"} <= marks:
        return True
    return not words.isdisjoint(_LISTED) and any(_is_computed(index(), place) for place in index().places_of(_LISTED))


def _is_computed(index: SyntaxIndex, place: int) -> bool:
    """Return True if a server variable or a header is read by a computed name."""
    arguments = arguments_at(index, place)
    return any(not isinstance(each, Literal) for each in arguments) or len(arguments) > 1


def names_engine(text: str) -> bool:
    """Return True if a text in lower case names a crawler or a search engine."""
    return any(engine in text for engine in ENGINES)


@lru_cache(maxsize=1)
def _members() -> dict[str, frozenset[str]]:
    """Return the marks of each member name."""
    return _MEMBERS | dict.fromkeys(vocabulary().remote, _ANSWER)


def _begins(index: SyntaxIndex, constants: Mapping[int, Constant]) -> dict[int, frozenset[str]]:
    """Return the marks of each place that has any."""
    texts = dict.fromkeys(constant.value for constant in constants.values())
    joined = "\n".join(texts).lower()
    engines_named = sum(engine in joined for engine in ENGINES)
    meant = {text: _meaning(text, engines_named=engines_named) for text in texts}
    begins = {place: meant[constant.value] for place, constant in constants.items() if meant[constant.value]}
    begins |= {
        at: on | {"hidden"} for at, on in begins.items() if "elsewhere" in on and _is_split(index, constants[at])
    }
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
    """Yield the members of the request and of answers, with their marks."""
    members = _members()
    for dotted in index.find(members.keys() | _OF_REQUEST.keys()):
        for at, (name, place) in enumerate(zip(dotted.names, dotted.places, strict=True)):
            if at == 0 and not dotted.is_member:
                continue
            if name in _OF_REQUEST:
                is_whole = at + 1 == len(dotted.names) or dotted.names[at + 1] in _WHOLE
                if is_whole and at and dotted.names[at - 1] == "request":
                    yield place, _OF_REQUEST[name]
            elif name in members:
                yield place, members[name]


def _is_split(index: SyntaxIndex, constant: Constant) -> bool:
    """Return True if an address is put together from texts of which none has the scheme, so that no search finds it."""
    whole = Node(constant.start, constant.end)
    pieces = [str(each.value) for each in index.literals_in(whole)]
    return len(pieces) > 1 and not index.within(whole) and not any(map(_SCHEME.search, pieces))


def _meaning(text: str, *, engines_named: int) -> frozenset[str]:
    """Return the marks of a text; the name of an engine is a crawler in code that names several engines."""
    name = text.strip().lower()
    found = {_VARIABLES[name]} if name in _VARIABLES else set[str]()
    is_reversed = name.endswith(_REVERSED) and _ELSEWHERE.match(name[::-1]) is not None
    is_hidden = is_reversed or _HIDDEN.match(text) is not None
    elsewhere = is_hidden or _ELSEWHERE.match(text) is not None
    if elsewhere:
        found |= {"elsewhere", "hidden"} if is_hidden else {"elsewhere"}
    if len(text) >= _LONGEST_NAMES:
        return frozenset(found)
    is_address = elsewhere or name.startswith(("http://", "https://", "//"))
    names_engine = not is_address and _ENGINE.search(text) is not None
    if _CRAWLER.search(text) or (engines_named > 1 and names_engine):
        found.add("crawler")
    elif names_engine:
        found.add("engine")
    return frozenset(found)
