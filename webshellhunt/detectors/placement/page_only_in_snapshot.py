r"""A page is in a shadow copy of the drive, and not on the drive any more.

What it finds:
    A page in a directory of setup, in a volume shadow copy, that is absent now and that Exchange does not ship there.
    The content of all pages, scripts and settings of shadow copies that are absent now, or have other content, is
    examined like a file, in all directories that a web server serves; where only the content has findings, WSH6035
    tells the shadow copies. In a collection this holds for all files that could run, libraries included.

Why it matters:
    Intruders delete their pages after use, and put stock pages back that they had changed. The shadow copy has the page
    with its content and times.

Looks like:
    ``owa\auth\x.aspx`` in the shadow copy of 2021-03-05, and no such page now.

Benign look-alikes:
    Pages that Exchange ships: an update replaces them, so that only findings in their content count. Own pages and
    those of other products, which an update of Exchange removes: of less weight if many pages of the drive are absent
    or different since the last shadow copy that has the page, stock pages included. Pages that were removed from an
    ordinary site by a deployment: reported only if their content has findings.

Blind spots:
    Pages that came and went between two shadow copies; libraries and programs, unless a tool collected them.

References:
    https://learn.microsoft.com/en-us/windows-server/storage/file-server/volume-shadow-copy-service
"""

from webshellhunt.detectors.contract import ABSENCE, Findings, claim, define_rule, detector
from webshellhunt.model.findings import FactValue
from webshellhunt.model.places import SETUP_ROLES, TIGHT_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.snapshot_states import FileState, SnapshotStates

RULE = define_rule(
    __name__,
    "WSH6036",
    "high",
    "high",
    "T1505.003",
    "T1070.004",
    is_of_place=True,
    references=("https://attack.mitre.org/techniques/T1070/004/",),
)


@detector(RULE, on=SnapshotStates)
def find(page: SnapshotStates) -> Findings:
    """Report a page that is gone from a directory of setup."""
    if page.now is not FileState.ABSENT or page.is_shipped or page.is_collection or page.role not in SETUP_ROLES:
        return
    severity, confidence = _weight(page)
    facts: dict[str, FactValue] = {**page.facts(), "absent_at": None, "other_at": None}
    evidence, ideas = page.evidence(), (ABSENCE,)
    yield claim(RULE, page.story, *evidence, severity=severity, confidence=confidence, facts=facts, ideas=ideas)


def _weight(page: SnapshotStates) -> tuple[Severity, Confidence]:
    if page.role in TIGHT_ROLES and not page.among_many:
        return RULE.severity, RULE.confidence
    return (Severity.MEDIUM if page.role in TIGHT_ROLES or not page.among_many else Severity.LOW), Confidence.MEDIUM
