"""SARIF: logs that the schema of OASIS, the text of the standard and code scanning accept, whatever the names are."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given

from tests.pivot.cases import demo_report
from tests.reports.cases import EVAL, finding, full_report, nothing_found, report, verdict
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import reports
from tests.reports.writers.sarif.validation import runs
from webshellhunt.model.acceptance import Acceptance
from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import render
from webshellhunt.reports.writers import sarif
from webshellhunt.reports.writers.sarif import EXTENSIONS


def test_the_demo_has_a_result_for_each_finding() -> None:
    [run] = runs(demo_report())
    findings = [each for verdict in demo_report().accused for each in verdict.findings]
    assert len(run["results"]) == len(findings)
    assert [each["ruleId"] for each in run["results"]] == [each.rule.id for each in findings]
    assert run["tool"]["driver"]["version"] == "0.1.0"
    assert run["invocations"][0]["startTimeUtc"] == "2026-11-27T12:00:00Z"
    assert run["properties"]["assessment"]["sentence"] == demo_report().assessment.sentence
    assert "CVE-2021-34473" in run["properties"]["openCves"]
    assert EXTENSIONS[0] == "sarif"


def test_a_result_has_its_place_and_its_road() -> None:
    [run] = runs(demo_report())
    first = run["results"][0]
    place = first["locations"][0]["physicalLocation"]
    assert place["artifactLocation"]["uri"] == "file:///C:/inetpub/wwwroot/aspnet_client/offline.aspx"
    assert {name: place["region"][name] for name in ("startLine", "startColumn", "byteOffset", "byteLength")} == {
        "startLine": 17, "startColumn": 107, "byteOffset": 915, "byteLength": 4,
    }  # fmt: skip
    [thread] = first["codeFlows"][0]["threadFlows"]
    assert [each["location"]["message"]["text"] for each in thread["locations"]] == ["Request('key1')", "eval"]
    assert thread["locations"][1]["location"]["physicalLocation"] == place


def test_gaps_that_matter_are_errors() -> None:
    [run] = runs(full_report())
    levels = [each["level"] for each in run["invocations"][0]["toolExecutionNotifications"]]
    assert levels == ["error", "warning", "warning"]
    assert run["invocations"][0]["executionSuccessful"]
    assert not runs(report(interrupted=True))[0]["invocations"][0]["executionSuccessful"]


def test_what_the_user_accepts_is_suppressed_with_the_reason() -> None:
    entry = Acceptance("our own monitoring page", "A. Admin", date(2027, 1, 31), path=r"c:\x.aspx")
    made = report(verdict("C:\\x.aspx", Disposition.BENIGN, replace(finding(), acceptance=entry)))
    [run] = runs(made)
    [suppression] = run["results"][0]["suppressions"]
    assert suppression["justification"] == "our own monitoring page"
    assert suppression["properties"] == {"by": "A. Admin", "until": "2027-01-31"}
    known = replace(verdict("C:\\y.aspx", Disposition.KNOWN_GOOD, finding()), otherwise=Disposition.MALICIOUS)
    assert runs(report(known))[0]["results"][0]["suppressions"][0]["status"] == "accepted"


def test_an_identifier_stays_when_the_line_moves() -> None:
    [made] = finding().evidence
    moved = replace(finding(), evidence=(replace(made, line=9, column=5),))
    prints = [
        runs(report(verdict("x.aspx", Disposition.MALICIOUS, each)))[0]["results"][0] for each in (finding(), moved)
    ]
    assert prints[0]["partialFingerprints"] == prints[1]["partialFingerprints"]
    assert prints[0]["correlationGuid"] == prints[1]["correlationGuid"]
    twice = runs(report(verdict("x.aspx", Disposition.MALICIOUS, finding(), moved)))[0]["results"]
    assert twice[0]["correlationGuid"] == twice[1]["correlationGuid"]
    assert twice[0]["partialFingerprints"] != twice[1]["partialFingerprints"]


def test_a_repository_of_pages_has_relative_paths() -> None:
    [run] = runs(report(verdict("site/a b#.aspx", Disposition.MALICIOUS, finding(path="site/a b#.aspx"))))
    location = run["results"][0]["locations"][0]["physicalLocation"]["artifactLocation"]
    assert location == {"uri": "site/a%20b%23.aspx", "uriBaseId": "%SRCROOT%"}
    assert "uri" not in run["originalUriBaseIds"]["%SRCROOT%"]


def test_several_reports_are_runs_of_one_log() -> None:
    assert len(runs([demo_report(), nothing_found(), full_report()])) == 3
    assert runs([]) == []
    assert len({run["automationDetails"]["id"] for run in runs([demo_report(), full_report()])}) == 2


def test_the_comparison_of_hosts_is_in_the_property_bag() -> None:
    log = json.loads(render([demo_report(), full_report()], "sarif", fleet=True) or "")
    assert log["properties"]["fleet"]["kind"] == "fleet"


def test_more_results_than_code_scanning_takes_are_left_out_and_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sarif, "MOST_RESULTS", 2)
    [run] = runs(demo_report())
    assert len(run["results"]) == 2
    last = run["invocations"][0]["toolExecutionNotifications"][-1]
    assert last["level"] == "error"
    assert "results of" in last["message"]["text"]


def test_a_large_report_stays_small() -> None:
    made = report(*(verdict(f"C:\\{n}.aspx", Disposition.MALICIOUS, finding(EVAL)) for n in range(5000)))
    assert len(shown(made, "sarif")) < 16_000_000


def test_a_trace_is_no_file_and_a_gap_of_the_whole_location_has_no_place() -> None:
    [run] = runs(demo_report())
    [trace] = [each for each in run["logicalLocations"] if each["fullyQualifiedName"].startswith("ProxyLogon")]
    assert trace["kind"] == "trace"
    assert trace["properties"]["disposition"] == "malicious"
    assert not [each for each in run["artifacts"] if "ProxyLogon" in each["location"]["uri"]]
    [gone] = [each for each in run["artifacts"] if each["location"]["uri"].endswith("discover.aspx")]
    assert gone["properties"]["disposition"] == "suspicious"
    [run] = runs(report(gaps=[Gap("unreadable", "open", "", "whole"), Gap("unreadable", "walk", "C:\\x", "part")]))
    whole, part = run["invocations"][0]["toolExecutionNotifications"]
    assert (whole["message"]["text"], part["message"]["text"]) == ("not examined: whole", "not examined: C:\\x: part")
    assert "locations" not in whole
    assert part["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "file:///C:/x"


@pytest.mark.parametrize("original", [True, False])
def test_the_time_of_a_copy_is_not_told(original: bool) -> None:
    made = verdict("C:\\x.aspx", Disposition.MALICIOUS, finding())
    times = made.subject.times._replace(original=original)
    [artifact] = runs(report(replace(made, subject=replace(made.subject, times=times))))[0]["artifacts"]
    assert ("lastModifiedTimeUtc" in artifact) == original


def test_two_hosts_without_a_name_have_no_common_identifier() -> None:
    nameless = replace(demo_report(), host=demo_report().host._replace(name=None))
    prints = [
        {each["correlationGuid"] for each in run["results"]} | {run["automationDetails"]["correlationGuid"]}
        for run in runs([replace(nameless, location=each) for each in ("E:/disk1", "F:/disk2")])
    ]
    assert not prints[0] & prints[1]


def test_two_locations_of_one_host_are_two_analyses_with_the_same_findings() -> None:
    first, second = runs([replace(full_report(), location=each) for each in ("E:/disk1", "F:/disk2")])
    assert first["automationDetails"]["id"] == "webshellhunt/EXCH01%20in%20E%3A%2Fdisk1/"
    assert second["automationDetails"]["id"] == "webshellhunt/EXCH01%20in%20F%3A%2Fdisk2/"
    guids = [[each["correlationGuid"] for each in run["results"]] for run in (first, second)]
    assert guids[0] == guids[1]


def test_secrets_change_no_identifier() -> None:
    for made in (demo_report(), full_report()):
        [hidden], [told] = runs(made), runs(made, show_secrets=True)
        prints = [[each["fingerprints"] for each in run["results"]] for run in (hidden, told)]
        assert prints[0] == prints[1]


def test_a_saved_report_gives_the_same() -> None:
    assert shown_after_saving(demo_report(), "sarif") == shown(demo_report(), "sarif")
    assert shown_after_saving(full_report(), "sarif", show_all=True) == shown(full_report(), "sarif", show_all=True)


@given(reports)
def test_hostile_reports_are_valid_and_the_same_after_saving(made: Report) -> None:
    runs(made, show_all=True)
    runs(made, raw_excerpts=True)
    assert shown_after_saving(made, "sarif", show_all=True) == shown(made, "sarif", show_all=True)
