r"""A trace of a failed request has an attack.

What it finds:
    In the traces of IIS (``FailedReqLogFiles``): server code, a class of a gadget chain, an object of BinaryFormatter
    in the view state for a page of Exchange, or a suspicious command in the body of a request; a request that fits a
    pattern of exploitation; and an answer of a page below Exchange that Exchange does not ship.

Why it matters:
    It is the only log of IIS with the bodies of requests: the text of an intruder, word by word.

Looks like:
    ``fr000012.xml`` of ``POST /_layouts/15/ToolPane.aspx`` with ``ExcelDataSet`` in its body.

Benign look-alikes:
    Attempts of scanners that the server refused are information.

Blind spots:
    Tracing is off by default, and keeps 50 files for each site. Bodies beyond its limit are cut, and compressed bodies
    are not read.

References:
    https://learn.microsoft.com/iis/troubleshoot/using-failed-request-tracing/troubleshooting-failed-requests-using-tracing-in-iis
"""

from __future__ import annotations

import binascii
import re
from base64 import b64decode
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Final
from urllib.parse import unquote_plus

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.host.iis.failed_requests import LARGEST_BYTES, TracedRequest, is_failed_request, read_failed_request
from webshellhunt.knowledge.exchange_names import is_expected_page, is_of_setup
from webshellhunt.knowledge.suspicious_commands import find_suspicious_command
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import FactValue
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.traffic import LogFile, LogKind, Record
from webshellhunt.views.sample import Sample

if TYPE_CHECKING:
    from webshellhunt.logs.exploitation import ExploitQuestion

RULE = define_rule(__name__, "WSH7233", "medium", "high", "T1190")
_CODE = (
    (r"<%[@=#\s]|<script\b[^<>]{0,200}\brunat\s*=", "server code"),
    (
        r"\b(?:ObjectDataProvider|ExpandedWrapper|XamlReader|LosFormatter|TypeConfuseDelegate|ExcelDataSet)\b",
        "a class of a gadget chain",
    ),
)
_PATTERNS = tuple((lazy_pattern(pattern, re.IGNORECASE), words) for pattern, words in _CODE)
_STATE = lazy_pattern(r"__VIEWSTATE=([A-Za-z0-9+/]{40,8192})")
_OBJECT: Final = b"\0\1\0\0\0\xff\xff\xff\xff"
_ANSWERED: Final = frozenset({200, 500})
_START: Final = 2_048


def _is_trace(sample: Sample) -> bool:
    named = sample.artifact.name.lower().endswith(".xml") and len(sample.data) <= LARGEST_BYTES
    return named and is_failed_request(sample.data[:_START])


@detector(RULE, on=Sample, prefilter=_is_trace)
def find(sample: Sample) -> Findings:
    """Report an attack in a request, and a success that its answer shows."""
    request = read_failed_request(sample.data, sample.artifact.path) if _is_trace(sample) else None
    if request is None:
        return
    sent = f"{request.method} {request.path[:200]}, answered with {request.status or 'no status'}"
    facts: dict[str, FactValue] = {"path": request.path, "status": request.status or None, "pool": request.pool or None}
    for words, severity, confidence in _told(request, sample.artifact.path):
        message = f"{words} ({sent})"
        yield claim(RULE, message, sample.raw_evidence(0, 1), severity=severity, confidence=confidence, facts=facts)


def _told(request: TracedRequest, path: str) -> Iterator[tuple[str, Severity, Confidence]]:
    from webshellhunt.host.iis.stock_configuration import stock_handled_names  # here, for a quick start

    body = unquote_plus(request.body)
    words = next((words for pattern, words in _PATTERNS if pattern.search(body)), "")
    words = words or ("a view state with an object of BinaryFormatter" if _has_object(request.path, body) else "")
    command = None if words else find_suspicious_command(body)
    if words or command is not None:
        what = words or (command[0] if command is not None else "")
        yield f"the body of a request has {what}", RULE.severity, RULE.confidence
    yield from _exploits(request, path)
    name = request.path.lower().rpartition("/")[2]
    first = request.path.lower().strip("/").partition("/")[0]
    is_page = name.endswith(".aspx") and (first, name) not in stock_handled_names()
    if request.status in _ANSWERED and is_page and is_of_setup(request.path) and not is_expected_page(request.path):
        yield "a page that Exchange does not ship answered", RULE.severity, RULE.confidence


def _has_object(path: str, body: str) -> bool:
    """Return True if the view state for a page of Exchange holds an object of BinaryFormatter, as none has."""
    found = _STATE.search(body) if is_of_setup(path) else None
    try:
        return found is not None and _OBJECT in b64decode(found[1][: len(found[1]) // 4 * 4])
    except binascii.Error:
        return False


def _exploits(request: TracedRequest, path: str) -> Iterator[tuple[str, Severity, Confidence]]:
    """Yield the exploits whose pattern a request fits, graded by its answer."""
    from webshellhunt.model.exploitation import Grade  # here, for a quick start

    columns = {
        "cs-method": request.method,
        "cs-uri-stem": request.path,
        "cs-uri-query": request.query,
        "sc-status": str(request.status or ""),
        **{f"cs({each})": request.header(each) for each in ("user-agent", "cookie", "referer")},
    }
    question = _question()
    tally = question.tally(LogFile(path, LogKind.IIS))
    tally.take(Record(path, 1, LogKind.IIS, {name: value for name, value in columns.items() if value}))
    for (slug, name), requests in tally.found.items():
        succeeded = max(requests.counts) >= Grade.SUCCEEDED
        severity = Severity.HIGH if succeeded else Severity.INFO
        yield f"a request fits the exploit {slug} ({name})", severity, Confidence.MEDIUM


@lru_cache(maxsize=1)
def _question() -> ExploitQuestion:
    from webshellhunt.knowledge.exploitation_patterns import load_patterns  # here, for a quick start
    from webshellhunt.logs.exploitation import exploit_questions

    return next(each for each in exploit_questions(load_patterns().exploits) if each.kind is LogKind.IIS)
