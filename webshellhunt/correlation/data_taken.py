"""Data taken: a download by a client that used an accused page or an exploit is no mere lead."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Final

from webshellhunt.detectors.access_log import archive_downloaded, large_file_downloaded
from webshellhunt.logs.client_addresses import is_loopback
from webshellhunt.model.findings import Finding
from webshellhunt.model.log_results import Client
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Examination, SubjectKind
from webshellhunt.views.figures import bytes_in_words

DATA_TAKEN: Final = "data_taken"
"""The fact with the address of a file that such a client downloaded."""

_PUBLISHED: Final = 3
_DOWNLOADS: Final = frozenset({archive_downloaded.RULE.id, large_file_downloaded.RULE.id})


def with_data_taken(examinations: Sequence[Examination], clients: Iterable[Client]) -> list[Examination]:
    """Return the examinations, in which the downloads by clients of accused pages or exploits are grave.

    A proxy stands for many clients, so that its downloads stay leads, and so do those of a published file, and those of
    a client that got an answer for any name.
    """
    intruders = {
        each.address: _name_of(each) for each in clients if not each.is_proxy and (each.pages or each.exploits)
    }
    return [_raised(each, intruders) if intruders else each for each in examinations]


def _name_of(client: Client) -> str:
    """Return how a client is known, such as ``the client of health.aspx``."""
    if client.pages:
        return f"the client of {client.pages[0].rpartition('/')[2]}"
    return f"the client that exploited {client.exploits[0]}"


def _raised(examination: Examination, intruders: Mapping[str, str]) -> Examination:
    if examination.subject.kind is not SubjectKind.TRACE or not any(map(_is_download, examination.findings)):
        return examination
    return replace(examination, findings=tuple(_grave(each, intruders) for each in examination.findings))


def _is_download(finding: Finding) -> bool:
    return finding.rule.id in _DOWNLOADS


def _grave(finding: Finding, intruders: Mapping[str, str]) -> Finding:
    """Return a download by an intruder as a grave finding, and any other finding unchanged."""
    clients = finding.facts.get("clients")
    known = [each for each in clients if each in intruders] if isinstance(clients, tuple) else []
    path, size = finding.facts.get("path"), finding.facts.get("bytes")
    is_lead = "sweeping" in finding.facts or (isinstance(clients, tuple) and len(set(clients)) > _PUBLISHED)
    if not _is_download(finding) or is_lead or not known or not isinstance(path, str) or is_loopback(known[0]):
        return finding
    figure = f", {bytes_in_words(size)}" if isinstance(size, int) else ""
    name = path.rpartition("/")[2] or path
    return replace(
        finding,
        message=f"data left: {name}{figure}, to {known[0]}, {intruders[known[0]]} ({path[:120]})",
        severity=Severity.HIGH,
        confidence=Confidence.MEDIUM,
        facts={**finding.facts, DATA_TAKEN: path, "taken_at": finding.facts.get("first") or _day(finding)},
    )


def _day(finding: Finding) -> str | None:
    """Return the day of a download as a time, if only the day is known."""
    day = finding.facts.get("day")
    return f"{day}T00:00:00Z" if isinstance(day, str) else None
