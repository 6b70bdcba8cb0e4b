"""Only crawlers, or visitors from search engines, get links to another server or a script of it.

What it finds:
    A branch that runs only where the user agent or the referrer contains the name of a crawler or a search engine, and
    that writes a link, a frame, a script or a change of address to another server: as a constant of the code or as
    text of the page in the branch. The severity is critical where the branch also ends the response, so that such a
    visitor gets nothing else, or where it has links to several servers.

Why it matters:
    Search engine spam: links of gambling and scam sites in a compromised site, which its owner does not see because
    ordinary visitors get the original page. The intruder who planted the branch can write to the site.

Looks like:
    A function that searches ``HTTP_USER_AGENT`` for names of crawlers, and in the branch of its result
    ``Response.Write`` of a title and links, then ``Response.End``.

Benign look-alikes:
    Statistics of crawlers; a branch that leaves advertisements and scripts of statistics out for crawlers; a
    ``noarchive`` tag; a canonical address; links to a
    server to which the page links all visitors. Measured: 0 of 38,046 honest pages and source files.

Blind spots:
    Links that are read from a file or a database; links without a scheme; a search of the user agent in another file;
    addresses of networks instead of user agents.

References:
    https://attack.mitre.org/techniques/T1608/006/
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence

from webshellhunt.analysis.constants import Constant
from webshellhunt.code.audiences import Audiences
from webshellhunt.code.relay_marks import KNOWN_SERVICES, find_relay_marks, joined_constants, possible_marks
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1046",
    "links-for-crawlers",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1608.006"),
)
_KNOWN = (
    rf"{KNOWN_SERVICES}|(?:[\w.-]+\.)?(?:google(?:apis|tagmanager|-analytics)?\.\w+|gstatic\.com|schema\.org|w3\.org|ogp\.me"
    r"|jquery\.com|bootstrapcdn\.com|cloudflare\.com|jsdelivr\.net|facebook\.\w+|twitter\.com|microsoft\.com)"
)
_LINK = lazy_pattern(
    r"(?:(?<![\w-])(?:href|src)|location(?:\.href)?|url)[\"']{0,2}\s*+(?:=|\.(?:replace|assign)\s*+\()\s*+[\"'\\]{0,3}+"
    rf"(?:https?:)?//(?!{_KNOWN}(?![\w.-]))((?:[\w-]+\.)+[a-z]{{2,24}})",
    re.IGNORECASE,
)
_READING = frozenset({"servervariables", "headers", "useragent", "urlreferrer", "crawler"})
_ENDS = frozenset({"end", "completerequest", "close"})
_MOST_TEXT = 256 * 1024


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first branch for crawlers with links to other servers."""
    if layer.is_joined or code.analysis.words().isdisjoint(_READING):
        return
    calls, constants = code.analysis.calls, joined_constants(code.analysis)
    may_be = possible_marks(calls, constants)
    if "who" not in may_be or may_be.isdisjoint({"crawler", "engine"}):
        return
    branches = Audiences(calls, find_relay_marks(calls, constants)).find()
    own: frozenset[str] | None = None
    for start, end in branches:
        links = dict(_iter_links(code, layer, constants, start, end))
        own = _own_hosts(code, layer, branches) if links and own is None else own
        links = {host: place for host, place in links.items() if host not in (own or ())}
        if links:
            ends = any(calls.lower[at] in _ENDS and calls.lower[at - 2] == "response" for at in range(start, end))
            yield _claim(layer, links, ends=ends)
            return


def _own_hosts(code: Code, layer: Layer, branches: Sequence[tuple[int, int]]) -> frozenset[str]:
    """Return the servers to which the page links outside of the branches for crawlers: for all visitors."""
    tokens = code.unit.tokens
    found, at = set[str](), 0
    for start, end in [
        *sorted((tokens.starts[start], tokens.ends[end - 1]) for start, end in branches),
        (_MOST_TEXT, 0),
    ]:
        if at < start:
            found |= {link[1].lower() for link in _LINK.finditer(layer.text, at, min(start, _MOST_TEXT))}
        at = max(at, end)
    return frozenset(found)


def _claim(layer: Layer, links: Mapping[str, tuple[int, int]], *, ends: bool) -> Finding:
    """Return the finding of a branch with links to these servers, at these ranges of the text."""
    first, *others = sorted(links)
    is_certain = ends or len(links) > 1
    shown = f"{first} and {len(others)} more" if others else first
    message = f"the page serves crawlers or visitors of search engines links to other servers ({shown})"
    return claim(
        RULE,
        f"{message}, and nothing else" if ends else message,
        layer.evidence(*min(links.values())),
        severity=Severity.CRITICAL if is_certain else None,
        confidence=Confidence.HIGH if is_certain else None,
    )


def _iter_links(
    code: Code, layer: Layer, constants: Mapping[int, Constant], start: int, end: int
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the servers to which the text of the page or the constants in a range of tokens link, with their places."""
    tokens = code.unit.tokens
    begin = tokens.starts[start]
    for link in _LINK.finditer(layer.text, begin, min(tokens.ends[end - 1], begin + _MOST_TEXT)):
        yield link[1].lower(), link.span()
    for at in range(start, end):
        constant = constants.get(at)
        if constant is not None and "//" in constant.value:
            for link in _LINK.finditer(constant.value[:_MOST_TEXT]):
                yield link[1].lower(), (tokens.starts[at], tokens.ends[at])
