"""Finding, its evidence, and its honest counterpart the Gap."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from webshellhunt.model.acceptance import Acceptance
from webshellhunt.model.rules import Confidence, Rule, Severity

FactValue = str | int | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of bytes in a file, counted from 0."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Secret:
    """A range of an excerpt that belongs to the victim, who doesn't want to see it in a report.

    ``start`` and ``end`` are characters of the excerpt; ``value`` is all of the secret, even where the excerpt holds
    but a part.
    """

    start: int
    end: int
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Evidence:
    """A located excerpt.

    ``span`` is in the bytes of the file (for an opaque step such as base64, the whole range that holds it);
    ``line`` and ``column`` are 1-based characters in ``layer``; ``excerpt`` is bounded, raw text. ``secrets`` are its
    ranges that a report shows as fingerprints only, in order and apart; ``None`` where nobody looked for them, so
    that a report goes by the excerpt alone.
    """

    path: str
    layer: str
    span: Span
    line: int
    column: int
    excerpt: str
    secrets: tuple[Secret, ...] | None = None


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """A rule's claim about one file: what, why in words, where, and named facts.

    ``dormant`` tells that it is about something inside of the file that the server does not run from there: a page in
    an archive, the attachment of a mail. ``acceptance`` is the user's entry that covers it, if any.
    """

    rule: Rule
    message: str
    severity: Severity
    confidence: Confidence
    evidence: tuple[Evidence, ...] = ()
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    dormant: bool = False
    acceptance: Acceptance | None = None

    @property
    def accepted(self) -> bool:
        """True if the user accepts it as a false alarm, so that it doesn't count for the disposition."""
        return self.acceptance is not None and not self.acceptance.expired

    def __repr__(self) -> str:
        place = f" at {self.evidence[0].path!r}, line {self.evidence[0].line}" if self.evidence else ""
        return f"<Finding {self.rule.id} {self.rule.slug} ({self.severity.label}, {self.confidence.label}){place}>"


@dataclass(frozen=True, slots=True)
class Gap:
    """Something that was not examined, and why.

    ``code`` is a stable kebab-case word (``unreadable``, ``too-large``, ``link-outside``, ``broken-config``…);
    ``stage`` one of ``open``, ``survey``, ``walk``, ``examine``, ``signatures``, ``data``; ``matters`` is true where an
    executable file or an input of the survey is missing.
    """

    code: str
    stage: str
    path: str
    reason: str
    matters: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"
