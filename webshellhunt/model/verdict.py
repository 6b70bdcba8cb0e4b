"""Verdict: the result for one subject, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple, Self

from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.places import Role, Url
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import Use


class Disposition(IntEnum):
    """The word of a verdict; worse ones are greater."""

    KNOWN_GOOD = 0
    BENIGN = 1
    UNEXPLAINED = 2
    SUSPICIOUS = 3
    MALICIOUS = 4

    @property
    def label(self) -> str:
        """Return the lower-case word for reports."""
        return self.name.lower()

    def __str__(self) -> str:
        return self.label


class SubjectKind(StrEnum):
    """The kind of a subject: a file, a trace that a page or an act left, or a configuration element."""

    FILE = "file"
    TRACE = "trace"
    REGISTRATION = "registration"


class Presence(StrEnum):
    """Whether the subject is still present at its path. A trace in a log is present.

    ``deleted`` only if its folder was listed, or a record has its deletion or its renaming to another name.
    ``not_readable``: its folder is in the evidence, and listing it failed.
    """

    PRESENT = "present"
    DELETED = "deleted"
    NOT_COLLECTED = "not_collected"
    NOT_READABLE = "not_readable"


@dataclass(frozen=True, slots=True)
class Subject:
    """The subject of a verdict, with its path on the server; ``urls`` are its addresses, the likeliest first.

    ``source_path`` is the path on this machine, and ``entry_path`` the one inside the source; ``None`` for none.
    """

    kind: SubjectKind
    path: str
    source_path: str | None = None
    presence: Presence = Presence.PRESENT
    role: Role = Role.GIVEN
    sha256: str | None = None
    size_bytes: int | None = None
    times: Timestamps = field(default_factory=Timestamps)
    executable: bool = False
    urls: tuple[Url, ...] = ()
    entry_path: str | None = None

    @classmethod
    def of(cls, artifact: Artifact, *, sha256: str | None, executable: bool) -> Self:
        """Return the subject for a file."""
        return cls(
            SubjectKind.FILE,
            artifact.path,
            source_path=artifact.source_path,
            role=artifact.role,
            sha256=sha256,
            size_bytes=artifact.size_bytes,
            times=artifact.times,
            executable=executable,
            entry_path=artifact.entry_path,
        )


@dataclass(frozen=True, slots=True)
class Examination:
    """The examination of one artifact: its subject, findings and gaps.

    ``known_good`` is the name of the baseline that has the content at this path; findings don't count then. Such a
    content is examined only if the baseline is the user's, and the file is a page or was suspicious when the baseline
    was made. ``quoted`` are the findings in a log, which quotes what clients sent: they accuse nothing.
    """

    subject: Subject
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    known_good: str | None = None
    quoted: tuple[Finding, ...] = ()

    @property
    def is_reported(self) -> bool:
        """True if a finding is more than information."""
        return any(finding.severity > Severity.INFO for finding in self.findings)


class WorkerResult(NamedTuple):
    """The result of a worker for one artifact: an examination without the parts that the caller has. It pickles."""

    sha256: str | None
    executable: bool
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    known_good: str | None = None
    quoted: tuple[Finding, ...] = ()

    def of(self, artifact: Artifact) -> Examination:
        """Return the examination of the artifact."""
        subject = Subject.of(artifact, sha256=self.sha256, executable=self.executable)
        return Examination(subject, self.findings, self.gaps, self.known_good, self.quoted)


@dataclass(frozen=True, slots=True)
class Planting:
    """The time at which a subject was planted, according to its witnesses.

    ``when_utc`` is the earliest credible time, according to ``witness``; ``None`` if the times are those of a copy, or
    if nothing but two snapshots bounds it: a bound is no time of planting.
    ``apart_s`` is the largest difference between witnesses; ``waves`` are the names of the waves whose windows contain
    the time; ``before_fix`` is true if it is before the installation of the fix, ``None`` if that is unknown.
    ``not_before_utc`` and ``not_after_utc`` are the bounds that logs, snapshots and remnants prove, ``not_before`` and
    ``not_after`` their witnesses; ``doubted`` are times of the file that contradict them, in words.
    """

    when_utc: datetime | None
    witness: str
    sentence: str
    apart_s: int = 0
    waves: tuple[str, ...] = ()
    before_fix: bool | None = None
    not_before_utc: datetime | None = None
    not_before: str = ""
    not_after_utc: datetime | None = None
    not_after: str = ""
    doubted: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """The disposition of one subject, with reasons, findings and gaps.

    ``planting`` is ``None`` for a subject below suspicion or without a time. ``otherwise`` is the disposition without
    the user's baselines and accepted findings; ``None`` if it is the same. ``use`` has the requests for its file
    according to the logs; ``None`` if it is unknown: no log was read, requests may be in other logs, or the file has no
    address. ``secrets_hidden`` is true if its texts, read from a saved report, have fingerprints instead of the
    victim's secrets. ``assumed`` has, for one content
    by itself, the assumptions about its name, its role and its language, in sentences.
    """

    subject: Subject
    disposition: Disposition
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    planting: Planting | None = None
    otherwise: Disposition | None = None
    use: Use | None = None
    secrets_hidden: bool = field(default=False, compare=False)
    assumed: tuple[str, ...] = ()

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that the user does not accept."""
        return tuple(finding for finding in self.findings if not finding.accepted)

    @property
    def is_accepted(self) -> bool:
        """True if the user accepts one of its findings."""
        return any(finding.accepted for finding in self.findings)

    @property
    def is_known_and_accused(self) -> bool:
        """True if a baseline of the user has this content, and it would be suspicious or worse without it."""
        known = self.disposition is Disposition.KNOWN_GOOD
        return known and self.otherwise is not None and self.otherwise >= Disposition.SUSPICIOUS

    def __repr__(self) -> str:
        rules = ", ".join(dict.fromkeys(finding.rule.id for finding in self.findings))
        return f"<Verdict {self.disposition} {self.subject.path!r}{rules and f': {rules}'}>"
