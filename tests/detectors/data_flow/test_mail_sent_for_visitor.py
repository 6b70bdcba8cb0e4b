"""Recipients, subject and text have to be of the request, and a list."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

NAME = "mail_sent_for_visitor/vbscript"


def test_it_needs_a_second_act() -> None:
    found = finding(NAME, "WSH1043")
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.LOW)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Split(Request.Form("list"), vbCrLf)', 'Split("one@example.com two@example.com", " ")'),
        ('Request.Form("subject")', '"News"'),
        ('Request.Form("text")', '"News of today"'),
    ],
)
def test_each_part_is_needed(old: str, new: str) -> None:
    assert findings(changed(NAME, (old, new)), "WSH1043") == []
