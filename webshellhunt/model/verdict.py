"""Verdict: what the hunt says of one subject, with its reasons."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from enum import IntEnum, StrEnum
from typing import NamedTuple, Self

from webshellhunt.model.artifact import Artifact, Timestamps
from webshellhunt.model.findings import Finding, Gap
from webshellhunt.model.places import Role, Url


class Disposition(IntEnum):
    """The verdict's word, worst last, so that it compares."""

    KNOWN_GOOD = 0
    BENIGN = 1
    UNEXPLAINED = 2
    SUSPICIOUS = 3
    MALICIOUS = 4

    @property
    def label(self) -> str:
        """Return the lower-case word that reports use."""
        return self.name.lower()

    def __str__(self) -> str:
        return self.label


class SubjectKind(StrEnum):
    """What a verdict is about: a file, a trace of something gone, or a configuration element."""

    FILE = "file"
    TRACE = "trace"
    REGISTRATION = "registration"


class Presence(StrEnum):
    """Whether the subject is still there; ``deleted`` only where its folder itself was listed."""

    PRESENT = "present"
    DELETED = "deleted"
    NOT_COLLECTED = "not_collected"


@dataclass(frozen=True, slots=True)
class Subject:
    """What a verdict is about, named as the server names it; ``urls`` lead to it, the likeliest first."""

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

    @classmethod
    def of(cls, artifact: Artifact, *, sha256: str | None, executable: bool) -> Self:
        """Return the subject that a file is."""
        return cls(
            SubjectKind.FILE,
            artifact.path,
            source_path=artifact.source_path,
            role=artifact.role,
            sha256=sha256,
            size_bytes=artifact.size_bytes,
            times=artifact.times,
            executable=executable,
        )


@dataclass(frozen=True, slots=True)
class Examination:
    """What looking at one artifact gave: findings, gaps, and the subject they belong to.

    ``known_good`` names the baseline that has the content at this path: findings don't count then. Only what a baseline
    of the user has is looked at, if it is a page or was accused when the baseline was made.
    """

    subject: Subject
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    known_good: str | None = None


class WorkerResult(NamedTuple):
    """What looking at one artifact gave: all that has to come back from a worker, who was told the rest. It pickles."""

    sha256: str | None
    executable: bool
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    known_good: str | None = None

    def of(self, artifact: Artifact) -> Examination:
        """Return the examination of the artifact that this came of."""
        subject = Subject.of(artifact, sha256=self.sha256, executable=self.executable)
        return Examination(subject, self.findings, self.gaps, self.known_good)


@dataclass(frozen=True, slots=True)
class Planting:
    """When a subject was planted, as far as its witnesses tell.

    ``when_utc`` is the earliest credible time, told by ``witness``; ``None`` where the times that there are date
    nothing. ``apart_s`` is how far all witnesses are apart; ``waves`` names those in whose window it falls;
    ``before_fix`` tells whether it predates the installed fix, ``None`` where that isn't known.
    """

    when_utc: datetime | None
    witness: str
    sentence: str
    apart_s: int = 0
    waves: tuple[str, ...] = ()
    before_fix: bool | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Verdict:
    """A disposition of one subject, the reasons in words, the findings that carry them, and what was not examined.

    ``planting`` is ``None`` where it isn't accused, or nothing dates it. ``otherwise`` is the disposition without the
    user's baselines and accepted findings; ``None`` where it is the same.
    """

    subject: Subject
    disposition: Disposition
    reasons: tuple[str, ...] = ()
    findings: tuple[Finding, ...] = ()
    gaps: tuple[Gap, ...] = ()
    planting: Planting | None = None
    otherwise: Disposition | None = None

    @property
    def counted(self) -> tuple[Finding, ...]:
        """The findings that the user doesn't accept."""
        return tuple(finding for finding in self.findings if not finding.accepted)

    @property
    def is_accepted(self) -> bool:
        """True if the user accepts any of its findings."""
        return any(finding.accepted for finding in self.findings)

    @property
    def is_known_and_accused(self) -> bool:
        """True if a baseline of the user has this content, and our rules call it suspicious or worse."""
        known = self.disposition is Disposition.KNOWN_GOOD
        return known and self.otherwise is not None and self.otherwise >= Disposition.SUSPICIOUS

    def __repr__(self) -> str:
        rules = ", ".join(dict.fromkeys(finding.rule.id for finding in self.findings))
        return f"<Verdict {self.disposition} {self.subject.path!r}{rules and f': {rules}'}>"
