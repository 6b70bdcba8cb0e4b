"""A scheduled task that runs a program from a folder that everybody may write to."""

from __future__ import annotations

from tests.detectors.fixture_cases import finding, findings


def test_the_finding_names_the_place_and_the_facts() -> None:
    found = finding("task_runs_from_odd_place/public", "WSH4018")
    assert found.facts == {"command": "C:\\Users\\Public\\u.exe"}
    assert [evidence.line for evidence in found.evidence] == [5]
    assert found.evidence[0].excerpt.strip().startswith("<Command>C:\\Users\\Public\\u.exe")


def test_the_harmless_twin_is_left_alone() -> None:
    assert findings("task_runs_from_odd_place/public-twin", "WSH4018") == []
