"""The contract of a detector: a rule, the view it looks at, and a generator of findings.

::

    RULE = define_rule("WSH1001", "request-reaches-eval", Severity.CRITICAL, Confidence.HIGH, page=__doc__)

    @detector(RULE, on=Code)
    def find(code: Code, layer: Layer) -> Iterator[Finding]: ...

A detector that has nothing to say of most files, whatever they hold, may tell so with ``only``: it is asked of none of
those then. It gives the same findings without.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

from webshellhunt.binaries.pe import is_image
from webshellhunt.host.iis.xml_tree import Element
from webshellhunt.model.baseline import StandingKind
from webshellhunt.model.findings import Evidence, FactValue, Finding
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.views.sample import Sample

T = TypeVar("T")
Find = Callable[..., Iterator[Finding]]
Only = Callable[[Sample], bool]


LONGEST_TEXT = 400
"""Characters of a message or a fact."""

_SHOWN_BYTES = 80


@dataclass(frozen=True, eq=False)
class Detector:
    """A rule and the generator that looks for it.

    ``on`` is one of the views that ``examination`` builds; ``only`` tells of a file whether anything could be found in
    it at all, ``None`` that it may be in any.
    """

    rule: Rule
    on: type
    find: Find
    only: Only | None = None

    def __call__(self, *views: Any) -> Iterator[Finding]:  # noqa: ANN401 - the view that `on` names
        """Look, and yield what was found."""
        return self.find(*views)


def detector(rule: Rule, *, on: type, only: Only | None = None) -> Callable[[Find], Detector]:
    """Make a generator function a detector of a rule."""
    return lambda find: Detector(rule, on, find, only)


def executed(sample: Sample) -> bool:
    """Tell whether the server runs the code of a file, whether it holds any or not."""
    return sample.nature.executable


def mapped(sample: Sample) -> bool:
    """Tell whether configuration makes the server run a file, or tries to."""
    return sample.nature.mapping is not None


def browsed(sample: Sample) -> bool:
    """Tell whether browsers get a file as a page or a script."""
    return sample.is_browsed


def compiled(sample: Sample) -> bool:
    """Tell whether a file is a program or a library."""
    return is_image(sample.data)


def deviating(sample: Sample) -> bool:
    """Tell whether a file isn't what the baselines of this host have in its place."""
    return sample.standing.kind in (StandingKind.CHANGED, StandingKind.UNLISTED)


def carrying(sample: Sample) -> bool:
    """Tell whether a file holds others."""
    return bool(sample.carried)


class Asked:
    """Which of several detectors are asked of a file."""

    def __init__(self, detectors: Sequence[Detector]) -> None:
        self._detectors = detectors
        self._onlies = list(dict.fromkeys(each.only for each in detectors if each.only is not None))
        self._finders = lru_cache(maxsize=64)(self._finders_where)

    def of(self, sample: Sample) -> tuple[Find, ...]:
        """Return what finds something in such a file, in the order of the detectors."""
        return self._finders(tuple([only(sample) for only in self._onlies]))

    def _finders_where(self, met: tuple[bool, ...]) -> tuple[Find, ...]:
        unmet = {only for only, is_so in zip(self._onlies, met, strict=True) if not is_so}
        return tuple(each.find for each in self._detectors if each.only not in unmet)


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
