r"""A file got the name of a page by renaming.

What it finds:
    In the change journal of the drive, the renaming of a file with the extension of a text, a picture or a script for
    browsers to the name of a page, in a directory that a web server serves.

Why it matters:
    Where an upload or a filter refuses pages, intruders write the code as ``x.txt`` and rename it. In directories of
    setup nobody else renames files to pages.

Looks like:
    ``aspnet_client\x.txt`` renamed to ``aspnet_client\x.aspx``.

Benign look-alikes:
    Installers and transfer programs write a temporary name (``.tmp``, ``.part``, ``.filepart``, ``.rbf``) and rename it
    at the end, and editors do the same with a name that begins with that of the page: these are left out. In ordinary
    sites it is information only, and for a page that Exchange ships its confidence is low.

Blind spots:
    Renamings before the first record of the journal, and those of a page whose temporary name looks like that of an
    installer.

References:
    https://learn.microsoft.com/en-us/windows/win32/api/winioctl/ns-winioctl-usn_record_v2
"""

from webshellhunt.containers.page_names import PAGE_EXTENSIONS, extension_of
from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.model.places import SETUP_ROLES
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.times import second_in_utc
from webshellhunt.views.recorded_file import Move, RecordedFile

RULE = define_rule(
    __name__,
    "WSH6032",
    "medium",
    "high",
    "T1505.003",
    "T1036.008",
    references=("https://attack.mitre.org/techniques/T1036/008/",),
)
_HARMLESS = frozenset(
    {"txt", "log", "dat", "jpg", "jpeg", "png", "gif", "bmp", "ico", "svg", "webp", "css", "js", "htm", "html", "xml"}
    | {"json", "csv", "pdf", "doc", "zip", "rar", "7z"}
)


@detector(RULE, on=RecordedFile)
def find(page: RecordedFile) -> Findings:
    """Report the last renaming that made a page."""
    move = next((each for each in reversed(page.moves) if _makes_page(each)), None)
    if move is None:
        return
    severity, confidence = Severity.INFO, Confidence.MEDIUM
    if page.role in SETUP_ROLES:
        severity, confidence = RULE.severity, (Confidence.LOW if page.is_shipped else RULE.confidence)
    old = move.old.rpartition("\\")[2] if _directory(move.old) == _directory(move.new) else move.old
    to = "a page that Exchange ships" if page.is_shipped else "a page"
    message = f"the file was renamed from {old} to {to} {second_in_utc(move.when_utc)}, says the change journal"
    facts = {"renamed_from": move.old, **page.facts()}
    yield claim(RULE, message, *page.evidence(), severity=severity, confidence=confidence, facts=facts)


def _makes_page(move: Move) -> bool:
    old, new = (each.rpartition("\\")[2].lower() for each in (move.old, move.new))
    if extension_of(new) not in PAGE_EXTENSIONS or old.startswith(new):
        return False
    return extension_of(old) in _HARMLESS


def _directory(path: str) -> str:
    return path.rpartition("\\")[0].lower()
