"""Servers with logs: each planted story has its reading, and traffic to which nothing happened has none."""

from __future__ import annotations

import pytest

from tests.builders.hunted import hunted_story as hunted
from tests.builders.hunted import story
from tests.builders.log_plot import INTRUDER, Reading
from tests.builders.log_rows import LOGGING
from tests.builders.log_stories import STORIES, twin
from tests.builders.log_traffic import SCANNER, TWINS
from webshellhunt.model.report import InputState, Report
from webshellhunt.model.verdict import Disposition, SubjectKind, Verdict
from webshellhunt.pipeline import hunt
from webshellhunt.scan.executors import open_executor

CONFIGURATION = "web.config"
OF_LOGS = ("WSH70", "WSH72", "WSH73", "WSH75")


def verdict_of(report: Report, path: str) -> Verdict:
    (verdict,) = [each for each in report.verdicts if each.subject.path.lower() == path.lower()]
    return verdict


def rules_of(verdict: Verdict) -> set[str]:
    return {finding.rule.id for finding in verdict.findings}


def accused(report: Report) -> set[str]:
    return {v.subject.path.lower() for v in report.verdicts if v.disposition >= Disposition.SUSPICIOUS}


READINGS = [pytest.param(name, each, id=f"{name}: {each.name}") for name in STORIES for each in story(name).readings]


@pytest.mark.parametrize(("name", "reading"), READINGS)
def test_each_file_has_its_use(name: str, reading: Reading) -> None:
    verdict = verdict_of(hunted(name), reading.path)
    use = verdict.use
    assert use is not None
    assert (use.answered, use.posted) == (reading.answered, reading.posted)
    assert (use.first_utc, use.last_utc) == (reading.first_utc, reading.last_utc)
    assert (use.clients, use.client_count) == (reading.clients, len(reading.clients))
    assert use.missed_before == reading.missed_before


@pytest.mark.parametrize(("name", "reading"), READINGS)
def test_each_file_has_its_rules(name: str, reading: Reading) -> None:
    verdict = verdict_of(hunted(name), reading.path)
    rules = rules_of(verdict)
    assert verdict.disposition >= Disposition.SUSPICIOUS
    assert verdict.subject.presence is reading.presence
    assert reading.rules <= rules
    assert not reading.never & rules


@pytest.mark.parametrize("name", STORIES)
def test_nothing_else_is_accused(name: str) -> None:
    told = {reading.path.lower() for reading in story(name).readings}
    rest = [v for v in hunted(name).verdicts if v.disposition >= Disposition.SUSPICIOUS]
    rest = [v for v in rest if v.subject.path.lower() not in told and not v.subject.path.endswith(CONFIGURATION)]
    assert [v for v in rest if not rules_of(v) & story(name).traces] == []


@pytest.mark.parametrize("name", [*STORIES, *TWINS])
def test_the_logs_as_a_whole_have_their_rules(name: str) -> None:
    expected = (twin(name) if name in TWINS else story(name)).traces
    assert {rule for v in hunted(name).verdicts for rule in rules_of(v) if rule.startswith(OF_LOGS)} == expected


@pytest.mark.parametrize("name", [name for name in STORIES if story(name).operators])
def test_each_operator_has_its_pages(name: str) -> None:
    traffic = hunted(name).traffic
    assert traffic is not None
    assert {each.address: each.pages for each in traffic.clients} == dict(story(name).operators)
    assert not any(each.is_proxy for each in traffic.clients)


@pytest.mark.parametrize("name", ["proxylogon", "operator"])
def test_the_trail_of_an_operator_begins_with_the_forged_requests(name: str) -> None:
    traffic = hunted(name).traffic
    assert traffic is not None
    (client,) = [each for each in traffic.clients if each.address == INTRUDER]
    events = [moment.event for moment in client.moments]
    assert events[0].startswith("POST /ecp/y.js 200, 241 (6 requests")
    assert sorted(client.moments) == list(client.moments)
    assert len(events) == 3


def test_the_order_of_events_is_one_line_each() -> None:
    (page,) = [each.path for each in story("proxylogon").readings if "Redir" in each.path]
    events = [moment.event for moment in hunted("proxylogon").timeline if page in moment.event]
    assert [event.partition(":")[0] for event in events] == ["planted", "first used", "last used"]


def test_an_archive_that_the_client_of_a_shell_took_is_data_that_left() -> None:
    report = hunted("archive taken")
    (trace,) = [v for v in report.verdicts if "WSH7502" in rules_of(v)]
    assert trace.disposition is Disposition.SUSPICIOUS
    assert trace.reasons[0].startswith("data left: ")
    assert any(moment.event.startswith("data left: ") for moment in report.timeline)


def test_the_first_answer_took_the_time_to_compile() -> None:
    use = verdict_of(hunted("checked first"), story("checked first").readings[0].path).use
    assert use is not None
    assert (use.first_ms, use.slowest_ms) == (1_870, 1_870)


def test_the_bytes_of_a_use_come_from_a_log_that_has_them() -> None:
    with_bytes = verdict_of(hunted("archive taken"), story("archive taken").readings[0].path).use
    without = verdict_of(hunted("checked first"), story("checked first").readings[0].path).use
    assert with_bytes is not None
    assert without is not None
    assert (with_bytes.sent_bytes, with_bytes.received_bytes) == (6 * 1_200, 6 * 600)
    assert (without.sent_bytes, without.received_bytes) == (None, None)


@pytest.mark.parametrize("name", TWINS)
def test_traffic_without_an_intruder_accuses_nobody(name: str) -> None:
    report = hunted(name)
    assert accused(report) == set()
    assert report.coverage.logs is InputState.HELD
    assert report.traffic is not None
    assert report.traffic.clients == ()
    assert [gap for gap in report.gaps if gap.stage == "logs"] == []


def test_the_traces_of_a_site_that_rewrites_addresses_are_information() -> None:
    told = [v for v in hunted("rewritten addresses").verdicts if v.subject.kind is SubjectKind.TRACE]
    assert {verdict.disposition for verdict in told} <= {Disposition.BENIGN}


def test_a_page_that_was_renamed_is_at_most_unexplained() -> None:
    told = [v for v in hunted("page that was renamed").verdicts if v.subject.path.endswith("contact.aspx")]
    assert [verdict.disposition for verdict in told] == [Disposition.UNEXPLAINED]


def test_a_scanner_is_no_client_of_a_page() -> None:
    for name in STORIES:
        traffic = hunted(name).traffic
        assert traffic is None or SCANNER not in {each.address for each in traffic.clients}


def test_two_processes_read_what_one_reads() -> None:
    with story("operator").source("operator") as source, open_executor(2) as executor:
        report = hunt(source, executor=executor)
    assert report.verdicts == hunted("operator").verdicts
    assert report.traffic == hunted("operator").traffic


def test_without_logs_the_use_is_unknown() -> None:
    kept = story("never called")
    files = {path: data for path, data in kept.files.items() if not path.lower().endswith(".log")}
    with kept._replace(files=files).source() as source:
        report = hunt(source)
    assert verdict_of(report, kept.readings[0].path).use is None
    assert report.coverage.logs is InputState.MISSING


@pytest.mark.parametrize("name", STORIES)
def test_a_story_is_the_same_each_time(name: str) -> None:
    assert STORIES[name](50) == STORIES[name](50)


def test_the_size_of_a_story_is_an_argument() -> None:
    small, large = (sum(map(len, STORIES["never called"](noise).files.values())) for noise in (10, 2_000))
    assert large - small > 500_000


def test_each_row_has_the_columns_of_its_log() -> None:
    for path, data in story("proxylogon").files.items():
        if path.lower().endswith(".log") and path.startswith(LOGGING):
            columns = next(line for line in data.splitlines() if line.startswith(b"#Fields"))
            rows = [line for line in data.splitlines() if not line.startswith(b"#") and b'"' not in line]
            assert {row.count(b",") for row in rows} <= {columns.count(b",")}, path
