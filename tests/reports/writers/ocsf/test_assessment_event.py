"""The OCSF event of a location."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import full_report, nothing_found, report
from tests.reports.writers.ocsf.validation import events
from webshellhunt.model.findings import Gap
from webshellhunt.reports.writers.ocsf import MOST_GAPS, assessment_event


def test_it_has_the_sentence_the_steps_and_the_open_vulnerabilities() -> None:
    event = events(full_report())[-1]
    assert event["message"] == event["finding_info"]["desc"] == "1 back doors found."
    assert event["remediation"]["desc"].startswith("Preserve first.\nThen remove these files.")
    assert [each["cve"]["uid"] for each in event["vulnerabilities"]] == ["CVE-2021-34473", "CVE-2021-28480"]
    assert event["unmapped"]["build"] == "15.2.792.10"
    assert (event["is_alert"], event["severity"]) == (False, "Critical")


def test_it_has_the_gaps_those_that_matter_first() -> None:
    event = events(full_report())[-1]
    assert [each["data"]["matters"] for each in event["evidences"]] == [True, False, False]
    assert (event["unmapped"]["gaps"], event["unmapped"]["gaps_that_matter"]) == (3, 1)
    assert "is_truncated" not in event["metadata"]


def test_too_many_gaps_are_counted() -> None:
    gaps = tuple(Gap("unreadable", "walk", f"C:\\{number}", "denied", number == 999) for number in range(1_000))
    made = assessment_event(replace(report(), gaps=gaps))
    assert len(made["evidences"]) == MOST_GAPS
    assert made["evidences"][0]["data"]["path"] == "C:\\999"
    assert made["unmapped"]["gaps"] == 1_000
    assert made["metadata"]["is_truncated"] is True


def test_a_host_without_a_name_is_its_location() -> None:
    [event] = events(nothing_found())
    assert "device" not in event
    assert event["finding_info"]["title"] == "Assessment of evidence"
    named = nothing_found()
    named = replace(named, host=named.host._replace(name="EXCH01"))
    assert events(named)[0]["finding_info"]["uid"] != event["finding_info"]["uid"]
