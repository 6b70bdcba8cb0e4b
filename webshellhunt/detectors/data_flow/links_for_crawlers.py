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
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import pairwise

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.flow.audiences import KNOWN_SERVICES, find_audiences
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Node
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1046", "high", "medium", "T1505.003", "T1608.006", idea="something else for crawlers")
_KNOWN = (
    rf"{KNOWN_SERVICES}|(?:[\w.-]+\.)?(?:google(?:apis|tagmanager|-analytics)?\.\w+|gstatic\.com|schema\.org|w3\.org|ogp\.me"
    r"|jquery\.com|bootstrapcdn\.com|cloudflare\.com|jsdelivr\.net|facebook\.\w+|twitter\.com|microsoft\.com)"
)
_LINK = lazy_pattern(
    r"(?i)(?:(?<![\w-])(?:href|src)|location(?:\.href)?|url)[\"']{0,2}\s*+(?:=|\.(?:replace|assign)\s*+\()\s*+[\"'\\]{0,3}+"
    rf"(?:https?:)?//(?!{_KNOWN}(?![\w.-]))((?:[\w-]+\.)+[a-z]{{2,24}})"
)
_READING = frozenset({"servervariables", "headers", "useragent", "urlreferrer", "crawler"})
_ENDS = frozenset({"end", "completerequest", "close"})
_MOST_TEXT = 256 * 1024


@detector(RULE, on=Code, needs=[_READING])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first branch for crawlers with links to other servers."""
    if layer.is_joined or code.analysis.words().isdisjoint(_READING):
        return
    audiences = find_audiences(code.analysis)
    if audiences is None:
        return
    index, constants, branches = code.analysis.index, code.analysis.joined_constants(), audiences.find()
    own: frozenset[str] | None = None
    for branch in branches:
        links = dict(_iter_links(layer, index, constants, branch))
        own = _own_hosts(layer, [index.span_of(each) for each in branches]) if links and own is None else own
        links = {host: place for host, place in links.items() if host not in (own or ())}
        if links:
            yield _claim(layer, links, ends=any(map(_ends, index.within(branch))))
            return


def _ends(name: DottedName) -> bool:
    """Return True if a name is that of a member that ends the response."""
    return any(owner == "response" and word in _ENDS for owner, word in pairwise(name.names))


def _own_hosts(layer: Layer, branches: Iterable[tuple[int, int]]) -> frozenset[str]:
    """Return the servers to which the page links outside of the branches for crawlers: for all visitors."""
    found, at = set[str](), 0
    for start, end in [*sorted(branches), (_MOST_TEXT, 0)]:
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
    layer: Layer, index: SyntaxIndex, constants: Mapping[int, Constant], branch: Node
) -> Iterator[tuple[str, tuple[int, int]]]:
    """Yield the servers to which the text of the page or the constants in a branch link, with their ranges."""
    start, end = index.span_of(branch)
    for link in _LINK.finditer(layer.text, start, min(end, start + _MOST_TEXT)):
        yield link[1].lower(), link.span()
    for place in range(branch.start, branch.end):
        constant = constants.get(place)
        if constant is not None and "//" in constant.value:
            for link in _LINK.finditer(constant.value[:_MOST_TEXT]):
                yield link[1].lower(), index.span_of(Node(place, place + 1))
