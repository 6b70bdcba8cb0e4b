"""Stable identifiers: the same subject has the same one in each report, and in each format.

They are UUIDs of version 5 (RFC 9562), which STIX, MISP and OCSF take as they are.
"""

from typing import Final

from webshellhunt.defang import inert
from webshellhunt.model.findings import Evidence, Finding
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Subject
from webshellhunt.reports.printable import decodable

_NAMESPACE: Final = "5f1c7c56-3b0e-5f0e-9d5c-6a0f6d2d7c11"


def host_key(host: str | None, location: str | None) -> str:
    """Return what stands for a host in identifiers: its name, or its location if the evidence lacks the name.

    Two servers without a name must not be one in a platform, which would show one of them alone. Letter case does not
    count in a name, since it does not on Windows; the location counts in the spelling of the user.
    """
    return _folded(host) if host else f"in {_spelled(location or '')}"


def report_key(report: Report) -> tuple[str, str]:
    """Return what stands for a report in identifiers: its host and its location.

    Gaps, the assessment and other statements about the hunt are those of one location: two disks of a host have each
    their own.
    """
    return host_key(report.host.name, report.location), _spelled(report.location)


def subject_id(subject: Subject, host: str | None, location: str | None) -> str:
    """Return the identifier of a subject: of its kind, path and content on a host.

    Letter case does not count in a path, since it does not on Windows. The location counts only for a host without a
    name, so that a copy of the evidence has the same identifiers; a file with another content has another one.
    """
    path = _folded(subject.path.replace("/", "\\"))
    return stable_id("subject", host_key(host, location), subject.kind.value, path, subject.sha256 or "")


def finding_id(
    finding: Finding, place: Evidence | None, subject: Subject, host: str | None, location: str | None
) -> str:
    """Return the identifier of a finding: of its rule, its subject, and the bytes of its ``place`` in the content.

    If the content of the subject is unknown, the place does not count, since lines move in a log and in a
    configuration. The excerpt never counts: it differs if the victim's secrets are shown.
    """
    where: tuple[str, ...] = ()
    if place is not None and subject.sha256 is not None:
        where = (place.layer, str(place.span.start), str(place.span.end))
    return stable_id("finding", subject_id(subject, host, location), finding.rule.id, *where)


def _folded(name: str) -> str:
    """Return a name without letter case as Windows compares names: by characters, so that no two of them make one.

    The full folding of Unicode makes one of ``strasse`` and ``straße``, which are two files.
    """
    text = decodable(name)
    return text.upper() if text.isascii() else "".join(map(_upper, text))


def _upper(character: str) -> str:
    upper = character.upper()
    return upper if upper.lower() == character.lower() else character


def _spelled(location: str) -> str:
    return decodable(location).replace("/", "\\").rstrip("\\")


def stable_id(*parts: str) -> str:
    """Return the identifier for these texts: the same texts have the same one, as found and as a report has them."""
    import uuid  # text for a terminal has no identifiers

    return str(uuid.uuid5(uuid.UUID(_NAMESPACE), "\x1f".join(inert(decodable(each)) for each in parts)))
