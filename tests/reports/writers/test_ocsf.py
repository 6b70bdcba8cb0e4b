"""The OCSF format as a whole: one event for each listed verdict, one for the location, valid whatever the names."""

from __future__ import annotations

from hypothesis import given

from tests.pivot.cases import demo_report
from tests.reports.cases import full_report, nothing_found
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import reports
from tests.reports.writers.ocsf.validation import events
from webshellhunt.model.report import Report
from webshellhunt.reports.writers.ocsf import EXTENSIONS


def test_an_event_for_each_listed_verdict_and_one_for_the_location() -> None:
    assert [event["status_detail"] for event in events(full_report())] == [
        "malicious", "suspicious", "unexplained", "backdoored",
    ]  # fmt: skip
    assert len(events(full_report(), show_all=True)) == 6
    assert [event["status_detail"] for event in events(nothing_found())] == ["nothing_found"]
    assert EXTENSIONS[0] == "ocsf.jsonl"


def test_the_demo_is_valid_and_the_same_after_saving() -> None:
    assert len(events(demo_report())) == len(demo_report().accused) + 1
    assert shown_after_saving(demo_report(), "ocsf") == shown(demo_report(), "ocsf")


@given(reports)
def test_hostile_reports_are_valid_and_the_same_after_saving(made: Report) -> None:
    assert events(made, show_all=True)
    assert shown_after_saving(made, "ocsf", show_all=True) == shown(made, "ocsf", show_all=True)


def test_identifiers_are_the_same_tomorrow_and_others_on_another_host() -> None:
    uids = [event["finding_info"]["uid"] for event in events(full_report())]
    assert uids == [event["finding_info"]["uid"] for event in events(full_report())]
    assert len(set(uids)) == len(uids)
