"""Request data is written to a file that the request names.

What it finds:
    A page that writes request data to a file whose name comes from the request (other than the name of an upload), or
    is a constant with an executable extension. Severity and confidence depend on the parts of content and path: they
    are high where both are request data alone, so that the visitor writes any page, and where a page overwrites itself;
    a name that ends in a constant extension that no server executes is no finding. An allow-list of harmless extensions
    lowers the severity. Also an upload that is stored under its own name in the folder of the page or of the site,
    critical where the page checks a password that is a constant of the page.

Why it matters:
    Such a page plants the next shell, or any page, in every folder that the service may write to.

Looks like:
    A text area and a path field; ``CreateTextFile`` or ``File.WriteAllText`` with both.

Benign look-alikes:
    Upload handlers of content systems, which set folder and extension themselves. Template editors that require a
    sign-in: the rule cannot distinguish them, so review them.

Blind spots:
    Content that passes through a database first. An allow-list of harmless extensions that the page does not enforce.

References:
    https://attack.mitre.org/techniques/T1105/
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from itertools import product

from webshellhunt.code.passwords import find_own_password
from webshellhunt.code.trace import ITSELF, Flow
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.knowledge.published_writers import find_published_writer
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1004",
    "request-writes-file",
    Severity.HIGH,
    Confidence.MEDIUM,
    page=__doc__,
    techniques=("T1505.003", "T1105"),
    is_tool=True,
)
_EXECUTABLE = lazy_pattern(
    r"\.(as[pahm]x?|ascx|ashx|asmx|cer|cdx|asa|svc|soap|cshtml|config)(;[^/\\]{0,40})?[. ]{0,8}$", re.IGNORECASE
)
_BODY = "request.binaryread"
_FAR = 300  # tokens between the content and the name of one file
_MOST = 12  # flows of each kind that are paired
_CHECKS = frozenset({"getextension", "endswith", "lastindexof", "contenttype", "substring", "instrrev", "right"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a page that writes request data to a path of the request, or into a page."""
    flows = [flow for flow in code.analysis.all_flows() if flow.trace is not None]
    contents = sorted((f for f in flows if f.kind == "write-content" and f.from_visitor), key=_rank)
    paths = sorted((f for f in flows if f.kind == "write-path" and _may_name_a_page(f)), key=_rank)
    if contents and paths:
        content, path = _nearest(code, contents[:_MOST], paths[:_MOST])
        words = "; ".join(dict.fromkeys((content.words, path.words)))
        message = f"the request sets both content and name of a file: {words}"
        evidence = (layer.token_evidence(code, path.token), layer.token_evidence(code, content.token))
        severity, confidence = _weigh(content, path)
        if code.analysis.takes_harmless_kinds:
            message += "; the page has an allow-list of harmless file types"
            severity = Severity.HIGH if severity is Severity.CRITICAL and not _is_upload(content) else Severity.MEDIUM
        writer = find_published_writer(code.analysis.words())
        if writer is not None:
            message += f"; this is {writer.product}, which lets any visitor write files"
            severity = min(severity, Severity.MEDIUM)
        facts = {"request_key": path.key or content.key}
        yield claim(RULE, message, *evidence, severity=severity, confidence=confidence, facts=facts)
    elif contents:
        yield from _written_as_page(code, layer, contents[0])
    upload = next((f for f in flows if _is_beside(f)), None)
    if upload is not None and not paths and _CHECKS.isdisjoint(code.analysis.words()):
        message = (
            f"an upload of any type is stored under its own name in the folder of the page or the site: {upload.words}"
        )
        yield from _upload_to_page_folder(code, layer, upload, message)


def _upload_to_page_folder(code: Code, layer: Layer, upload: Flow, message: str) -> Iterator[Finding]:
    """Report an upload that may be a page; a password in the page itself is a mark of a shell, not of a site."""
    evidence = [layer.token_evidence(code, upload.token)]
    password = find_own_password(code.unit, code.analysis.calls)
    if password is None:
        yield claim(RULE, message, *evidence)
        return
    evidence.append(layer.token_evidence(code, password))
    message += "; a password in the page protects it"
    yield claim(RULE, message, *evidence, severity=Severity.CRITICAL, confidence=Confidence.HIGH)


def _nearest(code: Code, contents: Sequence[Flow], paths: Sequence[Flow]) -> tuple[Flow, Flow]:
    """Return the content and the name that most likely belong to one file: in one function, close to each other."""
    bodies = sorted(code.unit.functions, key=lambda function: function.start)
    starts = [function.start for function in bodies]

    def far(pair: tuple[Flow, Flow]) -> tuple[bool, bool, int]:
        content, path = pair
        places = {bisect_right(starts, flow.token) for flow in pair}
        distance = abs(content.token - path.token)
        return len(places) > 1 or distance > _FAR, path.sink.argument != 0, distance

    def order(pair: tuple[Flow, Flow]) -> tuple[bool, bool, tuple[bool, bool], tuple[bool, bool], int]:
        apart, copied, distance = far(pair)
        return apart, copied, _rank(pair[0]), _rank(pair[1]), distance

    return min(product(contents, paths), key=order)


def _written_as_page(code: Code, layer: Layer, content: Flow) -> Iterator[Finding]:
    """Report request data that is written to a page with a constant name, or to this page."""
    named, text = next((each for each in code.analysis.written_names() if _is_page(each[1])), (None, ""))
    if named is not None:
        message = f"request data is written to an executable file: {content.words}"
        evidence = (layer.token_evidence(code, named), layer.token_evidence(code, content.token))
        itself, whole = text == ITSELF, _is_whole(content)
        severity = Severity.CRITICAL if itself and whole else Severity.MEDIUM if not (itself or whole) else None
        confidence = Confidence.HIGH if severity is Severity.CRITICAL else None
        yield claim(RULE, message, *evidence, severity=severity, confidence=confidence)


def _weigh(content: Flow, path: Flow) -> tuple[Severity, Confidence]:
    """Return the severity and the confidence, by the parts of content and path that are request data alone."""
    if content.trace is not None and content.trace.kind == "upload":
        anywhere = path.shape.is_whole and not path.shape.is_mapped
        return (Severity.CRITICAL, Confidence.HIGH) if anywhere else (Severity.MEDIUM, Confidence.MEDIUM)
    if _is_whole(content) and path.shape.is_whole:
        return Severity.CRITICAL, Confidence.HIGH
    return (Severity.HIGH if _is_whole(content) or path.shape.is_whole else Severity.MEDIUM), Confidence.MEDIUM


def _is_upload(flow: Flow) -> bool:
    """Return True if the content is an uploaded file, or the request body that contains one."""
    return flow.trace is not None and (flow.trace.kind == "upload" or flow.trace.origin.lower() == _BODY)


def _rank(flow: Flow) -> tuple[bool, bool]:
    """Return the sort key of a flow: request data alone first, then paths that are not mapped below the site."""
    return not _is_whole(flow), flow.shape.is_mapped


def _is_whole(flow: Flow) -> bool:
    return flow.shape.is_whole


def _is_beside(flow: Flow) -> bool:
    """Return True if an upload is written to the folder of the page, or to the top folder of the site."""
    posted = flow.trace is not None and flow.trace.kind == "upload"
    here = flow.shape.is_beside or (flow.shape.is_whole and flow.shape.is_mapped)
    return posted and flow.kind == "write-path" and here


def _may_name_a_page(flow: Flow) -> bool:
    """Return True if request data is part of a file name that may end in the extension of a page."""
    named = flow.trace is not None and flow.trace.kind == "visitor"
    return named and any(text is None or _is_page(text) for text in flow.shape.tails or {None})


def _is_page(text: str) -> bool:
    return text == ITSELF or _EXECUTABLE.search(text) is not None
