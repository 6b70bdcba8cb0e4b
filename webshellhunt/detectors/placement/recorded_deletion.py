r"""A page is gone, and the file system still has a record of it.

What it finds:
    A page (``.aspx``, ``.ashx``, ``.asp``, …) in a directory that a web server serves, if the change journal of the
    drive (``$UsnJrnl``) has its deletion or its renaming to another name, or the file table (``$MFT``) has a free
    record with its name, and no page is there now. The finding names when it was created, renamed and deleted. A page
    of a few hundred bytes has its content inside its file record: this content is examined like a file.

Why it matters:
    Intruders delete their pages after use. In directories that only setup writes to, no other page comes and goes. The
    records have the time of the deletion, which neither logs nor compiled remnants have.

Looks like:
    ``FrontEnd\HttpProxy\owa\auth\x.aspx``: created 04:05:06, deleted 04:25:09.

Benign look-alikes:
    Pages that Exchange ships in any build: an update replaces them, and they are left out. Pages of other products,
    own pages and drafts that setup or an update brought (many stock pages that are there came within an hour of it), or
    that an update removed if nothing tells when they came: unexplained. A page that came at another time stays
    suspicious, whatever goes with it. Uploads, deployments, editors and backups in ordinary sites: only a page that was
    gone within an hour of its creation is reported there, with low severity.

Blind spots:
    The journal keeps days or weeks, and a free file record is used again by the next new file, so that a missing record
    proves nothing. A page in a directory that is gone, too, has no path if neither source names that directory. Windows
    records nothing while another system writes to the drive.

References:
    https://learn.microsoft.com/en-us/windows/win32/fileio/change-journal-records
"""

from datetime import timedelta
from typing import Final

from webshellhunt.detectors.contract import ABSENCE, Findings, claim, define_rule, detector
from webshellhunt.model.places import SETUP_ROLES, TIGHT_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.recorded_file import RecordedFile

RULE = define_rule(
    __name__,
    "WSH6031",
    "high",
    "high",
    "T1505.003",
    "T1070.004",
    is_of_place=True,
    references=("https://attack.mitre.org/techniques/T1070/004/",),
)

SHORT_LIFE: Final = timedelta(hours=1)
"""A page of an ordinary site that was deleted so soon after its creation is reported."""


@detector(RULE, on=RecordedFile)
def find(page: RecordedFile) -> Findings:
    """Report a page that is gone, unless that means nothing by itself."""
    if not page.is_gone or page.is_shipped:
        return
    severity, confidence = _weight(page)
    if severity > Severity.INFO:
        message = f"the page was {page.fate}: {page.story}"
        evidence, facts = page.evidence(), page.facts()
        yield claim(RULE, message, *evidence, severity=severity, confidence=confidence, facts=facts, ideas=(ABSENCE,))


def _weight(page: RecordedFile) -> tuple[Severity, Confidence]:
    if page.role in TIGHT_ROLES and not page.is_of_setup:
        return RULE.severity, RULE.confidence
    if page.role in TIGHT_ROLES:
        return Severity.MEDIUM, Confidence.MEDIUM
    if page.role in SETUP_ROLES:
        return (Severity.LOW if page.among_many else Severity.MEDIUM), Confidence.MEDIUM
    soon = page.lived is not None and page.lived <= SHORT_LIFE
    return (Severity.LOW if soon and not page.among_many else Severity.INFO), Confidence.MEDIUM
