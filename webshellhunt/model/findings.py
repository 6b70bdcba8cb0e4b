"""Finding and its evidence, and Gap: a part that was not examined."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from webshellhunt.model.acceptance import Acceptance
from webshellhunt.model.rules import Confidence, Rule, Severity

MOST_ACTS = 16
"""The most acts of one finding."""

FactValue = str | int | bool | tuple[str, ...] | None


@dataclass(frozen=True, slots=True, order=True)
class Span:
    """A half-open range of bytes in a file, counted from 0."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Secret:
    """A range of an excerpt that is a secret of the victim, and not for a report.

    ``start`` and ``end`` are characters of the excerpt; ``value`` is the whole secret, even if the excerpt has only a
    part of it.
    """

    start: int
    end: int
    value: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Act:
    """The place of one act: the statement of the code, or the element of a configuration, that a finding rests on.

    ``span`` is in bytes of the file at ``path``, and ``layer`` is empty. In an opaque layer, such as a decoded text,
    all bytes have the same place; ``span`` is then in characters of the layer of this name.
    """

    path: str
    layer: str
    span: Span

    def overlaps(self, other: Act) -> bool:
        """Return True if both acts have a part in common."""
        if (self.path, self.layer) != (other.path, other.layer):
            return False
        return self.span.start < other.span.end and other.span.start < self.span.end


@dataclass(frozen=True, slots=True)
class Evidence:
    """A located excerpt.

    ``span`` is in the bytes of the file (for an opaque step such as base64, the whole encoded range); ``line`` and
    ``column`` are 1-based characters in ``layer``; ``excerpt`` is raw text of limited length. ``secrets`` are its
    ranges that a report shows only as fingerprints, in order and without overlap; ``None`` if no search for secrets
    was made, so that a report searches the excerpt itself. ``act`` is the act at this place; ``None`` if the evidence
    is about the file as a whole. ``section`` is the path of the section of a configuration with this element, if its
    line has other elements.
    """

    path: str
    layer: str
    span: Span
    line: int
    column: int
    excerpt: str
    secrets: tuple[Secret, ...] | None = None
    act: Act | None = field(default=None, compare=False)
    section: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True, repr=False)
class Finding:
    """The claim of a rule about one file: a message, evidence, and named facts.

    ``acts`` are the acts of the file that the claim rests on: two findings with a common one are the same idea. A claim
    about the name, the place or the whole of a file has none. ``dormant`` is true if the server does not run the code
    from inside this file: a page in an archive, the attachment of a mail. ``acceptance`` is the entry of the user that
    covers the finding, if any.
    """

    rule: Rule
    message: str
    severity: Severity
    confidence: Confidence
    evidence: tuple[Evidence, ...] = ()
    facts: Mapping[str, FactValue] = field(default_factory=dict)
    dormant: bool = False
    acceptance: Acceptance | None = None
    acts: tuple[Act, ...] = field(default=(), compare=False)

    def shares_act(self, other: Finding) -> bool:
        """Return True if both findings rest on a common act, so that they are the same idea."""
        return any(mine.overlaps(its) for mine in self.acts for its in other.acts)

    @property
    def accepted(self) -> bool:
        """True if the user accepts it as a false alarm, so that it does not count for the disposition."""
        return self.acceptance is not None and not self.acceptance.expired

    def __repr__(self) -> str:
        place = f" at {self.evidence[0].path!r}, line {self.evidence[0].line}" if self.evidence else ""
        return f"<Finding {self.rule.id} {self.rule.slug} ({self.severity.label}, {self.confidence.label}){place}>"


@dataclass(frozen=True, slots=True)
class Gap:
    """A file, folder or input that was not examined, and the reason.

    ``code`` is a stable kebab-case word (``unreadable``, ``too-large``, ``link-outside``, ``broken-config``…);
    ``stage`` one of ``open``, ``survey``, ``walk``, ``examine``, ``signatures``, ``data``, ``witnesses``, ``logs``,
    ``correlate``, ``hunt``; ``matters`` is true if an executable file or an input of the survey is missing.
    """

    code: str
    stage: str
    path: str
    reason: str
    matters: bool = False

    def __str__(self) -> str:
        return f"{self.path}: {self.reason}"
