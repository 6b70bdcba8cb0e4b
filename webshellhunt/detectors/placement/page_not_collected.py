r"""The file table has a page that was not collected.

What it finds:
    In a collection with the file table (``$MFT``) of a drive: a page in a directory that only setup writes to, which
    Exchange does not ship there, and which the collection lacks. A page of a few hundred bytes has its content inside
    its file record: this content is examined like a file, in all directories that a web server serves.

Why it matters:
    Triage collections often have the file table and the logs, and no pages. Only setup adds pages to these directories,
    so that such a name alone is a reason to collect the file.

Looks like:
    ``C:\…\FrontEnd\HttpProxy\owa\auth\x.aspx`` in the file table, and no such file in the collection.

Benign look-alikes:
    Pages of products for theming and multi-factor authentication; pages of a build that is newer than the list of
    shipped names. Directories of ordinary sites, where only the content counts.

Blind spots:
    The content of larger files. Records in which a long list of attributes is in other records.
"""

from webshellhunt.detectors.contract import ABSENCE, Findings, claim, define_rule, detector
from webshellhunt.model.places import TIGHT_ROLES
from webshellhunt.model.times import second_in_utc
from webshellhunt.views.recorded_file import RecordedFile

RULE = define_rule(
    __name__,
    "WSH6037",
    "medium",
    "medium",
    references=("https://attack.mitre.org/techniques/T1505/003/",),
    is_of_place=True,
)


@detector(RULE, on=RecordedFile)
def find(page: RecordedFile) -> Findings:
    """Report a page that is in the file table only."""
    if page.is_collected or page.is_gone or page.is_shipped or page.role not in TIGHT_ROLES:
        return
    when = f", named there {second_in_utc(page.name_created_utc)}" if page.name_created_utc is not None else ""
    message = f"the file table has this page{when}, Exchange ships none of this name here, and it was not collected"
    yield claim(RULE, message, *page.evidence(), facts=page.facts(), ideas=(ABSENCE,))
