"""The report of a hunt that was interrupted before it saw anything."""

from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.conclusion import HuntState, conclude
from webshellhunt.model.limits import Job
from webshellhunt.model.report import AssessmentState
from webshellhunt.sources import MemorySource
from webshellhunt.verdict.acceptance import Acceptances


def test_a_hunt_that_was_interrupted_at_once_claims_nothing() -> None:
    hunt_state = HuntState(Job(), datetime(2021, 3, 3, tzinfo=UTC), Acceptances(()))
    report = conclude(MemorySource({"a.aspx": b""}), hunt_state, interrupted=True)
    assert report.interrupted
    assert report.verdicts == ()
    assert report.assessment.state is AssessmentState.INCOMPLETE
