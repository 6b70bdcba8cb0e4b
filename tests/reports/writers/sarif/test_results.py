"""Results of SARIF, one by one."""

from __future__ import annotations

from dataclasses import replace

from tests.reports.cases import finding, report, verdict
from webshellhunt.model.findings import Finding
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.reports.content.subjects import shown_verdicts
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.sarif import MOST_PLACES, Object, iter_results


def _results(*findings: Finding, kind: SubjectKind = SubjectKind.FILE) -> list[Object]:
    made = verdict(r"C:\x.aspx", Disposition.MALICIOUS, *findings)
    made = replace(made, subject=replace(made.subject, kind=kind))
    return list(iter_results(shown_verdicts(report(made), Options()), {"WSH1001": 0}))


def test_further_evidence_is_related() -> None:
    [evidence] = finding().evidence
    [made] = _results(replace(finding(), evidence=(evidence,) * 250))
    assert len(made["locations"]) == 1
    assert len(made["relatedLocations"]) == MOST_PLACES - 1
    assert [each["id"] for each in made["relatedLocations"][:2]] == [1, 2]


def test_a_finding_about_a_whole_file_is_at_its_first_line() -> None:
    [made] = _results(replace(finding(), evidence=()))
    place = made["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "file:///C:/x.aspx"}, "region": {"startLine": 1}}


def test_a_trace_has_a_logical_location() -> None:
    [made] = _results(finding(), kind=SubjectKind.TRACE)
    assert made["locations"][0]["logicalLocations"] == [{"fullyQualifiedName": r"C:\x.aspx", "kind": "trace"}]


def test_each_road_is_a_flow_of_its_own() -> None:
    message = "it sets both: context.Request('a; b → c') → FromBase64String → file.write; Request('n') → file.write"
    [made] = _results(finding(message=message))
    steps = [
        [each["location"]["message"]["text"] for each in thread["locations"]]
        for flow in made["codeFlows"]
        for thread in flow["threadFlows"]
    ]
    assert steps == [["context.Request('a; b → c')", "FromBase64String", "file.write"], ["Request('n')", "file.write"]]
    assert "codeFlows" not in _results(finding())[0]


def test_equal_findings_differ_by_their_number() -> None:
    prints = [each["fingerprints"]["webshellhunt/v1"] for each in _results(finding(), finding())]
    assert [each.rpartition(":")[2] for each in prints] == ["1", "2"]


def test_facts_and_the_verdict_are_in_the_property_bag() -> None:
    [made] = _results(finding(facts={"request_key": "orange", "clients": ("a", "b")}))
    assert made["properties"]["facts"] == {"request_key": "orange", "clients": ["a", "b"]}
    assert made["properties"]["disposition"] == "malicious"
    assert made["level"] == "error"
