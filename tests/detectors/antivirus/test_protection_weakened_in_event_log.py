"""A weakened protection by an event log."""

from __future__ import annotations

from tests.builders.quarantine import DETECTED
from webshellhunt.detectors.antivirus.protection_weakened_in_event_log import find
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct, LoggedActs

SHOWN = r"exclusion of the path C:\Users\Public"
ACT = LoggedAct(
    Idea.PROTECTION_WEAKENED, Gravity.ODD, "Defender.evtx", 12, DETECTED, "", "", SHOWN, "it is in the public folder"
)


def test_a_weakened_protection() -> None:
    (found,) = find(LoggedActs(Idea.PROTECTION_WEAKENED, [ACT], 1))
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.MEDIUM)
    assert found.message == f"Defender was weakened: 2021-03-04T05:06:07Z: {SHOWN} (it is in the public folder)"
    assert [(each.path, each.line) for each in found.evidence] == [("Defender.evtx", 12)]


def test_another_idea() -> None:
    assert list(find(LoggedActs(Idea.LOG_CLEARED, [ACT], 1))) == []
