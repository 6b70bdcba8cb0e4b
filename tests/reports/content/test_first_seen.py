"""Since when a subject is there: planted, between two snapshots, or seen first."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.reports.cases import finding, verdict
from webshellhunt.model.findings import FactValue
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting, Verdict
from webshellhunt.reports.content.subjects import Since, since_of

WHEN = datetime(2021, 3, 3, 4, tzinfo=UTC)
LATER = datetime(2021, 3, 5, tzinfo=UTC)


def with_facts(facts: dict[str, FactValue], planting: Planting | None = None) -> Verdict:
    return replace(verdict("x.aspx", Disposition.MALICIOUS, finding(facts=facts)), planting=planting)


def test_the_time_of_planting_and_the_latest_one() -> None:
    planted = with_facts({}, Planting(WHEN, "created", ""))
    assert since_of(planted) == Since(WHEN, None, "2021-03-03")
    assert since_of(planted, LATER) == Since(WHEN, LATER, "2021-03-03 to 2021-03-05")
    assert since_of(planted, WHEN.replace(hour=9)).words == "2021-03-03"


def test_two_snapshots_bound_it() -> None:
    bounds: dict[str, FactValue] = {"absent_at": WHEN.isoformat(), "present_at": LATER.isoformat()}
    between = Planting(None, "absent in a shadow copy", "")
    assert since_of(with_facts(bounds, between)) == Since(WHEN, LATER, "2021-03-03 to 2021-03-05")
    assert since_of(with_facts({"absent_at": WHEN.isoformat()}, between)) == Since(words="after 2021-03-03")


def test_the_bounds_of_logs_count_as_those_of_snapshots() -> None:
    bracket = Planting(None, "", "", not_before_utc=WHEN, not_before="404", not_after_utc=LATER, not_after="200")
    assert since_of(with_facts({}, bracket)) == Since(WHEN, LATER, "2021-03-03 to 2021-03-05")
    late = replace(bracket, not_before_utc=None)
    assert since_of(with_facts({}, late)).words == "by 2021-03-05"
    assert since_of(with_facts({}, replace(bracket, not_after_utc=None))).words == "after 2021-03-03"


def test_visitors_of_a_page_prove_nothing_about_code_that_was_added_to_it() -> None:
    facts: dict[str, FactValue] = {"first_answered": "2021-03-03T04:00:00Z", "first_ran": "2021-03-03T04:00:00Z"}
    changed = replace(with_facts(facts), use=Use(38, 38, 0, WHEN, LATER, visited=True))
    assert since_of(changed).words == "unknown"
    assert since_of(replace(changed, use=Use(38, 38, 0, WHEN, LATER))).words == "by 2021-03-03"


@pytest.mark.parametrize(
    ("facts", "words"),
    [
        ({"planted_at": "2021-03-01T00:00:00Z", "first_ran": "2021-02-01T00:00:00Z"}, "2021-03-01"),
        ({"first_ran": "2021-03-02T00:00:00Z"}, "by 2021-03-02"),
        ({"first_ran": "never"}, "unknown"),
        ({}, "unknown"),
    ],
)
def test_without_file_times_the_findings_name_it(facts: dict[str, FactValue], words: str) -> None:
    assert since_of(with_facts(facts)).words == words


def test_the_first_use_is_the_latest_time_of_planting() -> None:
    used = replace(with_facts({}), use=Use(2, 1, 1, WHEN, LATER))
    assert since_of(used).words == "by 2021-03-03"
    assert since_of(replace(used, use=Use(2, 0, 0, WHEN, LATER))).words == "unknown"
