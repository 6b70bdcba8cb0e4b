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
"""

from webshellhunt.analysis.arrivals import NOTHING, Arrival, Shown
from webshellhunt.analysis.capabilities import Weight
from webshellhunt.analysis.prefilter.features import uses_of
from webshellhunt.detectors.contract import Findings, claim_use, define_rule, detector
from webshellhunt.views.sample import Code, Layer

RULE = define_rule(__name__, "WSH1042", "critical", "high", "T1505.003", "T1070.006")
_CAPABILITY = "sets-file-times"


@detector(RULE, on=Code, needs=[uses_of(_CAPABILITY)])
def find(code: Code, layer: Layer) -> Findings:
    """Report the first time that is set on the page itself, else one of the request on its file."""
    uses = [*code.analysis.asked(_CAPABILITY)] if _CAPABILITY in code.analysis.uses else []
    own = next((use for use in uses if _is_page(_parts(use)[0])), None)
    if own is not None:
        message = f"the page sets the times of its own file: {own.name}"
        yield from claim_use(RULE, _CAPABILITY, message, layer, code, own.place, weight=Weight.CONVICTS)
        return
    chosen = next((use for use in uses if all(each.is_visited for each in _parts(use))), None)
    if chosen is not None:
        message = f"the page sets the times that the request names, of files that it names: {chosen.name}"
        yield from claim_use(RULE, _CAPABILITY, message, layer, code, chosen.place, weight=Weight.SUSPECTS)


def _parts(use: Arrival) -> tuple[Shown, Shown]:
    """Return the file and the time: the arguments of a call, else the owner of the property and its value."""
    parts = [*([use.subject] if use.is_assigned else []), *use.arguments, NOTHING, NOTHING]
    return parts[0], parts[1]


def _is_page(file: Shown) -> bool:
    """True if a file is the page in each alternative."""
    return bool(file.forms) and all(
        any(part.is_itself for part in form if not isinstance(part, str)) for form in file.forms
    )
