"""Data dates: each table that ages has a day, and one that is half a year old is told, whatever today is."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from webshellhunt.knowledge import data_dates
from webshellhunt.knowledge.data_dates import STALE_AFTER, data_as_of, iter_stale, newest_data, stale_gaps
from webshellhunt.knowledge.exchange_builds import load_builds
from webshellhunt.pipeline import hunt
from webshellhunt.sources.described import DescribedHost

AGEING = {
    "attack_tactics.tsv",
    "attack_techniques.tsv",
    "exchange_builds.tsv",
    "exchange_cves.tsv",
    "gadget_chains.tsv",
    "indicators.tsv",
    "product_machine_keys.tsv",
    "published_machine_keys.txt",
    "waves.tsv",
}
RELIED_ON = data_as_of().keys() - {"attack_tactics.tsv", "attack_techniques.tsv"}
LATER = datetime(2031, 5, 6, tzinfo=UTC)


def test_each_table_that_ages_has_a_day() -> None:
    assert data_as_of().keys() >= AGEING
    assert data_as_of()["exchange_builds.tsv"] == load_builds().as_of
    assert "exchange_pages.txt" not in data_as_of()


def test_a_table_is_stale_after_half_a_year_and_not_before() -> None:
    day = date(2026, 10, 8)
    assert list(iter_stale(day + STALE_AFTER, {"a.tsv": day})) == []
    (gap,) = iter_stale(day + STALE_AFTER + timedelta(days=1), {"a.tsv": day})
    assert (gap.code, gap.stage, gap.path, gap.matters) == ("stale-data", "data", "a.tsv", False)
    assert gap.reason == ("this data is of 2026-10-08, more than half a year old; update webshellhunt")


def test_a_clock_that_is_behind_makes_nothing_stale() -> None:
    assert stale_gaps(lambda: datetime(1970, 1, 1, tzinfo=UTC)) == []


def test_the_clock_may_be_given() -> None:
    assert {gap.path for gap in stale_gaps(lambda: LATER)} == RELIED_ON


def test_without_one_it_is_that_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    assert data_dates.utc_now().tzinfo is UTC
    monkeypatch.setattr(data_dates, "utc_now", lambda: LATER)
    assert {gap.path for gap in stale_gaps()} == RELIED_ON


def test_a_hunt_years_later_says_so_and_is_no_worse(clean_host: DescribedHost) -> None:
    fresh = hunt(clean_host.source())
    late = hunt(clean_host.source(), clock=lambda: LATER)
    stale = [gap for gap in late.gaps if gap.code == "stale-data"]
    assert {gap.path for gap in stale} == RELIED_ON
    assert [gap for gap in late.gaps if gap not in stale] == list(fresh.gaps)
    assert late.assessment == fresh.assessment


def test_tables_of_names_do_not_make_the_data_newer() -> None:
    assert newest_data() == max(data_as_of()[name] for name in RELIED_ON)
