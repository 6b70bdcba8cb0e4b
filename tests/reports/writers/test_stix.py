"""STIX: bundles that the validator of OASIS accepts in its strict mode, whatever the names are."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from hypothesis import given

from tests.pivot.cases import demo_report
from tests.reports.cases import SHELL, full_report, nothing_found
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import reports
from tests.reports.writers.stix.validation import objects
from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Report, Run, Step
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.format_registry import format_of_file


def _of(made: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in made if each["type"] == kind]


def test_the_demo_is_told_in_objects() -> None:
    made = objects(demo_report())
    convicted = [each for each in demo_report().accused if each.disposition is Disposition.MALICIOUS]
    names = {each["name"] for each in _of(made, "malware")}
    assert {"offline.aspx", "session.aspx", "banner.png", "support.aspx"} <= names
    assert len(_of(made, "malware")) == len(convicted) - 1  # all but the exploit in the logs
    assert {each["malware_types"][0] for each in _of(made, "malware")} == {"webshell"}
    assert {each["value"] for each in _of(made, "ipv4-addr")} == {"203.0.113.77", "203.0.113.5"}
    digests = {each.subject.sha256 for each in convicted}
    assert {each["pattern"].split("'")[3] for each in _of(made, "indicator")} == digests - {None}
    [report] = _of(made, "report")
    assert report["description"].startswith(demo_report().assessment.sentence)
    assert set(report["object_refs"]) == {each["id"] for each in made} - {report["id"]}


def test_a_shell_uses_the_techniques_of_its_findings() -> None:
    made = objects(full_report())
    [pattern] = _of(made, "attack-pattern")
    assert pattern["external_references"][0]["external_id"] == "T1505.003"
    assert pattern["kill_chain_phases"] == [{"kill_chain_name": "mitre-attack", "phase_name": "persistence"}]
    uses = [each for each in _of(made, "relationship") if each["relationship_type"] == "uses"]
    assert [(each["source_ref"], each["target_ref"]) for each in uses] == [
        (_of(made, "malware")[0]["id"], pattern["id"])
    ]
    assert {each["name"] for each in _of(made, "identity")} == {"webshellhunt", "EXCH01"}
    [wave] = _of(made, "vulnerability")
    assert wave["name"] == "CVE-2021-34473"


def test_the_next_hunt_makes_later_versions_of_the_same_objects() -> None:
    later = replace(full_report(), run=Run(datetime(2026, 12, 24, tzinfo=UTC), version="0.2.0"))
    first, second = ({each["id"]: each for each in objects(made)} for made in (full_report(), later))
    changed = {each for each in first.keys() ^ second.keys() if not each.startswith("report--")}
    assert changed == set()
    for identifier in first.keys() & second.keys():
        if "created" in first[identifier]:
            assert first[identifier]["created"] == second[identifier]["created"]
            assert first[identifier]["modified"] <= second[identifier]["modified"]


def test_excerpts_are_defanged() -> None:
    content = "\n".join(each["content"] for each in _of(objects(full_report()), "note"))
    assert "WSH1001" in content
    assert SHELL not in content
    raw = "\n".join(each["content"] for each in _of(objects(full_report(), raw_excerpts=True), "note"))
    assert SHELL in raw


def test_several_reports_are_one_bundle() -> None:
    made = objects([demo_report(), full_report(), nothing_found()])
    assert len(_of(made, "report")) == 3
    assert len(objects([demo_report(), demo_report()])) == len(objects(demo_report()))
    assert [each["type"] for each in objects([])] == ["identity"]
    assert format_of_file("r.stix.json") == "stix"


def test_two_locations_of_one_host_have_each_their_gaps_and_their_report() -> None:
    first = replace(full_report(), location="E:/disk1")
    second = replace(full_report(), location="F:/disk2", gaps=(Gap("unreadable", "walk", "D:/x", "access denied"),))
    made = objects([first, second])
    assert len(_of(made, "report")) == 2
    assert len(_of(made, "malware")) == len(_of(objects(first), "malware"))  # the same shell of the same host
    assert len(_of(made, "sighting")) == 2 * len(_of(objects(first), "sighting"))
    assert [each["content"] for each in _of(made, "note") if "access denied" in each["content"]] == [
        "D:/x: access denied"
    ]


def test_two_hosts_without_a_name_have_each_their_shells() -> None:
    made = [replace(full_report(), host=full_report().host._replace(name=None), location=each) for each in ("E:", "F:")]
    assert len(_of(objects(made), "malware")) == 2 * len(_of(objects(made[0]), "malware"))


def test_a_step_names_its_first_items_alone() -> None:
    steps = (Step("Isolate them", tuple(f"C:\\{number}.aspx" for number in range(99))), Step("Then rest"))
    made = replace(full_report(), assessment=full_report().assessment._replace(next_steps=steps))
    [content] = [each["content"] for each in _of(objects(made), "note") if each["abstract"] == "next steps"]
    assert "and 79 more" in content
    assert content.endswith("2. Then rest")


def test_a_saved_report_gives_the_same() -> None:
    assert shown_after_saving(demo_report(), "stix") == shown(demo_report(), "stix")
    assert shown_after_saving(full_report(), "stix", show_all=True) == shown(full_report(), "stix", show_all=True)


@given(reports)
def test_hostile_reports_are_valid_and_the_same_after_saving(made: Report) -> None:
    objects(made, show_all=True)
    assert shown_after_saving(made, "stix", show_all=True) == shown(made, "stix", show_all=True)
