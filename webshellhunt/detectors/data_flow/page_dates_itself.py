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

from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.marks.argument_marks import (
    OnlyGiven,
    arguments_at,
    first_arguments,
    is_called,
    mark_texts,
    owner_at,
)
from webshellhunt.analysis.marks.marks import Marks, may_be_marked
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import claim_use, define_rule, detector
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Node
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
_CAPABILITY = "sets-file-times"
_VARIABLES = dict.fromkeys(("script_name", "path_translated", "path_info"), _ITSELF)
_MEMBERS = frozenset({"physicalpath", "filepath", "currentexecutionfilepath", "apprelativecurrentexecutionfilepath"})
_OF_CALLER = frozenset({"request", "current", "context", "httpcontext", "page"})


@detector(RULE, on=Code, needs=[uses_of(_CAPABILITY)])
def find(code: Code, layer: Layer) -> Iterator[Finding]:
    """Report the first time that is set on the page itself, else one of the request on its file."""
    uses = code.analysis.uses.get(_CAPABILITY, ())
    if not uses:
        return
    analysis, index = code.analysis, code.analysis.index
    begins = {*mark_texts(analysis.constants, _VARIABLES)}
    if begins:
        begins &= first_arguments(index)
    for name in index.find(_MEMBERS):
        if not _OF_CALLER.isdisjoint(name.names[:-1]):
            begins.add(name.place)
    own = OnlyGiven(index, begins)
    for use in uses:
        if own.has(_file_of(index, use.place)):
            message = f"the page sets the times of its own file: {use.name}"
            yield from claim_use(RULE, _CAPABILITY, message, layer, code, use.place, weight=Weight.CONVICTS)
            return
    chosen = next((use for use in uses if _is_chosen(index, use.place)), None)
    if chosen is not None:
        message = f"the page sets the times that the request names, of files that it names: {chosen.name}"
        yield from claim_use(RULE, _CAPABILITY, message, layer, code, chosen.place, weight=Weight.SUSPECTS)


def _is_chosen(index: SyntaxIndex, place: int) -> bool:
    """Return True if both the file and its time have request data in them."""
    begins = dict.fromkeys(index.places_of({_REQUEST}), frozenset({_REQUEST}))
    arguments = arguments_at(index, place)
    if not begins or not arguments:
        return False
    parts = arguments if is_called(index, place) else [_file_of(index, place), *arguments]
    both = [part for part in parts[:2] if part is not None]
    if len(both) < 2 or not all(may_be_marked(index, begins, both)):
        return False
    marks = Marks(index, begins)
    return all(map(marks.on, both))


def _file_of(index: SyntaxIndex, place: int) -> Node | None:
    """Return the expression that names the file: the first argument of a call, else the owner of the property."""
    arguments = arguments_at(index, place)
    if is_called(index, place):
        return arguments[0] if arguments else None
    return owner_at(index, place) if arguments else None
