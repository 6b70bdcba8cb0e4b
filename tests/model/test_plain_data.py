"""Plain data: what is written is read back, and anything else is refused in a sentence."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from webshellhunt.errors import UsageError
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Evidence, Finding, Secret, Span
from webshellhunt.model.plain_data import from_plain, to_plain
from webshellhunt.model.report import Run
from webshellhunt.model.rules import Confidence, Rule, Severity
from webshellhunt.model.traffic import Count

RULE = Rule(id="WSH1001", slug="an-idea", title="An idea", severity=Severity.HIGH, confidence=Confidence.LOW, page="p")
EVIDENCE = Evidence("x", "raw", Span(0, 3), 1, 1, "abc", (Secret(0, 1, "a"),))
FACTS = {"a": 1, "b": True, "c": None, "d": "x\udcff", "e": ("x", "y")}
FINDING = Finding(RULE, "said", Severity.CRITICAL, Confidence.HIGH, (EVIDENCE,), FACTS)


def test_a_finding_comes_back_through_json() -> None:
    data = json.loads(json.dumps(to_plain(FINDING)))
    again = from_plain(Finding, data)
    assert again == FINDING
    assert [type(value) for value in again.facts.values()] == [int, bool, type(None), str, tuple]


def test_times_and_days_come_back() -> None:
    run = Run(datetime(2026, 1, 2, 3, 4, 5, 6, UTC), date(2026, 1, 1))
    again = from_plain(Run, json.loads(json.dumps(to_plain(run))))
    assert (again, again.started_utc) == (run, run.started_utc)


def test_unknown_names_are_ignored_and_missing_ones_have_their_default() -> None:
    data = to_plain(FINDING)
    del data["dormant"]
    assert from_plain(Finding, {**data, "of_a_later_version": 1}) == FINDING


def change(*path: str | int, to: object) -> Callable[[Any], None]:
    def apply(data: Any) -> None:
        for step in path[:-1]:
            data = data[step]
        data[path[-1]] = to

    return apply


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (change("severity", to="dire"), "Finding.severity is 'dire'; pass one of info, low, medium, high, critical"),
        (change("message", to=7), "Finding.message is of type int, not str"),
        (change("dormant", to=1), "Finding.dormant is of type int, not bool"),
        (change("evidence", to="x"), "Finding.evidence is of type str, not list"),
        (change("evidence", 0, "line", to=True), r"Finding.evidence\[0\].line is of type bool, not int"),
        (change("evidence", 0, "span", to=[0, 3]), r"Finding.evidence\[0\].span is of type list, not dict"),
        (change("facts", "a", to={}), "Finding.facts.a is of type dict, not str"),
        (lambda data: data.pop("rule"), "Finding has no 'rule'"),
        (change("rule", to=None), "Finding.rule is of type NoneType, not dict"),
        (change("acceptance", to={"reason": "r", "by": "b", "until": "soon"}), "Finding.acceptance.until is 'soon'"),
        (
            change("acceptance", to={"reason": "", "by": "b", "until": "2026-01-01"}),
            "Finding.acceptance: an entry need",
        ),
    ],
)
def test_what_is_no_such_value_is_named(spoil: Callable[[Any], None], words: str) -> None:
    data = to_plain(FINDING)
    spoil(data)
    with pytest.raises(UsageError, match=words):
        from_plain(Finding, data)


def test_what_has_no_plain_data_is_a_defect_of_the_caller() -> None:
    with pytest.raises(TypeError, match="no plain data for object"):
        to_plain(object())


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("2026-01-02T03:04:05", "no time zone"),
        ("2026-01-02", "no time zone"),
        ("9999-12-31T23:59:59-05:00", "ISO 8601"),
        ("0001-01-01T00:00:00+14:00", "ISO 8601"),
    ],
)
def test_a_time_that_is_none_in_utc_is_refused(text: str, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        from_plain(Timestamps, {"modified_utc": text})


def test_times_are_read_in_utc_and_numbers_are_bounded() -> None:
    read = from_plain(Timestamps, {"modified_utc": "2026-01-02T03:04:05+02:00"})
    assert read.modified_utc == datetime(2026, 1, 2, 1, 4, 5, tzinfo=UTC)
    assert read.modified_utc.tzinfo is UTC
    with pytest.raises(UsageError, match="more than 64 bits"):
        from_plain(Count, {"value": "x", "requests": 10**4200})
