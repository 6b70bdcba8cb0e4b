"""Rule: the metadata of one idea, and the two scales that a claim is measured on."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """How bad it is if the claim is true."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """Return the lower-case word that reports use."""
        return self.name.lower()


class Confidence(IntEnum):
    """How sure the rule is that its claim is true."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def label(self) -> str:
        """Return the lower-case word that reports use."""
        return self.name.lower()


class RuleOrigin(StrEnum):
    """Who wrote a rule, and in what."""

    DETECTOR = "detector"
    SIGNATURE = "signature"
    PUBLIC_SIGNATURE = "public-signature"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Metadata of one idea that a detector or a signature looks for.

    ``id`` is ``WSH`` and four digits (a public signature keeps its own name); ``slug`` is the idea as a
    sentence in kebab case; ``techniques`` are MITRE ATT&CK ids; ``page`` is the text that ``explain`` prints.
    ``settled_by`` names, for a signature about configuration, the detector that judges the same idea with the place.
    """

    id: str
    slug: str
    title: str
    severity: Severity
    confidence: Confidence
    techniques: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    origin: RuleOrigin = RuleOrigin.DETECTOR
    source: str = ""
    page: str = ""
    settled_by: str = ""
