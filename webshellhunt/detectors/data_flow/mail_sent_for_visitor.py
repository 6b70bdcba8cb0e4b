"""A page sends mail of the request to a list of recipients of the request.

What it finds:
    A page in which the recipients, the subject and the text of a mail are request data, and in which the recipients are
    split into a list and sent one by one.

Why it matters:
    Intruders use servers to send spam and phishing from an address that others trust.

Looks like:
    A field with a list of addresses, ``Split``, and a loop around ``Send``.

Benign look-alikes:
    Newsletters take the recipients from a database; pages that recommend a page send one mail. Bulletin boards and
    group mail of clubs do the same: 13 of 9,818 pages of 42 other sites, all classic ASP, most by one shared include.
    The finding alone is unexplained.

Blind spots:
    Mail by a socket, or by a database.

References:
    https://attack.mitre.org/techniques/T1566/
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import compress

from webshellhunt.analysis.marks.marks import Marks, may_be_marked
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import claim, define_rule, detector
from webshellhunt.lang.dotted_names import last_name
from webshellhunt.lang.tree import Node
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1043",
    "mail-sent-for-visitor",
    Severity.MEDIUM,
    Confidence.LOW,
    page=__doc__,
    techniques=("T1505.003", "T1566"),
    is_tool=True,
)
_PARTS = {
    "to": "recipients", "addrecipient": "recipients", "subject": "subject", "body": "text", "textbody": "text",
    "htmlbody": "text",
}  # fmt: skip
_NEEDED = frozenset({"recipients", "subject", "text"})
_LOOPS = frozenset({"for", "foreach", "while", "do"})
_REQUEST = "request"


@detector(RULE, on=Code, needs=[uses_of("sends-mail"), frozenset({"split"}), frozenset({_REQUEST}), _LOOPS])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the call that sends."""
    words = code.analysis.words()
    sent = next(iter(code.analysis.uses.get("sends-mail", ())), None)
    if sent is None or "split" not in words or words.isdisjoint(_LOOPS):
        return
    index = code.analysis.index
    begins = dict.fromkeys(index.places_of({_REQUEST}), frozenset({_REQUEST}))
    parts = [(part, each.value) for each in index.assignments if (part := _PARTS.get(last_name(each.target)))]
    may_be = may_be_marked(index, begins, [value for _, value in parts]) if _are_all(parts) else ()
    parts = [*compress(parts, may_be)]
    marks = Marks(index, begins if _are_all(parts) else {})
    if _are_all((part, value) for part, value in parts if _REQUEST in marks.on(value)):
        message = "the page sends mail of the request to each recipient of a list of the request"
        yield claim(RULE, message, layer.place_evidence(code, sent.place))


def _are_all(parts: Iterable[tuple[str, Node]]) -> bool:
    """Return True if all parts of a mail that are needed are among some."""
    return {part for part, _ in parts} >= _NEEDED
