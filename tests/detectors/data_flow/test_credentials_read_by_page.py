"""Credentials of IIS convict; a key where passwords are kept is suspicious."""

from __future__ import annotations

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

STEM = "credentials_read_by_page"


def test_the_password_of_an_account_of_iis_convicts_in_a_page_of_asp_net() -> None:
    found = finding(f"{STEM}/vb-net", "WSH1041")
    assert (found.severity, found.confidence) == (Severity.CRITICAL, Confidence.HIGH)


def test_in_classic_asp_it_is_suspicious() -> None:
    found = finding(f"{STEM}/vbscript", "WSH1041")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)


def test_a_key_of_passwords_through_a_variable() -> None:
    found = finding(f"{STEM}/vbscript-key", "WSH1041")
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)
    assert "where passwords are kept" in found.message


def test_a_key_of_the_site_is_nothing() -> None:
    assert findings(changed(f"{STEM}/vbscript-key", ("RealVNC\\WinVNC4\\Password", "Example\\Name")), "WSH1041") == []
