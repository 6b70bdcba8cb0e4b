"""Missing records are a lead; none missing is nothing."""

from __future__ import annotations

from tests.builders.event_logs import EVENTS
from webshellhunt.correlation.server_acts.questions import ActTally
from webshellhunt.correlation.server_acts.stories import examinations
from webshellhunt.model.rules import Confidence, Severity


def test_a_gap_inside_is_a_lead() -> None:
    tally = ActTally()
    tally.take_holes(EVENTS, [(4712, 4717), (4800, 4800)])
    (examination,) = examinations([tally])
    (found,) = examination.findings
    assert (found.rule.id, found.severity, found.confidence) == ("WSH7216", Severity.MEDIUM, Confidence.LOW)
    assert "records 4712 to 4717" in found.message
    assert found.facts["count"] == 2


def test_a_whole_log_is_none() -> None:
    assert list(examinations([ActTally()])) == []
