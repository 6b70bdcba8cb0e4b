"""Detected pages by an event log."""

from __future__ import annotations

from tests.builders.quarantine import DETECTED
from webshellhunt.detectors.antivirus.page_detected_in_event_log import find
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.views.logged_acts import Gravity, Idea, LoggedAct, LoggedActs

SHOWN = r"quarantine: Backdoor:ASP/Chopper in C:\inetpub\wwwroot\x.aspx"
ACT = LoggedAct(
    Idea.PAGE_DETECTED, Gravity.GRAVE, "Defender.evtx", 12, DETECTED, "", "", SHOWN, "a web shell by its name"
)


def test_a_detected_page() -> None:
    (found,) = find(LoggedActs(Idea.PAGE_DETECTED, [ACT], 1))
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    assert found.message == f"Defender detected pages: 2021-03-04T05:06:07Z: {SHOWN} (a web shell by its name)"
    assert [(each.path, each.line) for each in found.evidence] == [("Defender.evtx", 12)]


def test_another_idea() -> None:
    assert list(find(LoggedActs(Idea.LOG_CLEARED, [ACT], 1))) == []
