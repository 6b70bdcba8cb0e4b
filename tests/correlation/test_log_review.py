"""Leads and holes as examinations; the real logs of three servers, of which nothing grave is told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import fewer, mutants
from tests.builders.server_traffic import MB, SITE, ServerTraffic, days, end_of, ordinary_weeks, read_text_logs
from tests.builders.specimens import code_blocks, specimen
from webshellhunt.correlation.log_review import LogReview
from webshellhunt.logs.traffic_question import TrafficQuestion, TrafficTally
from webshellhunt.model.log_options import Period
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import LogFile, LogKind
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.scan.executors import SerialExecutor
from webshellhunt.scan.log_places import FoundLog, find_logs_in
from webshellhunt.scan.log_scan import read_logs
from webshellhunt.sources import open_source
from webshellhunt.verdict.judge import judge

THIEF = "203.0.113.7"
DAY = days(42)[30]


def test_leads_and_holes_are_subjects_of_their_own() -> None:
    traffic = ordinary_weeks()
    traffic.request(DAY, THIEF, 4100 * MB, path="/aspnet_client/a.zip")
    for day in days(42):
        for hour in range(0, 24, 6):
            traffic.proxied(day, hour)
    traffic.remove(1, days(42)[20])
    found = list(traffic.read().examinations())
    assert [each.subject.path for each in found] == [SITE.format(1), f"{SITE.format(1)} (client {THIEF})"]
    assert {each.subject.kind for each in found} == {SubjectKind.TRACE}
    assert max(judge(each).disposition for each in found) is Disposition.SUSPICIOUS


def test_a_period_limits_the_leads_and_not_the_habit() -> None:
    traffic = ordinary_weeks()
    traffic.request(DAY, THIEF, 4100 * MB, path="/aspnet_client/a.zip")
    end = end_of(DAY)
    assert {each.rule.id for each in traffic.findings(period=Period(end - timedelta(hours=20), end))} == {
        "WSH7501",
        "WSH7502",
    }
    assert traffic.findings(period=Period(end, None)) == []
    assert traffic.findings(period=Period(None, end - timedelta(days=1))) == []


def test_event_logs_show_no_end_of_requests() -> None:
    traffic = ServerTraffic()
    traffic.steady(days(30))
    late = datetime(2021, 6, 1, tzinfo=UTC)
    traffic.events.append(LogFile("C:\\Security.evtx", LogKind.EVENTS, first_utc=late, last_utc=late))
    assert traffic.findings() == []
    assert [str(each) for each in traffic.read().covered] == [
        "IIS logs cover 2021-01-25 to 2021-02-23 (30 days)",
        "event logs cover 2021-06-01",
    ]


def test_no_logs_say_nothing() -> None:
    review = LogReview([], [])
    assert list(review.examinations()) == []
    assert review.covered == []
    assert review.daily.days == ()


@fewer(2)
@given(st.lists(st.tuples(st.integers(0, 10**6), st.binary(min_size=1, max_size=20)), max_size=8))
def test_damaged_logs_are_read(damages: list[tuple[int, bytes]]) -> None:
    traffic = ServerTraffic()
    for day in days(4):
        traffic.request(day, THIEF, 900 * MB, path="/aspnet_client/a.zip")
        traffic.proxied(day, 9, 2)
    logs = {}
    for path, (kind, data) in traffic.logs().items():
        damaged = bytearray(data)
        for at, piece in damages:
            damaged[at % len(damaged) : at % len(damaged) + len(piece)] = piece
        logs[path] = kind, bytes(damaged)
    list(LogReview(*read_text_logs(logs)).examinations())


SERVERS = ("Tongyikai+WindowsServer2019_IIS", "know-it-peru+WebKnowIT", "phamhoai0404+TSD_PHP_XEM")


@pytest.mark.parametrize("server", SERVERS)
def test_nothing_is_told_of_real_servers(server: str) -> None:
    """Their logs have attempts and no success, scans, sites that stood still, and a clock that was set."""
    with open_source(specimen(server)) as source:
        found = [each for each in find_logs_in(source, 0) if isinstance(each, FoundLog)]
        results = read_logs([source], found, [TrafficQuestion()], SerialExecutor())
    told = [f for each in LogReview(results.of(0), results.logs).examinations() for f in each.findings]
    assert results.logs
    assert [each.message for each in told if each.severity > Severity.INFO] == []


def test_mutants_of_logs() -> None:
    traffic = ServerTraffic()
    for day in days(3):
        traffic.request(day, THIEF, 900 * MB, path="/aspnet_client/a.zip", agent='x", "y')
        traffic.proxied(day, 9, 2, agent="a, b")
    for path, (kind, data) in traffic.logs().items():
        for mutant in mutants(data, 60):
            list(LogReview(*read_text_logs({path: (kind, mutant)})).examinations())


def test_real_rows_of_the_front_end() -> None:
    page = specimen("Qazeer+artefacts.help/microsoft_exchange.md")
    blocks = [each for each in code_blocks(page) if "#Fields: DateTime,RequestId" in each and "UrlStem" in each]
    log = "\n".join(blocks).encode()
    (tally,), _ = read_text_logs({"C:\\Logging\\HttpProxy\\Owa\\HttpProxy_2023010602-1.LOG": (LogKind.HTTP_PROXY, log)})
    assert isinstance(tally, TrafficTally)
    assert tally.outgoing.totals.days["2023-01-09"]["95.1.2.3"].other_bytes == 327
    assert tally.outgoing.totals.days["2023-01-11"]["20.10.20.30"].synced_bytes == 5278
    told = [f for each in LogReview([tally], [tally.log]).examinations() for f in each.findings]
    assert [each.message for each in told if each.severity > Severity.INFO and each.rule.id != "WSH7405"] == []
