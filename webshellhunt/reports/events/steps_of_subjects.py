"""The next steps of a report by the subjects that they name, so that an alert has its remedy."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from webshellhunt.model.report import Report, Step
from webshellhunt.model.verdict import Verdict

MOST_ITEMS: Final = 20
"""The most items of a step in one line: a report of thousands of files has a step with all of them."""

Steps = Mapping[str, tuple[str, ...]]


def steps_by_path(report: Report) -> Steps:
    """Return the sentences of the next steps by the paths in their items, in the order of the steps."""
    found: dict[str, dict[str, None]] = {}
    for step in report.assessment.next_steps:
        for item in step.items:
            # An item may have a place after the path: a line, or the log of a trace.
            for path in {item.casefold(), *(item.partition(mark)[0].casefold() for mark in (", line ", ": "))}:
                found.setdefault(path, {})[step.text] = None
    return {path: tuple(texts) for path, texts in found.items()}


def steps_of(verdict: Verdict, steps: Steps) -> tuple[str, ...]:
    """Return the sentences of the steps that name a subject."""
    return steps.get(verdict.subject.path.casefold(), ())


def step_line(step: Step) -> str:
    """Return a step on one line, with its first items."""
    if len(step.items) <= MOST_ITEMS:
        return str(step)
    return f"{step._replace(items=step.items[:MOST_ITEMS])}; and {len(step.items) - MOST_ITEMS:,} more"
