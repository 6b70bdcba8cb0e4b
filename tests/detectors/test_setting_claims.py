"""Claims about settings: where a setting has effect, and how its value is judged."""

from __future__ import annotations

import pytest

from tests.detectors.setting_cases import OWA, SERVER, SITE, told
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.limits import Job
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.settings import PageSettings
from webshellhunt.scan.scanner import examine_bytes

MODULE = '<system.webServer><modules><add name="x" type="Web.Cache, Web" /></modules></system.webServer>'


@pytest.mark.parametrize("path", [OWA, SERVER, "C/Windows/Microsoft.NET/Framework64/v4.0.30319/Config/web.config"])
def test_a_type_counts_in_exchange_and_for_the_server(path: str) -> None:
    (found,) = told(MODULE, "WSH4010", path)
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.HIGH)
    assert told(MODULE, "WSH4010", SITE) == []


def test_a_location_of_an_exchange_application_is_that_application() -> None:
    (found,) = told(f'<location path="Default Web Site/owa">{MODULE}</location>', "WSH4010", SERVER)
    assert found.facts["location"] == "Default Web Site/owa"
    assert told(f'<location path="Shop">{MODULE}</location>', "WSH4010", SERVER) == []


def test_a_strong_name_weighs_one_level_less() -> None:
    signed = MODULE.replace("Web.Cache, Web", "Web.Cache, Web, PublicKeyToken=0123456789abcdef")
    (found,) = told(signed, "WSH4010", OWA)
    assert (found.severity, found.confidence) == (Severity.LOW, Confidence.MEDIUM)


def test_a_locked_section_has_no_effect() -> None:
    data = f"<configuration>{MODULE}</configuration>".encode()
    settings = PageSettings(locked_sections=frozenset({"system.webserver/modules"}))
    artifact = Artifact(OWA, OWA, Role.OWA, len(data), settings=settings)
    (found,) = [each for each in examine_bytes(data, artifact, Job()).findings if each.rule.id == "WSH4010"]
    assert found.severity is Severity.LOW
    assert "has no effect" in found.message
