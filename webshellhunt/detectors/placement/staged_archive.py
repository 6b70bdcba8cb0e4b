r"""An archive or a mailbox lies where visitors can download it, or where intruders stage data.

What it finds:
    Archives (ZIP, RAR, 7-Zip, cabinets) and mailboxes (PST), recognised by their first bytes: in folders of Exchange,
    ``aspnet_client`` and ``wwwroot``; with the name of a picture or a text in any folder that is served; directly in
    ProgramData, ``Users\Public``, ``Windows\Temp`` and ``PerfLogs`` from 10 MB on.

Why it matters:
    In several intrusions stolen mail was packed and fetched by an ordinary download. The archive shows that data was
    stolen, and which.

Looks like:
    ``owa\auth\Current\themes\logo.png`` that is a RAR of 200 MB; ``aspnet_client\x.7z``.

Benign look-alikes:
    Downloads that a site offers; packages of products in folders of their own in ProgramData (not checked); an
    administrator's backup of the web folder, which should not be there either. The signed cabinets of the print control
    of Crystal Reports in ``aspnet_client`` (46 on each server with that product) are no finding. A ZIP archive with the
    name of a picture below ``wwwroot`` that is not encrypted (an update of a client program) is unexplained only.

Blind spots:
    Encrypted containers without a mark, parts of archives, folders further down in ProgramData, files that were deleted
    after the download; files in staging folders whose names do not show the format; a page that begins as an archive,
    which other rules check.

References:
    https://www.volexity.com/blog/2021/03/02/active-exploitation-of-microsoft-exchange-zero-day-vulnerabilities/
"""

import struct

from webshellhunt.detectors.contract import Findings, claim, define_rule, detector
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.places import EXCHANGE_ROLES, Role
from webshellhunt.model.rules import Confidence
from webshellhunt.views.sample import Sample

RULE = define_rule(__name__, "WSH6021", "medium", "high", "T1074.001", "T1560.001")
_MARKS = (
    (b"PK\x03\x04", "a ZIP archive"),
    (b"Rar!\x1a\x07", "a RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive"),
    (b"MSCF\0\0\0\0", "a cabinet"),
    (b"!BDN", "a mailbox (PST)"),
)
_BEGINNINGS = tuple(mark for mark, _ in _MARKS)
_SAYS_SO = frozenset({"zip", "rar", "7z", "cab", "pst", "ost"})
_NEVER_SO = frozenset(
    {"png", "jpg", "jpeg", "gif", "bmp", "ico", "svg", "css", "js", "txt", "log", "htm", "html", "xml", "json"}
)
_BARE = frozenset({Role.ASPNET_CLIENT, Role.OWA_AUTH, Role.ECP_AUTH})
_LARGE_BYTES = 10 * 1000 * 1000
_SITE_BYTES = 1000 * 1000
_PRINT_CONTROL = lazy_pattern(r"crystalreportviewers\d{1,3}/activexcontrols/printcontrol(?:_res_[a-z-]{2,10})?\.cab\Z")
_SIGNATURE_AT = 0x2C
_PUBLISHERS = (b"Business Objects", b"SAP SE", b"SAP AG")
_ENCRYPTED_AT = 6


def _is_archive(sample: Sample) -> bool:
    return sample.data.startswith(_BEGINNINGS) and not sample.nature.executable


@detector(RULE, on=Sample, prefilter=_is_archive)
def find(sample: Sample) -> Findings:
    """Report an archive in a folder that should not contain one."""
    if not _is_archive(sample):
        return
    form = next(words for mark, words in _MARKS if sample.data.startswith(mark))
    artifact = sample.artifact
    extension = artifact.name.rpartition(".")[2].lower()
    confidence = _confidence(artifact, extension, is_mailbox=form.endswith("(PST)"))
    if confidence is None or _is_print_control(sample):
        return
    if artifact.role is Role.WWWROOT and extension in _NEVER_SO and _is_open_zip(sample.data):
        confidence = Confidence.MEDIUM
    message = f"it is {form} of {artifact.size_bytes:,} bytes"
    if extension in _NEVER_SO:
        message += f" with the extension .{extension}"
    message += (
        " in a folder that is served"
        if artifact.role is not Role.DROP
        else " in a folder that intruders use for staging"
    )
    evidence = Evidence(artifact.path, "raw", Span(0, min(8, len(sample.data))), 1, 1, "")
    yield claim(RULE, message, evidence, confidence=confidence, facts={"format": form})


def _is_print_control(sample: Sample) -> bool:
    """Return True for a cabinet of the print control of Crystal Reports, which its publisher signed."""
    data = sample.data
    if not data.startswith(b"MSCF") or len(data) < _SIGNATURE_AT + 8:
        return False
    if _PRINT_CONTROL.search(sample.artifact.path.replace("\\", "/").lower()) is None:
        return False
    start, length = struct.unpack_from("<II", data, _SIGNATURE_AT)
    is_signed = start + length == len(data) and data[start : start + 1] == b"\x30"
    return is_signed and any(name in data[start:] for name in _PUBLISHERS)


def _is_open_zip(data: bytes) -> bool:
    """Return True for a ZIP archive whose first member is not encrypted."""
    return data.startswith(b"PK\x03\x04") and len(data) > _ENCRYPTED_AT and not data[_ENCRYPTED_AT] & 1


def _confidence(artifact: Artifact, extension: str, *, is_mailbox: bool) -> Confidence | None:
    """Return the confidence for an archive of this name in its place; ``None`` for an ordinary one."""
    role, named = artifact.role, extension in _SAYS_SO
    if extension in _NEVER_SO:
        return Confidence.MEDIUM if role in (Role.GIVEN, Role.SITE, Role.DROP) else Confidence.HIGH
    if role in _BARE or (is_mailbox and role in EXCHANGE_ROLES | {Role.WWWROOT}):
        return Confidence.HIGH
    if role in EXCHANGE_ROLES and named:
        return Confidence.MEDIUM
    least = {Role.WWWROOT: _SITE_BYTES, Role.DROP: _LARGE_BYTES}.get(role)
    return Confidence.MEDIUM if named and least is not None and artifact.size_bytes >= least else None
