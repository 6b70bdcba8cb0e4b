"""A page serves search engines, or visitors from them, content from another server.

What it finds:
    A page that searches the user agent or the referrer for names of crawlers or search engines, and writes content
    from another server to the response, or redirects such visitors to another server. Also a page that sends its host
    name and the query or path of the request to a fixed server, or the visitor's user agent or referrer, and writes the
    answer to the response. The severity is critical where the response is the whole answer of that server, not a part
    of it, or where the page hides the name of an object. Without a search for crawlers, the answer must also replace
    the page (``Response.End``, ``Clear``), or its server be hidden or learn who the visitor is. This machine and
    private addresses are no other server.

Why it matters:
    Search engine spam: gambling and scam pages rank by the reputation of a compromised server, and its owner does not
    see them. The intruder who planted the page can write to the site, and decides on each request what it serves.

Looks like:
    ``InStr`` that searches ``HTTP_USER_AGENT`` for names of crawlers, then ``XMLHTTP`` and ``Response.Write``;
    ``DownloadString(address + Request.Url)`` in ``Application_BeginRequest``, with the address in Base64 or in pieces.

Benign look-alikes:
    Statistics that separate crawlers from people; redirects for mobile devices; menus and maps of a server of the
    owner, which are suspicious; licence checks that send the host name and show text of their own or a part of the
    answer; advertisers' snippets and services that render pages for crawlers, which are known by their names. Measured:
    0 of 38,046 honest pages and source files.

Blind spots:
    An answer that is kept in a file first; names of crawlers that are fetched too; a ``Select Case`` over the user
    agent itself; data flows across the files of a whole application.

References:
    https://www.welivesecurity.com/2021/08/06/anatomy-native-iis-malware/
"""

from collections.abc import Iterable, Iterator
from itertools import islice
from typing import NamedTuple

from webshellhunt.analysis.flow.audiences import ELSEWHERE, find_audiences
from webshellhunt.analysis.structure.joined_names import is_put_together
from webshellhunt.analysis.structure.object_names import plain_name
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lang.tree import Block, Node, walk
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1018", "high", "medium", "T1505.003", "T1608.006", idea="something else for crawlers")
_READING = frozenset({"servervariables", "headers", "useragent", "urlreferrer", "host", "authority", "url", "crawler"})
_SENDING = frozenset({"redirect", "redirectpermanent", "addheader", "appendheader"})
_SHOWN = frozenset({"text", "innerhtml", "raw"})
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
_ENDING = frozenset({"end", "clear", "clearcontent", "completerequest"})
_MOST_STATEMENTS = 500
_MOST_HOPS = 4
_MOST_SERVED = 50
"""Places where an answer is shown that are read."""
_NOT_HTTP = "connection"
_HEAD = 16
"""Characters of an address by which it is looked for in the code."""
# Origins of the request, by the ends of their names in lower case.
_WHO = ("http_user_agent')", "user-agent')", "http_referer')", "referer')", "useragent", "urlreferrer")
_WHOLE = ("absoluteuri", "originalstring", "request.url", "url.tostring")
_HOST = (*_WHOLE, "host')", "host")
_QUERY = (
    *_WHOLE, "query_string')", "x-rewrite-url')", "x-original-url')", "http_x_rewrite_url')", "http_x_original_url')",
    "unencoded_url')", "request.querystring", "query", "rawurl", "pathandquery", "absolutepath", "request.path",
)  # fmt: skip


class _Served(NamedTuple):
    """A place where content from another server is written to the response, and whether all of it is."""

    place: int
    whole: bool


class _Sent(NamedTuple):
    """What a fixed server gets to know: of the request, and about the visitor; whether its address is hidden."""

    page: bool
    who: bool
    hidden: bool


@detector(RULE, on=Code, needs=[_READING])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first such answer; skip whole applications."""
    if not _may_serve(code, layer) or (layer.is_joined and _is_long(code.unit.parsed.top)):
        return
    yield from _served(code, layer)
    if not _SENDING.isdisjoint(code.analysis.words()):
        yield from _redirected(code, layer)


def _is_long(top: Block) -> bool:
    """Return True if there are more statements than in a page that serves crawlers."""
    statements = 0
    for node in walk(top):
        if isinstance(node, Block):
            statements += len(node.statements)
            if statements > _MOST_STATEMENTS:
                return True
    return False


def _served(code: Code, layer: Layer) -> Findings:
    """Yield the first place where content from another server is written to the response."""
    fetched = [*islice(_iter_served(code), _MOST_SERVED)]
    if not fetched:
        return
    sent = [*_iter_sent(code)]
    told = _told(sent)
    recognises = find_audiences(code.analysis) is not None
    served = next((each for each in fetched if each.whole), fetched[0])
    hides = _hides_object(code)
    if not (recognises or told) or not (recognises or served.whole or hides):
        return  # a page that shows a part of an answer, such as that of a licence check
    readers = "crawlers or visitors of search engines" if recognises else "all visitors"
    hidden = ", and hides the name of an object" if hides else ""
    after = "" if recognises else f", after it sent {told} there"
    whole = ", all that this server answers," if served.whole else ""
    is_certain = hides or (served.whole and (bool(sent) if recognises else _is_all(code, sent)))
    yield claim(
        RULE,
        f"the page serves {readers} content from another server{whole}{after}{hidden}".replace(",,", ","),
        layer.place_evidence(code, served.place),
        severity=Severity.CRITICAL if is_certain else None,
        confidence=Confidence.HIGH if is_certain else None,
    )


def _iter_served(code: Code) -> Iterator[_Served]:
    """Yield the places where fetched content is written, or all of it becomes the text of a control."""
    for call in code.analysis.asked("shown"):
        traces = [
            t for given in call.arguments if _NOT_HTTP not in given.kinds for t in given.traces if t.kind == "remote"
        ]
        if traces:
            is_whole = _is_whole(code, call.place, {step for trace in traces for step in trace.names})
            if is_whole or not call.is_assigned:
                yield _Served(call.place, is_whole)


def _is_whole(code: Code, place: int, steps: set[str]) -> bool:
    """Return True if no part is taken of a fetched text in the statements by which it comes to a place."""
    index = code.analysis.index
    node = index.node_at(place)
    while (parent := index.parents.get(node)) is not None and not isinstance(parent, Block):
        node = parent
    waiting, seen, ways = [node], set[str](), {step.lower() for step in steps}
    for _ in range(_MOST_HOPS):
        names = {name for each in waiting for dotted in index.within(each) for name in dotted.names}
        if not names.isdisjoint(_PARTS):
            return False
        found = ((names & index.functions.keys()) | ways) - seen
        seen |= found
        waiting = [each.value for each in index.assignments if each.name in found]
    return True


def _iter_sent(code: Code) -> Iterator[_Sent]:
    """Yield what each constant address on another server gets to know."""
    literals = "\n".join(str(each.value) for each in code.analysis.index.literals).lower()
    for call in code.analysis.asked("fetched"):
        for given in call.arguments:
            heads = [form[0] for form in given.forms if isinstance(form[0], str) and ELSEWHERE.match(form[0])]
            if heads:
                origins = [trace.origin.lower() for trace in given.traces]
                has_host = "host" in given.kinds or any(origin.endswith(_HOST) for origin in origins)
                has_query = "page-path" in given.kinds or any(origin.endswith(_QUERY) for origin in origins)
                who = any(origin.endswith(_WHO) for origin in origins)
                hidden = not any(head.strip()[:_HEAD].lower() in literals for head in heads)
                yield _Sent(has_host and has_query, who, hidden)


def _told(sent: Iterable[_Sent]) -> str:
    """Return the request data that the page sends to a fixed server, ``""`` for none."""
    if any(each.page for each in sent):
        return "the name of this host"
    return "the user agent or referrer of the visitor" if any(each.who for each in sent) else ""


def _is_all(code: Code, sent: Iterable[_Sent]) -> bool:
    """Return True if the answer replaces the page, or if its server is hidden or also learns who the visitor is."""
    told = [each for each in sent if each.page]
    if any(each.hidden or each.who for each in told):
        return True
    ended = code.analysis.index.find(_ENDING) if told else ()
    return any("response" in dotted.names or dotted.names[-1] == "completerequest" for dotted in ended)


def _redirected(code: Code, layer: Layer) -> Findings:
    """Yield the first redirect to another server that only crawlers or visitors of search engines get."""
    chosen: list[Node] | None = None
    for call in code.analysis.asked("redirect"):
        texts = (form[0] for given in call.arguments for form in given.forms)
        if not any(isinstance(text, str) and ELSEWHERE.match(text) for text in texts):
            continue
        if chosen is None:
            audiences = find_audiences(code.analysis)
            chosen = [] if audiences is None else audiences.find()
        if any(each.start <= call.place < each.end for each in chosen):
            message = "the page recognises crawlers or visitors of search engines and redirects to another server"
            yield claim(RULE, message, layer.place_evidence(code, call.place))
            return


def _hides_object(code: Code) -> bool:
    """Return True if the name of an object is put together from pieces anywhere in the code."""
    constants = code.analysis.joined_constants().values()
    made = ((plain_name(each.value.strip().lower()), each) for each in constants if each.steps)
    return any(name in vocabulary().types and is_put_together(code.analysis.index, each) for name, each in made)


def _may_serve(code: Code, layer: Layer) -> bool:
    """Return True if the words of the code allow a finding: a prefilter."""
    words = code.analysis.words()
    return "response" in words or not words.isdisjoint(_SHOWN) or "<%=" in layer.text
