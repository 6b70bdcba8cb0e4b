from __future__ import annotations

import pytest

from tests.reports.cases import full_report, nothing_found, report
from webshellhunt.cli.status import Outcome, Status
from webshellhunt.model.findings import Gap


def test_the_gravest_decides() -> None:
    outcome = Outcome()
    seen: list[int] = [outcome.status]
    outcome.add(report(gaps=[Gap("unreadable", "walk", "x", "y", matters=True)]))
    seen.append(outcome.status)
    outcome.add(full_report())
    seen.append(outcome.status)
    outcome.failed = True
    seen.append(outcome.status)
    outcome.add(report(interrupted=True))
    seen.append(outcome.status)
    assert seen == [Status.NOTHING, Status.INCOMPLETE, Status.FOUND, Status.WRONG_USE, Status.INTERRUPTED]
    assert seen == [0, 3, 1, 2, 130]


@pytest.mark.parametrize("level", ["malicious", "suspicious", "unexplained", "vulnerable"])
def test_nothing_found_is_zero_at_any_level(level: str) -> None:
    outcome = Outcome(level)
    outcome.add(nothing_found())
    assert outcome.status == 0
