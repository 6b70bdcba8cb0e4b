"""The contract of a detector: a rule, the view it looks at, and a generator of findings.

::

    RULE = define_rule("WSH1001", "request-reaches-eval", Severity.CRITICAL, Confidence.HIGH, page=__doc__)

    @detector(RULE, on=Code)
    def find(code: Code, layer: Layer) -> Iterator[Finding]: ...
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from webshellhunt.discovery.xmltree import Element
from webshellhunt.model.findings import Evidence, FactValue, Finding
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.sample import Sample

T = TypeVar("T")
Find = Callable[..., Iterator[Finding]]


LONGEST_TEXT = 400
"""Characters of a message or a fact."""

_SHOWN_BYTES = 80


@dataclass(frozen=True, eq=False)
class Detector:
    """A rule and the generator that looks for it; ``on`` is one of the views that ``examination`` builds."""

    rule: Rule
    on: type
    find: Find

    def __call__(self, *views: Any) -> Iterator[Finding]:  # noqa: ANN401 - the view that `on` names
        """Look, and yield what was found."""
        return self.find(*views)


def detector(rule: Rule, *, on: type) -> Callable[[Find], Detector]:
    """Make a generator function a detector of a rule."""
    return lambda find: Detector(rule, on, find)


def define_rule(
    rule_id: str,
    slug: str,
    severity: Severity,
    confidence: Confidence,
    *,
    page: str | None,
    techniques: tuple[str, ...] = ("T1505.003",),
    references: tuple[str, ...] = (),
) -> Rule:
    """Return a detector's rule; its title is the first line of the page, which is the module's docstring."""
    text = (page or "").strip()
    return Rule(
        id=rule_id,
        slug=slug,
        title=text.partition("\n")[0].rstrip("."),
        severity=severity,
        confidence=confidence,
        techniques=techniques,
        references=references,
        page=text,
    )


def claim(
    rule: Rule,
    message: str,
    *evidence: Evidence,
    severity: Severity | None = None,
    confidence: Confidence | None = None,
    facts: Mapping[str, FactValue] | None = None,
) -> Finding:
    """Return a finding of a rule, at the rule's own severity and confidence unless they are given."""
    return Finding(
        rule=rule,
        message=_cut(message),
        severity=rule.severity if severity is None else severity,
        confidence=rule.confidence if confidence is None else confidence,
        evidence=tuple(evidence[:5]),
        facts={name: _cut(value) for name, value in (facts or {}).items() if value is not None},
    )


def element_evidence(element: Element, sample: Sample) -> Evidence:
    """Return the excerpt at the start tag of an element of a sample's configuration."""
    return sample.raw_evidence(element.offset, max(0, min(_SHOWN_BYTES, len(sample.data) - element.offset)))


def _cut(value: T) -> T:
    """Bound a text that evidence may have made as long as it likes."""
    if isinstance(value, str) and len(value) > LONGEST_TEXT:
        return value[: LONGEST_TEXT - 1] + "…"  # type: ignore[return-value]
    return value
