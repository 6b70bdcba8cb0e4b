"""Commands have to be sent, to the machine itself."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

NAME = "administration_port_used_by_page/vbscript"


def test_it_is_critical() -> None:
    found = finding(NAME, "WSH1045")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)


@pytest.mark.parametrize(("old", "new"), [("127.0.0.1", "192.0.2.1"), ("link.Send commands", "link.Send")])
def test_each_part_is_needed(old: str, new: str) -> None:
    assert findings(changed(NAME, (old, new)), "WSH1045") == []
