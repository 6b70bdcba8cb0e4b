from __future__ import annotations

from tests.detectors.autostarts.hives import finding, findings
from tests.persistence.rows_registry import HIDDEN, service, system
from webshellhunt.model.rules import Confidence, Severity


def test_the_message_says_what_starts_and_why_it_is_odd() -> None:
    found = finding("WSH4050", service("Upd", r"C:\ProgramData\u\u.exe -k"))
    assert (
        found.message
        == r"the service Upd starts C:\ProgramData\u\u.exe -k (ProgramData, which is for data of programs)"
    )
    assert found.facts["registry_key"] == r"HKLM\SYSTEM\CurrentControlSet\Services\Upd"
    assert found.facts["command"] == r"C:\ProgramData\u\u.exe -k"
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.HIGH)


def test_a_denied_descriptor_hides_a_service_of_any_maker() -> None:
    image = r"C:\Program Files\X\x.exe"
    keys = {"Services\\X": {"Type": 16, "ImagePath": image, "Security": {"Security": HIDDEN}}}
    assert "listed by no tool" in finding("WSH4050", system(keys)).message
    others = HIDDEN[:-8] + bytes.fromhex("2000000021020000")
    keys = {"Services\\X": {"Type": 16, "ImagePath": image, "Security": {"Security": others}}}
    assert findings("WSH4050", system(keys)) == []


def test_a_service_of_a_product_in_its_folder_is_left_in_peace() -> None:
    assert findings("WSH4050", service("V", r'"C:\Program Files\Vendor\v.exe" -c C:\ProgramData\Vendor\v.conf')) == []
