"""One question for all counts, whose tallies merge by folder while logs are read."""

from __future__ import annotations

from datetime import UTC, datetime

from tests.builders.server_traffic import MB, ServerTraffic, days, ordinary_weeks, read_text_logs
from webshellhunt.correlation.log_review import LogReview
from webshellhunt.logs.questions import MergingTally, Question, RowsTally
from webshellhunt.logs.traffic_question import TrafficQuestion, TrafficTally
from webshellhunt.model.traffic import LogFile, LogKind
from webshellhunt.scan.executors import SerialExecutor
from webshellhunt.scan.log_places import FoundLog
from webshellhunt.scan.log_scan import LogResults, Within, WithinTally, read_logs
from webshellhunt.sources.memory import MemorySource


def stolen() -> ServerTraffic:
    traffic = ordinary_weeks(count=20)
    traffic.request(days(20)[12], "203.0.113.7", 4100 * MB, path="/aspnet_client/a.zip")
    return traffic


def read_all(traffic: ServerTraffic, question: Question) -> LogResults:
    logs = traffic.logs()
    source = MemorySource({f"{number}.log": data for number, (_, data) in enumerate(logs.values())})
    found = [FoundLog(LogFile(path, kind), f"{n}.log") for n, (path, (kind, _)) in enumerate(logs.items())]
    return read_logs([source], found, [question], SerialExecutor())


def test_the_question_and_its_tally_keep_their_contracts() -> None:
    question = TrafficQuestion()
    tally = question.tally(LogFile("C:/W3SVC1/a.log", LogKind.IIS))
    assert isinstance(question, Question)
    assert isinstance(tally, RowsTally)
    assert isinstance(tally, MergingTally)
    assert tally.key == (LogKind.IIS, "c:\\w3svc1")
    assert LogKind.EVENTS not in question.kinds
    assert not question.words
    assert not question.event_ids


def test_only_downloads_need_records() -> None:
    question = TrafficQuestion()
    assert question.interest(b"/a.zip", LogKind.IIS) == ()
    assert question.interest(b"/a.aspx", LogKind.IIS) is None
    assert question.interest(b"/a.zip", LogKind.EWS) is None


def test_tallies_of_a_folder_merge_as_they_come() -> None:
    results = read_all(stolen(), TrafficQuestion())
    assert len(results.of(0)) == 1
    tallies, files = read_text_logs(stolen().logs())
    assert len(tallies) == 20
    merged, apart = LogReview(results.of(0), results.logs), LogReview(tallies, files)
    assert list(merged.examinations()) == list(apart.examinations())
    assert merged.daily == apart.daily
    assert list(merged.examinations())


def test_a_period_limits_no_count_of_rows() -> None:
    question = Within(TrafficQuestion(), datetime(2021, 2, 1, tzinfo=UTC), None)
    (tally,) = read_all(stolen(), question).of(0)
    assert isinstance(tally, TrafficTally)
    assert len(tally.outgoing.totals.days) == 20
    plain = Within(_Plain(), None, None).tally(LogFile("x", LogKind.IIS))
    assert isinstance(plain, WithinTally)


class _Records:
    def take(self, record: object) -> None: ...


class _Plain(TrafficQuestion):
    def tally(self, log: LogFile) -> _Records:  # type: ignore[override]
        return _Records()
