"""Records become the model again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given

from tests.pivot.cases import demo_report
from tests.reports import cases
from tests.reports.strategies import fleets, patch_states
from webshellhunt.errors import UsageError
from webshellhunt.model.fleet import Fleet
from webshellhunt.model.patches import PatchState
from webshellhunt.model.plain_data import from_plain
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import Options, render
from webshellhunt.reports.content.logs import log_notes
from webshellhunt.reports.records.fleet_records import fleet_record
from webshellhunt.reports.records.report_records import iter_records, patch_record
from webshellhunt.reports.writers import json as json_writer
from webshellhunt.saved_reports import parse_file
from webshellhunt.saved_reports.report_records import fleet_of, patch_state_of, report_of


def _records(options: Options | None = None) -> tuple[list[Any], list[Any], dict[str, Any]]:
    *records, summary = json.loads(json.dumps(list(iter_records(demo_report(), options or Options(show_all=True)))))
    verdicts = [each for each in records if each["kind"] == "verdict"]
    return verdicts, [each for each in records if each["kind"] == "gap"], summary


@pytest.mark.parametrize("raw", [False, True])
def test_excerpts_are_as_found(raw: bool) -> None:
    report = report_of(*_records(Options(raw_excerpts=raw, show_all=True)), "report")
    for verdict, original in zip(report.verdicts, demo_report().verdicts, strict=True):
        assert verdict.subject == original.subject
        found = [evidence.excerpt for finding in verdict.findings for evidence in finding.evidence]
        assert found == [evidence.excerpt for finding in original.findings for evidence in finding.evidence]


def test_use_and_clients_come_back() -> None:
    report = report_of(*_records(), "report")
    assert report.traffic is not None
    assert report.traffic.notes == log_notes(demo_report()).sentences
    assert replace(report.traffic, notes=()) == demo_report().traffic
    assert report.timeline == demo_report().timeline
    assert report.verdicts[0].use is not None
    assert report.verdicts[0].planting == demo_report().verdicts[0].planting


def test_a_damaged_excerpt_is_refused() -> None:
    verdicts, gaps, summary = _records()
    verdicts[0]["findings"][0]["evidence"][0]["excerpt"] = "plain text"
    with pytest.raises(UsageError, match="not a defanged line"):
        report_of(verdicts, gaps, summary, "report")


def test_an_excerpt_with_half_a_character_is_as_found() -> None:
    made = cases.report(cases.verdict("x.aspx", Disposition.MALICIOUS, cases.finding(excerpt="a \udd94 b")))
    *verdicts, summary = json.loads(json.dumps(list(iter_records(made, Options()))))
    [read] = report_of(verdicts, [], summary, "report").verdicts
    assert read.findings[0].evidence[0].excerpt == "a \udd94 b"


@given(fleets)
def test_any_fleet_comes_back_as_it_is_written(fleet: Fleet) -> None:
    record = json.loads(json.dumps(fleet_record(fleet)))
    assert fleet_record(fleet_of(record, "it")) == record


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_it_is_shown_instead_of_a_new_one(form: str) -> None:
    text = render([demo_report(), demo_report()], form, fleet=True)
    saved = parse_file(text.encode())
    assert saved.fleet is not None
    assert len(saved.reports) == 2
    assert "".join(json_writer.lines(saved.reports, Options(compared=saved.fleet))) == render(
        [demo_report(), demo_report()], "json", fleet=True
    )


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (7, "the fleet is no object"),
        ({"schema_version": 1}, "this report is damaged"),
        ({"schema_version": 1, "sentence": "x", "shared": 3}, "this report is damaged"),
        ({"schema_version": 1, "sentence": "x", "shared": [3]}, "this report is damaged"),
        ({"schema_version": 1, "sentence": "x", "hosts": [{"name": []}]}, "this report is damaged"),
    ],
)
def test_a_damaged_one_is_one_sentence(damage: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fleet_of(damage, "the fleet")
    with pytest.raises(UsageError):
        parse_file(json.dumps({"kind": "reports", "schema_version": 1, "reports": [], "fleet": damage}).encode())


@given(patch_states)
def test_the_record_of_what_is_read_is_the_same(state: PatchState) -> None:
    record = json.loads(json.dumps(patch_record(state)))
    assert patch_record(from_plain(PatchState, patch_state_of(record))) == record


def test_none_is_none() -> None:
    assert patch_state_of(None) is None


@pytest.mark.parametrize("record", [1, {"waves": 1}, {"waves": [1]}, {"open": [1]}, {"waves": [{"disclosed": "x"}]}])
def test_a_damaged_record_is_refused(record: object) -> None:
    with pytest.raises(UsageError):
        patch_state_of(record)
