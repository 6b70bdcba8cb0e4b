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
    An answer that is kept in a file first; names of crawlers that are fetched too; addresses that only a decoder of the
    page makes; a ``Select Case`` over the user agent itself; data flows across the files of a whole application.

References:
    https://attack.mitre.org/techniques/T1608/006/
    https://www.welivesecurity.com/2021/08/06/anatomy-native-iis-malware/
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from webshellhunt.analysis.flow.joined_constants import joined_constants
from webshellhunt.analysis.marks.argument_marks import arguments_at, marks_of_owner
from webshellhunt.analysis.marks.audiences import Audiences
from webshellhunt.analysis.marks.marks import Marks
from webshellhunt.analysis.marks.relay_marks import find_relay_marks, possible_marks
from webshellhunt.analysis.structure.joined_names import is_put_together
from webshellhunt.analysis.structure.object_names import plain_name
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lang.dotted_names import last_name
from webshellhunt.lang.tree import Block, Member, Node, walk
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.pages.page import BlockKind
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1018",
    "content-for-crawlers",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1608.006"),
)
_READING = frozenset({"servervariables", "headers", "useragent", "urlreferrer", "host", "authority", "url", "crawler"})
_FETCHING = frozenset(
    {
        "open", "create", "createhttp", "downloadstring", "downloaddata", "openread", "getstringasync", "getasync",
        "downloadstringtaskasync", "uploadstring", "uploadvalues", "postasync", "getbytearrayasync", "getstreamasync",
    }
)  # fmt: skip
_WRITING = frozenset({"write", "binarywrite", "writeasync", "raw"})
_COPYING = frozenset({"copyto", "copytoasync"})
_EXPRESSIONS = frozenset({BlockKind.EXPRESSION, BlockKind.RAZOR_EXPRESSION, BlockKind.ENCODED_EXPRESSION})
_SENDING = frozenset({"redirect", "redirectpermanent", "addheader", "appendheader"})
_SHOWN = frozenset({"text", "innerhtml"})
_ENDING = frozenset({"end", "clear", "clearcontent", "completerequest"})
_MOST_STATEMENTS = 500
_RELAYS = (frozenset({"elsewhere", "host", "query"}), frozenset({"elsewhere", "who"}))


class _Served(NamedTuple):
    """A place where content from another server is written to the response, and whether all of it is."""

    place: int
    whole: bool


@detector(RULE, on=Code, needs=[_READING])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first such answer; skip whole applications, in which marks spread to everything."""
    if not _may_serve(code, layer) or (layer.is_joined and _is_long(code.unit.parsed.top)):
        return
    constants = joined_constants(code.analysis)
    patterns = layer.text.lower() if code.unit.language == "jscript" else ""
    if not _is_enough(possible_marks(constants, code.analysis.words(), patterns)):
        return
    index = code.analysis.index
    marks = find_relay_marks(index, constants)
    audiences = Audiences(index, marks)
    yield from _served(code, layer, marks, recognises=audiences.recognises())
    if not _SENDING.isdisjoint(code.analysis.words()):
        yield from _redirected(code, layer, marks, audiences)


def _is_long(top: Block) -> bool:
    """Return True if there are more statements than in a page that serves crawlers."""
    statements = 0
    for node in walk(top):
        if isinstance(node, Block):
            statements += len(node.statements)
            if statements > _MOST_STATEMENTS:
                return True
    return False


def _served(code: Code, layer: Layer, marks: Marks, *, recognises: bool) -> Iterator[Finding]:
    """Yield the first place where content from another server is written to the response."""
    sent = _sent_there(marks)
    fetched = list(_iter_served(layer, marks)) if recognises or sent else []
    served = next((each for each in fetched if each.whole), fetched[0] if fetched else None)
    if served is None or (not recognises and not sent):
        return
    readers = "crawlers or visitors of search engines" if recognises else "all visitors"
    hides = _hides_object(code)
    if not (recognises or served.whole or hides):
        return  # a page that shows a part of an answer, such as that of a licence check
    hidden = ", and hides the name of an object" if hides else ""
    told = "" if recognises else f", after it sent {sent} there"
    whole = ", all that this server answers," if served.whole else ""
    is_certain = hides or (served.whole and (_is_elsewhere(marks) if recognises else _is_all(marks)))
    yield claim(
        RULE,
        f"the page serves {readers} content from another server{whole}{told}{hidden}".replace(",,", ","),
        layer.place_evidence(code, served.place),
        severity=Severity.CRITICAL if is_certain else None,
        confidence=Confidence.HIGH if is_certain else None,
    )


def _copied(marks: Marks) -> Iterator[_Served]:
    """Yield the calls that copy fetched content to the stream of the response."""
    for call in marks.iter_calls(_COPYING):
        receiver = (each for argument in arguments_at(marks.index, call.place) for each in marks.index.within(argument))
        on = marks_of_owner(marks, call.place)
        if "fetched" in on and any("response" in each.names for each in receiver):
            yield _Served(call.place, "answer" in on)


def _in_expressions(layer: Layer, marks: Marks) -> Iterator[_Served]:
    """Yield the expression blocks of the page, such as ``<%= %>``, that write fetched content."""
    for block in layer.page.blocks if not layer.is_joined else ():
        if block.kind in _EXPRESSIONS:
            start, end = marks.index.places_between(block.start, block.end)
            on = marks.on_range(start, end)
            if "fetched" in on:
                yield _Served(start, "answer" in on)


def _iter_served(layer: Layer, marks: Marks) -> Iterator[_Served]:
    """Yield the places where fetched content is written, or becomes the text of a control."""
    aliases = {edge.name.lower() for edge in marks.edges if last_name(edge.value) == "response"}
    for names, place, on in marks.iter_calls(_WRITING):
        writes = "response" in names or "html" in names or names[0] in aliases or names[0] == "output"
        if "fetched" in on and writes:
            yield _Served(place, "answer" in on)
    yield from _copied(marks)
    yield from _in_expressions(layer, marks)
    for each in marks.index.assignments:
        target = each.target
        if isinstance(target, Member) and last_name(target) in _SHOWN and "answer" in marks.on(each.value):
            yield _Served(target.end - 1, whole=True)


def _sent_there(marks: Marks) -> str:
    """Return the request data that the page sends to a fixed server, ``""`` for none."""
    sent = [on for names, _, on in marks.iter_calls(_FETCHING) if names[-1] in _FETCHING]
    if any(on >= _RELAYS[0] for on in sent):
        return "the name of this host"
    return "the user agent or referrer of the visitor" if any(on >= _RELAYS[1] for on in sent) else ""


def _is_all(marks: Marks) -> bool:
    """Return True if the answer replaces the page, or if its server is hidden or also learns who the visitor is."""
    sent = [on for names, _, on in marks.iter_calls(_FETCHING) if names[-1] in _FETCHING and on >= _RELAYS[0]]
    if any(not on.isdisjoint({"hidden", "who"}) for on in sent):
        return True
    ended = marks.index.find(_ENDING) if sent else ()
    return any("response" in dotted.names or dotted.names[-1] == "completerequest" for dotted in ended)


def _is_elsewhere(marks: Marks) -> bool:
    """Return True if a request goes to a constant address on another server."""
    return any("elsewhere" in on for names, _, on in marks.iter_calls(_FETCHING) if names[-1] in _FETCHING)


def _redirected(code: Code, layer: Layer, marks: Marks, audiences: Audiences) -> Iterator[Finding]:
    """Yield the first redirect to another server that only crawlers or visitors of search engines get."""
    chosen: list[Node] | None = None
    for names, place, on in marks.iter_calls(_SENDING):
        if "elsewhere" not in on or "response" not in names:
            continue
        chosen = audiences.find() if chosen is None else chosen
        if any(each.start <= place < each.end for each in chosen):
            message = "the page recognises crawlers or visitors of search engines and redirects to another server"
            yield claim(RULE, message, layer.place_evidence(code, place))
            return


def _hides_object(code: Code) -> bool:
    """Return True if the name of an object is put together from pieces anywhere in the code."""
    constants = code.analysis.joined_constants().values()
    made = ((plain_name(each.value.strip().lower()), each) for each in constants if each.steps)
    return any(name in vocabulary().types and is_put_together(code.analysis.index, each) for name, each in made)


def _may_serve(code: Code, layer: Layer) -> bool:
    """Return True if the words of the code allow a finding: a prefilter."""
    words = code.analysis.words()
    if "response" not in words and words.isdisjoint(_SHOWN | {"raw"}) and "<%=" not in layer.text:
        return False
    return not words.isdisjoint(_READING)


def _is_enough(marks: frozenset[str]) -> bool:
    """Return True if these marks, all on one value, would make a finding."""
    recognises = "who" in marks and not marks.isdisjoint({"crawler", "engine"})
    return recognises or any(marks >= each | {"fetched"} for each in _RELAYS)
