"""The days that logs cover."""

from __future__ import annotations

from datetime import UTC, date, datetime

from tests.builders.server_traffic import FIRST, ServerTraffic, days
from webshellhunt.correlation.log_coverage import (
    NO_LOG_OF_THE_DAY,
    NO_LOG_OF_THE_PERIOD,
    CoveredDays,
    corrected_times,
    coverage_of,
    covered_days,
    period_gaps,
    planting_gap,
)
from webshellhunt.model.findings import Gap
from webshellhunt.model.log_options import Period
from webshellhunt.model.traffic import LogFile, LogKind

PLANTED = datetime(2021, 3, 3, 4, tzinfo=UTC)
EARLIEST = datetime.min.replace(tzinfo=UTC)


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


def test_a_period_without_a_row_is_a_gap_that_matters() -> None:
    covered = [CoveredDays(LogKind.IIS, frozenset({PLANTED.date()}))]
    day_after = datetime(2021, 3, 4, tzinfo=UTC)
    for period in (Period(day_after, None), Period(None, datetime(2021, 3, 3, tzinfo=UTC)), Period(None, EARLIEST)):
        (gap,) = period_gaps(period, covered)
        assert (gap.code, gap.matters) == (NO_LOG_OF_THE_PERIOD, True)
        assert gap.reason == "no log covers this period: IIS logs cover 2021-03-03"
    for period in (Period(), Period(PLANTED, day_after), Period(EARLIEST, day_after), Period(None, PLANTED)):
        assert not period_gaps(period, covered)
    assert period_gaps(Period(PLANTED, None), [])[0].reason.endswith("no log has a row with a time")


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
