from __future__ import annotations

from datetime import UTC, datetime

from tests.builders.logs import row, text_log
from webshellhunt.logs.questions import Interest
from webshellhunt.model.traffic import LogFile, LogKind, Record
from webshellhunt.scan.executors import SerialExecutor, open_executor
from webshellhunt.scan.log_places import FoundLog
from webshellhunt.scan.log_scan import Within, read_logs
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


def test_progress_counts_logs() -> None:
    seen: list[tuple[int, str]] = []
    source = _source()
    read_logs([source], _found(source), [], SerialExecutor(), lambda count, path: seen.append((count, path)))
    assert seen == [(3, "u_ex210303.log")]
