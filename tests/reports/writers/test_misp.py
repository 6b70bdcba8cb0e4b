"""MISP: events that PyMISP loads in its strict mode, whatever the names are."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given

from tests.pivot.cases import demo_report
from tests.reports.cases import SHELL, WHEN, full_report, nothing_found, report
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import reports
from tests.reports.writers.misp.validation import events, pymisp
from webshellhunt.model.findings import Gap
from webshellhunt.model.report import Report, Run, Step
from webshellhunt.model.traffic import Use
from webshellhunt.reports.format_registry import format_of_file
from webshellhunt.reports.writers.misp import MOST_CHARACTERS

WEB_SHELL = 'misp-galaxy:mitre-attack-pattern="Web Shell - T1505.003"'


def test_the_demo_is_one_event() -> None:
    [event] = events(demo_report())
    assert event["threat_level_id"] == "1"
    assert event["distribution"] == "0"
    assert not event["published"]
    assert event["date"] == "2026-11-27"
    assert demo_report().assessment.sentence[:40] in event["info"]
    assert {"name": WEB_SHELL} in event["Tag"]
    assert not [tag for tag in event["Tag"] if tag["name"].startswith("tlp")]
    clients = {each["value"]: each["to_ids"] for each in event["Attribute"] if each["type"] == "ip-src"}
    assert clients == {"203.0.113.77": True, "203.0.113.5": True}
    assert "CVE-2021-34473" in [each["value"] for each in event["Attribute"] if each["type"] == "vulnerability"]


def test_a_shell_is_an_object_of_a_file() -> None:
    [event] = events(demo_report())
    first = event["Object"][0]
    values = {each["object_relation"]: each for each in first["Attribute"]}
    assert values["filename"]["value"] == "offline.aspx"
    assert values["fullpath"]["value"] == r"C:\inetpub\wwwroot\aspnet_client\offline.aspx"
    assert values["state"]["value"] == "Malicious"
    assert values["sha256"]["to_ids"]
    assert not values["filename"]["to_ids"]
    assert "WSH1001" in values["text"]["value"]
    assert {"name": WEB_SHELL} in values["sha256"]["Tag"]
    [reference] = first["ObjectReference"]
    [client] = [each for each in event["Attribute"] if each["uuid"] == reference["referenced_uuid"]]
    assert client["value"] == "203.0.113.77"
    assert first["first_seen"] == "2021-02-28T19:41:22+00:00"


def test_what_is_not_convicted_is_no_sign_for_an_intrusion_detection() -> None:
    [event] = events(full_report())
    digests = {
        each["value"]: each["to_ids"]
        for one in event["Object"]
        for each in one["Attribute"]
        if each["object_relation"] == "sha256"
    }
    assert digests == {"ab" * 32: True, "cd" * 32: False, "ef" * 32: False}


@pytest.mark.parametrize(
    ("more", "to_ids"),
    [({}, True), ({"visited": True}, False), ({"claimed": ("203.0.113.9",)}, False)],
)
def test_users_of_a_page_and_claimed_clients_are_no_signs(more: dict[str, Any], to_ids: bool) -> None:
    use = Use(3, 3, 3, WHEN, WHEN, clients=("203.0.113.9",), client_count=1)._replace(**more)
    first, *others = full_report().verdicts
    [event] = events(replace(full_report(), verdicts=(replace(first, use=use), *others)))
    [client] = [each for each in event["Attribute"] if each["type"] == "ip-src"]
    assert (client["value"], client["to_ids"]) == ("203.0.113.9", to_ids)
    assert ("header of a proxy" in client["comment"]) is ("claimed" in more)


def test_the_next_hunt_updates_the_same_event() -> None:
    later = replace(full_report(), run=Run(datetime(2026, 12, 24, tzinfo=UTC)))
    [first], [second] = events(full_report()), events(later)
    assert first["uuid"] == second["uuid"]
    assert int(first["timestamp"]) < int(second["timestamp"])
    assert [each["uuid"] for each in first["Object"]] == [each["uuid"] for each in second["Object"]]


def test_an_equal_gap_is_told_once() -> None:
    [event] = events(report(gaps=[Gap("unreadable", "walk", "x", "why")] * 2))
    assert [each["value"] for each in event["Attribute"] if each["comment"] == "not examined"] == ["x: why"]


def test_excerpts_are_defanged() -> None:
    assert SHELL not in json.dumps(events(full_report()), ensure_ascii=False).replace('\\"', '"')
    assert SHELL in json.dumps(events(full_report(), raw_excerpts=True), ensure_ascii=False).replace('\\"', '"')


def test_a_report_is_an_event_and_a_file_is_loaded(tmp_path: Path) -> None:
    assert len(events([demo_report(), full_report(), nothing_found()])) == 3
    assert events([]) == []
    path = tmp_path / "report.misp.json"
    path.write_text(shown(full_report(), "misp"), encoding="utf-8")
    event = pymisp.MISPEvent()
    event.load_file(path)
    assert len(event.objects) == 3
    assert format_of_file(path.name) == "misp"


def test_two_locations_of_one_host_are_two_events_without_a_common_identifier() -> None:
    made = events([replace(full_report(), location=each) for each in ("E:/disk1", "F:/disk2")])
    first, second = (set(_identifiers(each)) for each in made)
    assert len(first) == len(second) > 10
    assert not first & second


def test_two_hosts_without_a_name_have_no_common_identifier() -> None:
    nameless = replace(full_report(), host=full_report().host._replace(name=None))
    made = events([replace(nameless, location=each) for each in ("E:/disk1", "F:/disk2")])
    first, second = (set(_identifiers(each)) for each in made)
    assert not first & second


def test_a_vulnerability_of_two_waves_is_one_attribute() -> None:
    for event in events(demo_report()):
        found = [each for each in event["Attribute"] if each["type"] == "vulnerability"]
        values = [each["value"] for each in found]
        assert len(set(values)) == len(values)
        [both] = [each["comment"] for each in found if each["value"] == "CVE-2022-41082"]
        assert both == "open: ProxyNotShell, OWASSRF"


def test_a_comment_is_bounded() -> None:
    steps = (Step("Isolate them", tuple(f"C:\\{number}.aspx" for number in range(5000))),)
    made = replace(full_report(), assessment=full_report().assessment._replace(next_steps=steps))
    gaps = (Gap("unreadable", "walk", "y" * 99_999, "why"),)
    [event] = events(replace(made, gaps=gaps))
    comments = [each["value"] for each in event["Attribute"] if each["type"] == "comment"]
    assert [each for each in comments if each.endswith("and 4,980 more")]
    assert max(map(len, comments)) <= MOST_CHARACTERS


def _identifiers(part: object) -> Iterator[str]:
    """Yield the identifiers of a part of an event."""
    if isinstance(part, dict):
        yield from [part["uuid"]] if "uuid" in part else []
        for each in part.values():
            yield from _identifiers(each)
    elif isinstance(part, list):
        for each in part:
            yield from _identifiers(each)


def test_a_saved_report_gives_the_same() -> None:
    assert shown_after_saving(demo_report(), "misp") == shown(demo_report(), "misp")
    assert shown_after_saving(full_report(), "misp", show_all=True) == shown(full_report(), "misp", show_all=True)


@given(reports)
def test_hostile_reports_are_valid_and_the_same_after_saving(made: Report) -> None:
    events(made, show_all=True)
    assert shown_after_saving(made, "misp", show_all=True) == shown(made, "misp", show_all=True)
