"""Changes of the protection."""

from __future__ import annotations

from tests.builders.quarantine import DETECTED, REMOVED
from webshellhunt.antivirus.records import SettingChange
from webshellhunt.detectors.antivirus.antivirus_switched_off import find
from webshellhunt.model.rules import Severity
from webshellhunt.views.detected_files import AntivirusSettings

OFF = SettingChange("real-time protection was switched off", True, "MPLog", 4, DETECTED)
ON = SettingChange("real-time protection was switched on", False, "MPLog", 9, REMOVED)
REFUSED = SettingChange("a program tried to set an exclusion, and was refused: x", False, "MPLog", 5, DETECTED)


def test_a_protection_that_stayed_off_is_a_lead() -> None:
    (found,) = find(AntivirusSettings((), [ON, OFF]))
    assert found.severity is Severity.LOW
    assert found.message == (
        "real-time protection was switched off on 2021-03-04T05:06:07Z; no later entry says that it is on"
    )


def test_a_protection_that_is_on_again_is_a_note() -> None:
    (found,) = find(AntivirusSettings((), [OFF, OFF, ON]))
    assert found.severity is Severity.INFO
    assert found.message.endswith("(2 changes)")
    assert found.facts["changes"] == ("2021-03-04T05:06:07Z real-time protection was switched off",) * 2


def test_a_refused_exclusion_is_a_note() -> None:
    (found,) = find(AntivirusSettings((), [REFUSED]))
    assert found.severity is Severity.INFO
    assert found.message.startswith("a program tried to set an exclusion")


def test_a_protection_that_comes_on_is_none() -> None:
    assert list(find(AntivirusSettings((), [ON]))) == []
    assert list(find(AntivirusSettings((), ()))) == []
