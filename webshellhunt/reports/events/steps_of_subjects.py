"""The next steps of a report by the subjects that they name, so that an alert says what to do about it."""

from __future__ import annotations

from collections.abc import Mapping

from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Verdict

Steps = Mapping[str, tuple[str, ...]]


def steps_by_path(report: Report) -> Steps:
    """Return the sentences of the next steps by the paths in their items, in the order of the steps."""
    found: dict[str, dict[str, None]] = {}
    for step in report.assessment.next_steps:
        for item in step.items:
            for path in {item.casefold(), item.partition(", line ")[0].casefold()}:
                found.setdefault(path, {})[step.text] = None
    return {path: tuple(texts) for path, texts in found.items()}


def steps_of(verdict: Verdict, steps: Steps) -> tuple[str, ...]:
    """Return the sentences of the steps that name a subject."""
    return steps.get(verdict.subject.path.casefold(), ())
