"""The one sentence: never "clean", and always what a patch does not do."""

from __future__ import annotations

import pytest

from tests.test_judge import C, S, examination, finding
from webshellhunt.assessment import assess
from webshellhunt.judge import judge
from webshellhunt.model.findings import Gap
from webshellhunt.model.report import AssessmentState, Coverage, Held

DOOR = judge(examination(finding(S.CRITICAL, C.HIGH)))
SUSPECT = judge(examination(finding(S.HIGH, C.MEDIUM)))
ALL = Coverage(pages=Held.HELD)
LOST = Gap("unreadable", "examine", "x.aspx", "locked", matters=True)


def test_back_doors_come_before_anything_else() -> None:
    result = assess([DOOR, DOOR, SUSPECT], [LOST], ALL)
    assert result.state == AssessmentState.BACKDOORED
    assert result.sentence.startswith("2 back doors found; 1 more file is suspicious.")
    assert result.next_steps


def test_suspicion_is_no_proof() -> None:
    result = assess([SUSPECT], [], ALL)
    assert result.state == AssessmentState.SUSPICIOUS_ONLY
    assert "none of them proven" in result.sentence


@pytest.mark.parametrize(
    ("gaps", "coverage", "interrupted", "state"),
    [
        ([], ALL, False, AssessmentState.NOTHING_FOUND),
        ([Gap("x", "walk", "a", "b")], ALL, False, AssessmentState.NOTHING_FOUND),
        ([LOST], ALL, False, AssessmentState.INCOMPLETE),
        ([], Coverage(), False, AssessmentState.INCOMPLETE),
        ([], ALL, True, AssessmentState.INCOMPLETE),
    ],
)
def test_nothing_found(gaps: list[Gap], coverage: Coverage, interrupted: bool, state: AssessmentState) -> None:
    result = assess([], gaps, coverage, interrupted=interrupted)
    assert result.state == state
    assert "is clean" not in result.sentence
