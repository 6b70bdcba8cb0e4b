"""The use of a service of Exchange by an odd client."""

from __future__ import annotations

import pytest

from webshellhunt.detectors.access_log.powershell_from_outside import RULE, find
from webshellhunt.logs.services import Service
from webshellhunt.model.rules import Severity
from webshellhunt.views.outgoing_leads import ServiceLead

LEAD = ServiceLead(
    Service.POWERSHELL, "203.0.113.7", "D\\boss", "curl/7.68", "2021-03-03", 900, 812, 1, is_script=True, is_public=True
)


def test_the_client_with_its_figures() -> None:
    (found,) = find(LEAD)
    assert (found.rule, found.severity) == (RULE, Severity.MEDIUM)
    assert "203.0.113.7" in found.message
    assert "812" in found.message
    assert "as D\\boss with the agent curl/7.68" in found.message
    assert found.message.endswith("a lead, no proof")
    assert found.facts["client"] == "203.0.113.7"


@pytest.mark.parametrize("service", [each for each in Service if each is not Service.POWERSHELL])
def test_other_services_are_other_rules(service: Service) -> None:
    assert list(find(LEAD._replace(service=service))) == []


def test_the_usual_program_weighs_less() -> None:
    (found,) = find(LEAD._replace(is_script=False, agent="Microsoft WinRM Client"))
    assert found.severity is Severity.LOW
    assert ", a public address," in found.message
