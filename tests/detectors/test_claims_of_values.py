"""Registry values that belong to a rule: the odd ones are its findings, and no others."""

from __future__ import annotations

from webshellhunt.detectors.autostarts import library_loaded_into_windows, program_runs_at_sign_in
from webshellhunt.detectors.claims_of_values import detector_of_values
from webshellhunt.host.machine.autostart_places import load_places
from webshellhunt.host.machine.autostarts import Autostart, AutostartKind

RULE = program_runs_at_sign_in.RULE
PLACE = next(each for each in load_places() if each.rule == RULE.slug)


def value(command: str) -> Autostart:
    return Autostart(AutostartKind.VALUE, "u", "HKLM\\SOFTWARE\\Run", command, place=PLACE)


def test_an_odd_value_is_a_finding_of_its_rule_alone() -> None:
    odd = value(r"C:\Users\Public\u.exe")
    (found,) = detector_of_values(RULE)(odd)
    assert found.rule is RULE
    assert [*detector_of_values(library_loaded_into_windows.RULE)(odd)] == []
    assert [*detector_of_values(RULE)(odd._replace(place=None))] == []


def test_a_program_of_a_known_place_is_none() -> None:
    assert [*detector_of_values(RULE)(value(r'"C:\Program Files\V\v.exe" -tray'))] == []
