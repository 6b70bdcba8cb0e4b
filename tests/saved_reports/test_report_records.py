"""Records become the model again."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from tests.pivot.cases import demo_report
from tests.reports import cases
from webshellhunt.errors import UsageError
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import Options
from webshellhunt.reports.content.logs import log_notes
from webshellhunt.reports.records.report_records import iter_records
from webshellhunt.saved_reports.report_records import report_of


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
