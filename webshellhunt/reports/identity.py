"""Stable identifiers: the same subject has the same one in each report, and in each format.

They are UUIDs of version 5 (RFC 9562), which STIX, MISP and OCSF take as they are.
"""

from __future__ import annotations

import uuid
from typing import Final

from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Subject
from webshellhunt.reports.printable import decodable

_NAMESPACE: Final = uuid.UUID("5f1c7c56-3b0e-5f0e-9d5c-6a0f6d2d7c11")


def subject_id(subject: Subject, host: str | None) -> str:
    """Return the identifier of a subject: of its kind, path and content on a host.

    Letter case does not count in a path or a host name, since it does not on Windows. The location is left out, so that
    a copy of the evidence has the same identifiers, and a file with another content has another one.
    """
    path = subject.path.replace("/", "\\").casefold()
    return stable_id("subject", (host or "").casefold(), subject.kind.value, path, subject.sha256 or "")


def finding_id(finding: Finding, subject: Subject, host: str | None, excerpt: str) -> str:
    """Return the identifier of a finding: of its rule and subject, and of its excerpt as reports show it.

    The line does not count, nor do blanks. An excerpt without the victim's secrets is the same in a saved report.
    """
    return stable_id("finding", subject_id(subject, host), finding.rule.id, "".join(excerpt.split()))


def stable_id(*parts: str) -> str:
    """Return the identifier for these texts: the same texts have the same one."""
    return str(uuid.uuid5(_NAMESPACE, "\x1f".join(map(decodable, parts))))
