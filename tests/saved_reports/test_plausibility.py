"""Values that no hunt writes are refused in a sentence, in each form of a saved report."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from tests.pivot.cases import demo_report
from tests.reports.cases import full_report
from webshellhunt.errors import UsageError
from webshellhunt.reports import render
from webshellhunt.saved_reports import parse_reports
from webshellhunt.saved_reports.plausibility import check_values

Change = Callable[[dict[str, Any]], None]


def complaint(change: Change) -> str:
    """Return what is said of a saved report with a change of its first location."""
    document = json.loads(render(full_report(), "json", show_all=True))
    change(document["reports"][0])
    with pytest.raises(UsageError) as caught:
        parse_reports(json.dumps(document).encode())
    return str(caught.value)


def plain_complaint(change: Change) -> str:
    document = full_report().to_dict()
    change(document)
    with pytest.raises(UsageError) as caught:
        parse_reports(json.dumps(document).encode())
    return str(caught.value)


def test_a_report_of_a_hunt_is_plausible() -> None:
    check_values(demo_report())
    check_values(full_report())


@pytest.mark.parametrize("digest", ["\x1b[2J\u202e", "\ud800", "", "a" * 63, "g" * 64])
def test_a_digest_that_is_none(digest: str) -> None:
    for told in (complaint, plain_complaint):
        said = told(lambda report: _first(report).update(sha256=digest))
        assert said == "'sha256' of verdict 1 is no digest: this report is damaged"


def _first(report: dict[str, Any]) -> dict[str, Any]:
    """Return the record of the first subject, in either form."""
    verdict: dict[str, Any] = report["verdicts"][0]
    subject: dict[str, Any] = verdict.get("subject", verdict)
    return subject


@pytest.mark.parametrize("place", ["build", "fixed_build", "witness"])
def test_a_build_of_thousands_of_digits(place: str) -> None:
    def change(report: dict[str, Any]) -> None:
        state = report["summary"]["patch_state"]
        record = {"build": state, "fixed_build": state["open"][0], "witness": state["witnesses"][0]}[place]
        record["fixed_build" if place == "fixed_build" else "build"] = "9" * 5000

    said = complaint(change)
    assert "has 5,000 characters" in said
    assert len(said) < 200


@pytest.mark.parametrize("time", ["2021-01-01T00:00:00", "9999-12-31T23:59:59-05:00", "0001-01-01T00:00:00+14:00"])
def test_a_time_that_is_none_in_utc(time: str) -> None:
    said = complaint(lambda report: report["summary"].update(started_utc=time))
    assert "started_utc" in said
    assert said.endswith("this report is damaged")
    assert "started_utc" in plain_complaint(lambda report: report["run"].update(started_utc=time))


def test_a_number_of_thousands_of_digits() -> None:
    said = complaint(lambda report: report["summary"]["counts"].update(benign=10**4200))
    assert "counts.benign is a number of more than 64 bits" in said
