"""What a visitor sends is written to a file that the visitor names.

What it finds:
    A page where text of the request becomes the content of a file, and the request (not the upload's own name) or a
    constant with an executable extension names that file. How sure it is depends on how content and path are put
    together: where nothing of the page's own stands in front of either, the visitor writes any page; where the name
    ends in a constant that no server executes, none; a page that is written over with it is sure. Where the page keeps
    a list of harmless extensions, it is less sure. Also an upload that keeps its own name beside the
    page; it is sure where the page asks for a password that stands in it.

Why it matters:
    Such a page plants the next shell, or any page, wherever the service may write.

Looks like:
    A text area and a path field; ``CreateTextFile`` or ``File.WriteAllText`` with both.

Benign look-alikes:
    Upload handlers of content systems, which choose folder and extension themselves, and template editors behind a
    login: the latter look the same to us and are worth a look.

Blind spots:
    Content that goes through a database first. A list of harmless extensions that is kept for show.

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
from webshellhunt.lazy_pattern import late_pattern
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1004", "request-writes-file", Severity.HIGH, Confidence.MEDIUM, page=__doc__, techniques=("T1505.003", "T1105")
)
_EXECUTABLE = late_pattern(
    r"\.(as[pahm]x?|ascx|ashx|asmx|cer|cdx|asa|svc|soap|cshtml|config)(;[^/\\]{0,40})?[. ]{0,8}$", re.IGNORECASE
)
_BODY = "request.binaryread"
_FAR = 300  # tokens between what is written and where to, of one file
_MOST = 12  # flows of each kind that are paired
_CHECKS = frozenset({"getextension", "endswith", "lastindexof", "contenttype", "substring", "instrrev", "right"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report a page that writes the visitor's content to the visitor's path, or into a page."""
    flows = [flow for flow in code.analysis.all_flows() if flow.trace is not None]
    contents = sorted((f for f in flows if f.kind == "write-content" and f.from_visitor), key=_rank)
    paths = sorted((f for f in flows if f.kind == "write-path" and _may_name_a_page(f)), key=_rank)
    if contents and paths:
        content, path = _nearest(code, contents[:_MOST], paths[:_MOST])
        roads = "; ".join(dict.fromkeys((content.words, path.words)))
        message = f"a visitor chooses both content and name of a file: {roads}"
        evidence = (layer.token_evidence(code, path.token), layer.token_evidence(code, content.token))
        severity, confidence = _weigh(content, path)
        if code.analysis.takes_harmless_kinds:
            message += "; the page lists the kinds of files that it takes"
            severity = Severity.HIGH if severity is Severity.CRITICAL and not _is_upload(content) else Severity.MEDIUM
        facts = {"request_key": path.key or content.key}
        yield claim(RULE, message, *evidence, severity=severity, confidence=confidence, facts=facts)
    elif contents:
        yield from _written_as_page(code, layer, contents[0])
    beside = next((f for f in flows if _is_beside(f)), None)
    if beside is not None and not paths and _CHECKS.isdisjoint(code.analysis.words()):
        message = f"an upload keeps its own name, beside the page, whatever it is: {beside.words}"
        yield from _upload_beside(code, layer, beside, message)


def _upload_beside(code: Code, layer: Layer, beside: Flow, message: str) -> Iterator[Finding]:
    """Report an upload that may be a page; no site lets in whoever knows a word that stands in a page."""
    evidence = [layer.token_evidence(code, beside.token)]
    password = find_own_password(code.unit, code.analysis.calls)
    if password is None:
        yield claim(RULE, message, *evidence)
        return
    evidence.append(layer.token_evidence(code, password))
    told = f"{message}; for whoever sends a password that stands in the page"
    yield claim(RULE, told, *evidence, severity=Severity.CRITICAL, confidence=Confidence.HIGH)


def _nearest(code: Code, contents: Sequence[Flow], paths: Sequence[Flow]) -> tuple[Flow, Flow]:
    """Return the content and the name that most likely are of one file: in one function, not far from each other."""
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
    """Report what is written to a file that is a page by its constant name, or is this page."""
    named, text = next((each for each in code.analysis.written_names() if _is_page(each[1])), (None, ""))
    if named is not None:
        message = f"text that a visitor sends is written to an executable file: {content.words}"
        evidence = (layer.token_evidence(code, named), layer.token_evidence(code, content.token))
        itself, whole = text == ITSELF, _is_whole(content)
        severity = Severity.CRITICAL if itself and whole else Severity.MEDIUM if not (itself or whole) else None
        confidence = Confidence.HIGH if severity is Severity.CRITICAL else None
        yield claim(RULE, message, *evidence, severity=severity, confidence=confidence)


def _weigh(content: Flow, path: Flow) -> tuple[Severity, Confidence]:
    """Return how bad and how sure it is that the visitor makes a page of his own, by what of both is his alone."""
    if content.trace is not None and content.trace.kind == "upload":
        anywhere = path.shape.is_whole and not path.shape.is_mapped
        return (Severity.CRITICAL, Confidence.HIGH) if anywhere else (Severity.MEDIUM, Confidence.MEDIUM)
    if _is_whole(content) and path.shape.is_whole:
        return Severity.CRITICAL, Confidence.HIGH
    return (Severity.HIGH if _is_whole(content) or path.shape.is_whole else Severity.MEDIUM), Confidence.MEDIUM


def _is_upload(flow: Flow) -> bool:
    """Tell whether what arrives is a posted file, or the body of the request that holds one."""
    return flow.trace is not None and (flow.trace.kind == "upload" or flow.trace.origin.lower() == _BODY)


def _rank(flow: Flow) -> tuple[bool, bool]:
    """Order flows: what is the visitor's alone first, and what lies anywhere on the disk."""
    return not _is_whole(flow), flow.shape.is_mapped


def _is_whole(flow: Flow) -> bool:
    return flow.shape.is_whole


def _is_beside(flow: Flow) -> bool:
    """Tell whether a posted file is written where the page itself is, or at the top of the site."""
    posted = flow.trace is not None and flow.trace.kind == "upload"
    here = flow.shape.is_beside or (flow.shape.is_whole and flow.shape.is_mapped)
    return posted and flow.kind == "write-path" and here


def _may_name_a_page(flow: Flow) -> bool:
    """Tell whether a visitor has a say in a file's name that may end as that of a page does."""
    named = flow.trace is not None and flow.trace.kind == "visitor"
    return named and any(text is None or _is_page(text) for text in flow.shape.tails or {None})


def _is_page(text: str) -> bool:
    return text == ITSELF or _EXECUTABLE.search(text) is not None
