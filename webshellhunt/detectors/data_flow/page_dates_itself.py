"""A page sets its own file times.

What it finds:
    A page that changes when a file was made or written, where the path of the file comes from the path of the page. One
    where both the file and the time are request data is suspicious.

Why it matters:
    An investigator looks for files that are as young as the intrusion. A page that takes the date of its neighbours
    hides from that.

Looks like:
    ``File.SetLastWriteTime(Request.PhysicalPath, File.GetLastWriteTime(…))``.

Benign look-alikes:
    File managers and unpackers set the times of other files, which is nothing by itself (3 honest pages do). Of 6,157
    honest pages of the corpus and 20,665 of other sites, none sets its own.

Blind spots:
    A page that is named by a constant; times that another page sets.

References:
    https://attack.mitre.org/techniques/T1070/006/
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.capabilities import Weight, capabilities
from webshellhunt.code.argument_marks import OnlyGiven, arguments_at, mark_texts
from webshellhunt.code.assignments import COMPARES
from webshellhunt.code.marks import Marks
from webshellhunt.detectors.contract import claim_use, define_rule, detector
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(
    "WSH1042",
    "page-dates-itself",
    Severity.CRITICAL,
    Confidence.HIGH,
    page=__doc__,
    techniques=("T1505.003", "T1070.006"),
)
_ITSELF, _REQUEST = "itself", "request"
_VARIABLES = dict.fromkeys(("script_name", "path_translated", "path_info"), _ITSELF)
_MEMBERS = frozenset({"physicalpath", "filepath", "currentexecutionfilepath", "apprelativecurrentexecutionfilepath"})
_OF_CALLER = frozenset({"request", "current", "context", "httpcontext", "page"})


@detector(RULE, on=Code)
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first time that is set on the page itself, else one of the request on its file."""
    uses = code.analysis.uses.get("sets-file-times", ())
    if not uses:
        return
    begins = {at: each for at, each in mark_texts(code.analysis, _VARIABLES).items() if _is_asked(code, at)}
    for _, name in code.analysis.calls.find(_MEMBERS):
        if not _OF_CALLER.isdisjoint(name.names[:-1]):
            begins[name.tokens[-1]] = frozenset({_ITSELF})
    own = OnlyGiven(code.analysis, begins)
    for use in uses:
        if own.has(*_file_of(code, use.token)):
            message = f"the page sets the times of its own file: {use.name}"
            capability = capabilities()["sets-file-times"]
            yield from claim_use(RULE, capability, message, layer, code, use.token, weight=Weight.CONVICTS)
            return
    chosen = next((use for use in uses if _is_chosen(code, use.token)), None)
    if chosen is not None:
        message = f"the page sets the times that the request names, of files that it names: {chosen.name}"
        capability = capabilities()["sets-file-times"]
        yield from claim_use(RULE, capability, message, layer, code, chosen.token, weight=Weight.SUSPECTS)


def _is_chosen(code: Code, token: int) -> bool:
    """Return True if both the file and its time have request data in them."""
    calls, unit = code.analysis.calls, code.unit
    begins = {at: frozenset({_REQUEST}) for at in calls.indexes_of({_REQUEST})}
    start, end = arguments_at(unit, token)
    if not begins or start >= end:
        return False
    marks = Marks(calls, begins)
    is_call = unit.is_op(token + 1, "(")
    parts = list(calls.split(start, end)) if is_call else [_file_of(code, token), (start, end)]
    return len(parts) > 1 and all(marks.on(*part) for part in parts[:2])


def _is_asked(code: Code, token: int) -> bool:
    """Return True if a constant is the only argument or index of something."""
    return code.unit.value(token - 1) in ("(", "[")


def _file_of(code: Code, token: int) -> tuple[int, int]:
    """Return the range that names the file: the first argument of a call, else the owner of the property."""
    calls, unit = code.analysis.calls, code.unit
    number = unit.statement_at(token)
    start = token if number is None else unit.statements[number][0]
    before = calls.lower[start:token]
    if number is None or (unit.is_vb and before[:1] and before[0] in COMPARES and "then" not in before):
        return token, token
    if unit.is_op(token + 1, "("):
        return next(iter(calls.split(token + 2, unit.match.get(token + 1, token + 2))), (token, token))
    subject = next((calls.subjects[root] for root in calls.roots_in(token, token + 1) if root in calls.subjects), None)
    return subject or (start, token)
