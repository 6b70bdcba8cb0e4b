"""A key that is written out is a theft; a section that is only looked at is none."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings

SECTION = "machine_keys_handed_out/csharp-section"


def test_the_evidence_is_where_the_key_is_written() -> None:
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
def test_nothing_is_told_where_no_key_arrives(old: str, new: str) -> None:
    assert findings(changed(SECTION, (old, new)), "WSH1017") == []


def test_a_key_of_another_section_is_no_machine_key() -> None:
    other = changed(SECTION, ("MachineKeySection", "AppSection"), ("system.web/machineKey", "app"))
    assert findings(other, "WSH1017") == []
