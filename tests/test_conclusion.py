"""The report of a hunt that was interrupted before it saw anything."""

from __future__ import annotations

from datetime import UTC, datetime

from webshellhunt.conclusion import SoFar, conclude
from webshellhunt.model.limits import Job
from webshellhunt.model.report import AssessmentState
from webshellhunt.sources import MemorySource
from webshellhunt.verdict.acceptance import Acceptances


def test_a_hunt_that_was_interrupted_at_once_claims_nothing() -> None:
    so_far = SoFar(Job(), datetime(2021, 3, 3, tzinfo=UTC), Acceptances(()))
    report = conclude(MemorySource({"a.aspx": b""}), so_far, interrupted=True)
    assert report.interrupted
    assert report.verdicts == ()
    assert report.assessment.state is AssessmentState.INCOMPLETE
