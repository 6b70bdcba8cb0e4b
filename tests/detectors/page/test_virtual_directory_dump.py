"""The facts of a dump, and the confidence for a dump without a script."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read
from webshellhunt.model.rules import Confidence

OAB = "virtual_directory_dump/oab"
CLEAN = "virtual_directory_dump_clean/oab-page"


def test_the_facts_have_the_time_the_server_and_the_key() -> None:
    assert finding(OAB, "WSH2001").facts == {
        "planted_at": "2021-03-03T09:15:22Z",
        "server": "EXCH01",
        "server_version": "Version 15.2 (Build 659.4)",
        "virtual_directory": "EXCH01\\OAB (Default Web Site)",
        "request_key": "key",
    }


def test_a_missing_property_is_no_fact() -> None:
    fixture = changed(OAB, ("Server  ", "Sender  "), ("WhenChangedUTC", "WhenChecked   "), ("eval(", "note("))
    assert set(finding(fixture, "WSH2001").facts) == {"server_version", "virtual_directory"}


def test_the_evidence_is_the_external_address() -> None:
    fixture = read(OAB)
    (evidence,) = finding(fixture, "WSH2001").evidence
    assert fixture.data[evidence.span.start : evidence.span.end].startswith(b"http://f/<script")
    assert evidence.line == 11
    assert evidence.excerpt.startswith("ExternalUrl")


def test_the_message_names_another_property_with_a_script() -> None:
    address = next(line for line in read(OAB).data.decode().split("\r\n") if line.startswith("ExternalUrl"))
    script = address.partition("http://f/")[2]
    label = "AdminDisplayName                :"
    moved = changed(OAB, (script, ""), (label, f"{label} {script}"))
    assert "admindisplayname" in finding(moved, "WSH2001").message
    assert findings(moved, "WSH2002") == []


def test_a_script_after_the_list_is_no_value_of_it() -> None:
    below = changed(CLEAN, ("IsValid                         : True\r\n", "IsValid : True\r\n\r\n<%= 1 %>\r\n"))
    assert findings(below, "WSH2001") == []
    assert findings(below, "WSH2002")


@pytest.mark.parametrize("fixture", [OAB, CLEAN])
def test_a_dump_is_a_finding_of_one_of_the_two_rules(fixture: str) -> None:
    assert len(findings(fixture, "WSH2001")) + len(findings(fixture, "WSH2002")) == 1


@pytest.mark.parametrize(
    ("path", "confidence"),
    [
        ("inetpub/wwwroot/aspnet_client/x.aspx", Confidence.HIGH),
        ("inetpub/wwwroot/x.asmx", Confidence.HIGH),
        ("backup/oab.txt", Confidence.LOW),
        ("C:/backup/oab", Confidence.LOW),
    ],
)
def test_the_confidence_for_a_clean_dump_depends_on_its_name(path: str, confidence: Confidence) -> None:
    found = finding(changed(CLEAN, path=path), "WSH2002")
    assert found.confidence is confidence
    assert found.facts == {"written_at": "2021-03-03T09:15:22Z", "server": "EXCH01"}
