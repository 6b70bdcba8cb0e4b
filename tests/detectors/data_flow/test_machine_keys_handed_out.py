"""A key that reaches the response is a finding; a section that is only read is none."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings

SECTION = "machine_keys_handed_out/csharp-section"


def test_the_evidence_is_the_write_of_the_key() -> None:
    (evidence,) = finding(SECTION, "WSH1017").evidence
    assert evidence.excerpt.strip().startswith("Response.Write(")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ('Response.Write("key: " + key)', "log.Write(key)"),
        ("section.ValidationKey", "section.Validation"),
        ('Response.Write("key: " + key)', 'Response.Write("read")'),
    ],
)
def test_without_a_key_in_the_response_there_is_no_finding(old: str, new: str) -> None:
    assert findings(changed(SECTION, (old, new)), "WSH1017") == []


def test_a_key_of_another_section_is_no_machine_key() -> None:
    other = changed(SECTION, ("MachineKeySection", "AppSection"), ("system.web/machineKey", "app"))
    assert findings(other, "WSH1017") == []


@pytest.mark.parametrize(
    "call", ["File.WriteAllText(path, key)", "file.WriteLine(key)", "File.AppendAllText(path, key)"]
)
def test_a_key_in_a_file_counts_too(call: str) -> None:
    assert "to a file" in finding(changed(SECTION, ('Response.Write("key: " + key)', call)), "WSH1017").message
