"""The overview has one row for each accused subject, worst first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

from hypothesis import given

from tests.reports.cases import SECRET, finding, full_report, report, verdict
from tests.reports.strategies import reports
from webshellhunt.model.report import Report
from webshellhunt.model.rules import RuleOrigin
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Presence
from webshellhunt.reports.overview import leading_finding, overview

WHEN = datetime(2021, 3, 3, tzinfo=UTC)


def test_a_row_for_each_accused_subject() -> None:
    rows = overview(full_report())
    assert [row.verdict for row in rows] == list(full_report().accused)


@given(reports)
def test_any_report_has_an_overview(made: Report) -> None:
    assert len(overview(made)) == len(made.accused)


def test_a_detector_explains_before_a_signature() -> None:
    told = matched = finding()
    matched = replace(matched, rule=replace(matched.rule, origin=RuleOrigin.SIGNATURE))
    assert leading_finding(verdict("x.aspx", Disposition.MALICIOUS, matched, told)) is told
    assert leading_finding(verdict("x.aspx", Disposition.MALICIOUS, matched)) is matched


def test_the_use_and_the_presence_in_words() -> None:
    used = replace(verdict("x.aspx", Disposition.MALICIOUS, finding()), use=Use(3, 2, 2, WHEN, WHEN))
    gone = replace(used, use=Use(0, 0, 0, None, None), subject=replace(used.subject, presence=Presence.DELETED))
    rows = overview(report(used, gone))
    assert [(row.used, row.presence) for row in rows] == [
        ("2 times, last 2021-03-03", "still there"),
        ("not requested", "deleted"),
    ]


def test_no_secret_is_shown() -> None:
    found = replace(finding(facts={"password": SECRET}), message=f"the page checks {SECRET}")
    made = report(verdict("x.aspx", Disposition.MALICIOUS, found))
    assert SECRET not in overview(made)[0].what
    assert SECRET in overview(made, show_secrets=True)[0].what
