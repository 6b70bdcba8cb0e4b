from __future__ import annotations

from datetime import UTC, datetime
from time import process_time

import pytest

from tests.builders.logs import gzipped, row, text_log
from webshellhunt.logs import events
from webshellhunt.logs.questions import Interest
from webshellhunt.logs.traffic_question import TrafficTally
from webshellhunt.model.progress import Progress, Stage
from webshellhunt.model.traffic import LogFile, LogKind, Record
from webshellhunt.scan.executors import SerialExecutor, open_executor
from webshellhunt.scan.log_places import FoundLog
from webshellhunt.scan.log_scan import LogResults, Within, read_logs
from webshellhunt.scan.watch import Watch
from webshellhunt.sources.memory import MemorySource


class Paths:
    """The addresses of one log, in the order of its rows."""

    def __init__(self) -> None:
        self.paths: list[str] = []

    def take(self, record: Record) -> None:
        self.paths.append(record.path)


class EachPage:
    kinds = frozenset({LogKind.IIS})
    words: frozenset[bytes] = frozenset()
    event_ids: frozenset[int] = frozenset()

    def interest(self, path: bytes, kind: LogKind) -> Interest:
        return () if path.endswith(b".aspx") else None

    def tally(self, log: LogFile) -> Paths:
        return Paths()


class Broken(EachPage):
    def tally(self, log: LogFile) -> Paths:
        raise ValueError("a defect")


def _source(logs: int = 3) -> MemorySource:
    def rows(day: int) -> bytes:
        on = f"2021-03-{day:02d}"
        return text_log(LogKind.IIS, row(f"{on} 04:05:06", f"/{day}.aspx"), row(f"{on} 04:05:07", "/x.css"))

    return MemorySource({f"u_ex2103{day:02d}.log": rows(day) for day in range(1, logs + 1)})


def _rows_of_a_day() -> bytes:
    return text_log(LogKind.IIS, row(path="/1.aspx"))


def _found(source: MemorySource) -> list[FoundLog]:
    return [FoundLog(LogFile(e.path, LogKind.IIS, e.size_bytes, 1), e.path) for e in source.list("")]


def _paths(tallies: list[object]) -> list[list[str]]:
    return [each.paths for each in tallies if isinstance(each, Paths)]


def test_each_question_has_its_tallies_in_the_order_of_the_logs() -> None:
    source = _source()
    results = read_logs([source], _found(source), [EachPage(), EachPage()], SerialExecutor())
    assert [log.rows for log in results.logs] == [2, 2, 2]
    assert results.logs[0].first_utc == datetime(2021, 3, 1, 4, 5, 6, tzinfo=UTC)
    for number in (0, 1):
        assert _paths([*results.of(number)]) == [["/1.aspx"], ["/2.aspx"], ["/3.aspx"]]
    assert not results.gaps


def test_processes_return_the_same_results() -> None:
    source = _source(5)
    with open_executor(2) as executor:
        results = read_logs([source], _found(source), [EachPage()], executor)
    assert _paths([*results.of(0)]) == [[f"/{day}.aspx"] for day in range(1, 6)]


def test_records_outside_the_period_are_left_out() -> None:
    source = _source()
    question = Within(EachPage(), datetime(2021, 3, 2, tzinfo=UTC), datetime(2021, 3, 3, tzinfo=UTC))
    results = read_logs([source], _found(source), [question], SerialExecutor())
    assert _paths([*results.of(0)]) == [[], ["/2.aspx"], []]


def test_a_log_that_is_gone_and_a_defect_are_gaps_and_nothing_else_is_lost() -> None:
    source = _source()
    gone = FoundLog(LogFile("gone.log", LogKind.IIS), "gone.log")
    results = read_logs([source], [gone, *_found(source)], [EachPage()], SerialExecutor())
    assert [gap.code for gap in results.gaps] == ["unreadable"]
    assert len(_paths([*results.of(0)])) == 3
    results = read_logs([source], _found(source), [Broken(), EachPage()], SerialExecutor())
    assert {gap.code for gap in results.gaps} == {"examination-failed"}


def test_a_share_of_broken_rows_is_a_gap() -> None:
    data = text_log(LogKind.IIS, row(path="/1.aspx"), "2021-03-03 broken", "also", "broken")
    source = MemorySource({"u_ex210303.log": data})
    (gap,) = read_logs([source], _found(source), [EachPage()], SerialExecutor()).gaps
    assert gap.code == "log-rows-broken"
    assert "3 of 4 rows" in gap.reason
    line = len(data[: data.index(b"broken")].splitlines())
    assert f"the first in line {line}:" in gap.reason
    assert not gap.matters


def test_a_log_in_a_format_that_is_not_read_is_named_and_matters() -> None:
    native = b"192.0.2.1, -, 10/1/2021, 7:19:08, W3SVC1, WEB01, 192.0.2.2, 613, 747, 143, 304, 0, GET, /, -,\r\n"
    source = MemorySource({"u_in211001.log": native * 10})
    (gap,) = read_logs([source], _found(source), [EachPage()], SerialExecutor()).gaps
    assert (gap.code, gap.matters) == ("log-format-not-read", True)
    assert gap.reason == "not supported: the format of IIS itself, with local times; 10 of 10 rows can't be read"
    (gap,) = read_logs([source := MemorySource({"x.log": b"a\nb\n"})], _found(source), [], SerialExecutor()).gaps
    assert (gap.code, gap.matters) == ("log-rows-broken", True)


def test_a_compressed_log_that_is_cut_off_matters() -> None:
    whole = gzipped(text_log(LogKind.IIS, *(row(path=f"/{n}.aspx") for n in range(2_000))))
    source = MemorySource({"u_ex210303.log.gz": whole[: len(whole) // 2]})
    results = read_logs([source], _found(source), [], SerialExecutor())
    (gap,) = [gap for gap in results.gaps if gap.code == "log-cut-off"]
    assert gap.matters
    assert gap.reason.startswith("the file is cut off, damaged, or mostly zeros; ")
    assert results.logs[0].truncated


def test_event_logs_without_their_extra_are_one_gap_a_folder(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "_parser_class", lambda: None)
    data = b"ElfFile\0".ljust(70_000, b"\0")
    source = MemorySource({f"a/{n}.evtx": data for n in range(3)} | {"b.evtx": data, "c.log": _rows_of_a_day()})
    found = [FoundLog(LogFile(f"a/{n}.evtx", LogKind.EVENTS), f"a/{n}.evtx") for n in range(3)]
    found += [FoundLog(LogFile("b.evtx", LogKind.EVENTS), "b.evtx"), FoundLog(LogFile("c.log", LogKind.IIS), "c.log")]
    results = read_logs([source], found, [EachPage()], SerialExecutor())
    assert [log.path for log in results.logs] == ["c.log"]
    assert [(gap.path, gap.reason, gap.matters) for gap in results.gaps] == [
        ("a/", f"3 event logs were NOT read: {events.REMEDY}", True),
        ("b.evtx", f"1 event log was NOT read: {events.REMEDY}", True),
    ]


def test_an_interrupt_keeps_what_was_read() -> None:
    source = _source(3)

    def stop(now: Progress) -> None:
        raise KeyboardInterrupt

    results = read_logs([source], _found(source), [EachPage()], SerialExecutor(), Watch(stop))
    assert results.is_interrupted
    assert _paths([*results.of(0)]) == [["/1.aspx"], ["/2.aspx"], ["/3.aspx"]]
    assert not read_logs([source], _found(source), [], SerialExecutor()).is_interrupted


def test_years_of_no_log_cost_no_log() -> None:
    times = ("0001-01-01 00:00:00", "9999-12-31 23:59:59", "0001-01-01 00:00:01", "2021-03-03 04:05:06")
    source = MemorySource({"u_ex210303.log": text_log(LogKind.IIS, *(row(when, "/x.aspx") for when in times))})
    results = read_logs([source], _found(source), [EachPage()], SerialExecutor())
    assert not results.gaps
    assert _paths([*results.of(0)]) == [["/x.aspx"] * 4]
    (log,) = results.logs
    assert log.first_utc == log.last_utc == datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC)


def test_progress_counts_logs() -> None:
    told: list[Progress] = []
    source = _source()
    watch = Watch(told.append)
    watch.start(Stage.LOGS, source.location, 3, 1836)
    read_logs([source], _found(source), [], SerialExecutor(), watch)
    assert told[1:] == [Progress(Stage.LOGS, 3, 3, path="u_ex210303.log", done_bytes=1836, total_bytes=1836)]


def test_the_tallies_of_thousands_of_folders_are_merged_in_linear_time() -> None:
    results = LogResults()
    began = process_time()
    for number in range(6_000):
        log = LogFile(f"h{number % 3_000}\\W3SVC1\\u_ex{number}.log", LogKind.IIS)
        results.add(log, [(0, TrafficTally(log))], [])
    assert len(results.of(0)) == 3_000
    assert process_time() - began < 5


@pytest.mark.parametrize("named", [LogKind.HTTP_PROXY, LogKind.ECP_SERVER, LogKind.FTP])
def test_the_content_of_a_log_wins_over_its_name(named: LogKind) -> None:
    rows = text_log(LogKind.IIS, *(row("2021-03-03 04:05:06", "/x.aspx") for _ in range(3)))
    found = [FoundLog(LogFile("x", named, len(rows)), "x")]
    results = read_logs([MemorySource({"x": rows})], found, [EachPage()], SerialExecutor())
    (log,) = results.logs
    expected = LogKind.FTP if named is LogKind.FTP else LogKind.IIS  # the rows of FTP have the same form
    assert (log.kind, log.rows, log.broken, results.gaps) == (expected, 3, 0, [])
