"""The days that logs cover."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.builders.server_traffic import FIRST, ServerTraffic, days
from webshellhunt.correlation.log_coverage import (
    NO_LOG_OF_THE_DAY,
    CoveredDays,
    corrected_times,
    coverage_of,
    covered_days,
    planting_gap,
)
from webshellhunt.model.findings import Gap
from webshellhunt.model.traffic import LogFile, LogKind

PLANTED = datetime(2021, 3, 3, 4, tzinfo=UTC)


def test_the_sentence_counts_missing_days() -> None:
    traffic = ServerTraffic()
    traffic.steady([day for day in days(15, date(2021, 2, 24)) if day != date(2021, 3, 3)])
    (covered,) = traffic.read().covered
    assert str(covered) == "IIS logs cover 2021-02-24 to 2021-03-10 (15 days, 1 missing)"
    gap = planting_gap("C:\\x.aspx", PLANTED, [covered])
    assert gap is not None
    assert (gap.code, gap.matters, gap.path) == (NO_LOG_OF_THE_DAY, False, "C:\\x.aspx")
    assert gap.reason == (
        "no log with requests covers the day of the planting, 2021-03-03: "
        "IIS logs cover 2021-02-24 to 2021-03-10 (15 days, 1 missing)"
    )


def test_a_covered_day_has_no_gap() -> None:
    traffic = ServerTraffic()
    traffic.steady(days(15, date(2021, 2, 24)))
    assert planting_gap("x", PLANTED, traffic.read().covered) is None


def test_without_logs_with_requests() -> None:
    events = CoveredDays(LogKind.EVENTS, frozenset({PLANTED.date()}))
    gap = planting_gap("x", PLANTED, [events])
    assert gap is not None
    assert gap.reason == "no log with requests covers the day of the planting, 2021-03-03"


def test_logs_without_counted_rows_cover_their_extent() -> None:
    events = LogFile("x.evtx", LogKind.EVENTS, first_utc=PLANTED, last_utc=PLANTED.replace(day=5))
    unknown = LogFile("y.evtx", LogKind.EVENTS)
    assert [str(each) for each in covered_days([events, unknown])] == [
        "event logs cover 2021-03-03 to 2021-03-05 (3 days)"
    ]
    assert str(CoveredDays(LogKind.IIS, frozenset({FIRST}))) == f"IIS logs cover {FIRST}"
    assert covered_days([]) == []


def test_a_hostile_extent_is_bounded() -> None:
    far = LogFile(
        "x", LogKind.EVENTS, first_utc=datetime(1, 1, 1, tzinfo=UTC), last_utc=datetime(9999, 1, 1, tzinfo=UTC)
    )
    (covered,) = covered_days([far])
    assert len(covered.days) <= 20_000


def test_corrected_times_are_a_sentence() -> None:
    notes = [Gap("local-times", "logs", f"{name}.json", "its times are local; they were corrected") for name in "abc"]
    assert corrected_times([]) == []
    assert corrected_times(notes[:1]) == ["a.json: its times are local; they were corrected"]
    assert corrected_times(notes)[0].endswith("(also those of 2 other logs)")


def test_the_extent_of_the_logs_is_that_of_each_kind_and_site() -> None:
    logs = [
        LogFile("b.log", LogKind.IIS, site=1, rows=7, first_utc=PLANTED, last_utc=PLANTED),
        LogFile("a.log", LogKind.IIS, site=1, rows=3, broken=1),
        LogFile("c.log", LogKind.HTTP_PROXY, rows=1),
    ]
    proxy, iis = coverage_of(logs)
    assert (proxy.kind, proxy.site, proxy.files, proxy.rows) == (LogKind.HTTP_PROXY, None, 1, 1)
    assert iis == (LogKind.IIS, 1, 2, 10, 1, PLANTED, PLANTED)
