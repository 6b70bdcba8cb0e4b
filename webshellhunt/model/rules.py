"""Rule: the metadata of one idea, and its two scales, severity and confidence."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum, StrEnum


class Severity(IntEnum):
    """The damage if the claim is true."""

    INFO = 0
    LOW = 1
    MEDIUM = 2
    HIGH = 3
    CRITICAL = 4

    @property
    def label(self) -> str:
        """Return the lower-case word for reports."""
        return self.name.lower()


class Confidence(IntEnum):
    """The probability that the claim is true."""

    LOW = 1
    MEDIUM = 2
    HIGH = 3

    @property
    def label(self) -> str:
        """Return the lower-case word for reports."""
        return self.name.lower()


class RuleOrigin(StrEnum):
    """The author and the language of a rule."""

    DETECTOR = "detector"
    SIGNATURE = "signature"
    PUBLIC_SIGNATURE = "public-signature"


class Remedy(StrEnum):
    """How the finding of a rule is undone.

    ``element`` means by the kind of the element that its evidence shows, ``stated`` as its fact ``undo`` says.
    """

    ELEMENT = "element"
    STOCK_FILE = "stock_file"
    SCHEDULED_TASK = "scheduled_task"
    POWERSHELL_PROFILE = "powershell_profile"
    TRANSPORT_AGENT = "transport_agent"
    VIRTUAL_DIRECTORY = "virtual_directory"
    REGISTRY = "registry"
    STATED = "stated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Metadata of one idea that a detector or a signature looks for.

    ``id`` is ``WSH`` and four digits (a public signature keeps its own name); ``slug`` is the idea as a
    sentence in kebab case; ``techniques`` are MITRE ATT&CK ids; ``page`` is the text that ``explain`` prints.
    ``settled_by`` is, for a signature about configuration or a data flow, the id of the detector that decides the same
    idea where it can read all. ``merged`` are the ids and slugs of rules of earlier versions that are a part of it now.

    For the judge: ``idea`` is one that the rule shares with others, which don't support each other; ``is_tool`` is true
    if honest administration pages do the same for their users; ``acts_in_browser`` if the effect is in a visitor's
    browser, so that the server need not execute the file; ``is_known_content`` if the finding is the digest of a known
    intrusion; ``is_of_place`` if it is about a page that setup does not put there; ``survives_baseline`` if it counts
    although a baseline has the content.
    For the next steps: ``remedy``.
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
    merged: tuple[str, ...] = ()
    idea: str = ""
    is_tool: bool = False
    acts_in_browser: bool = False
    is_known_content: bool = False
    is_of_place: bool = False
    survives_baseline: bool = False
    remedy: Remedy = Remedy.ELEMENT

    @property
    def names(self) -> tuple[str, ...]:
        """The id, the slug and the names of merged rules, by which the user may name it."""
        return (self.id, self.slug, *self.merged)
