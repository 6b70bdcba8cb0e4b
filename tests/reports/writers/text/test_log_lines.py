from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from tests.reports.cases import finding, report, verdict
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.log_options import LogOptions, Period
from webshellhunt.model.log_results import Client, LogCoverage, Moment, Traffic
from webshellhunt.model.report import Run, RunOptions
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Disposition, Subject, SubjectKind
from webshellhunt.reports.content.hunt import hunt_facts
from webshellhunt.reports.content.logs import period_sentence
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text.log_lines import client_lines, log_lines

NOON = datetime(2021, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("since", "until", "words"),
    [
        (NOON, None, "Only log records from 2021-03-03T12:00:00Z on were read (--since)"),
        (None, NOON.replace(hour=0), "Only log records until 2021-03-02 were read (--until)"),
        (None, NOON, "Only log records before 2021-03-03T12:00:00Z were read (--until)"),
    ],
)
def test_the_period_is_said_in_the_head_and_among_the_logs(
    since: datetime | None, until: datetime | None, words: str
) -> None:
    logs = LogOptions(period=Period(since, until))
    made = replace(report(), traffic=Traffic(), run=Run(options=RunOptions(logs=logs)))
    assert next(log_lines(made, Options())) == words
    assert str(list(hunt_facts(made))[2]) == words
    assert not period_sentence(report())


def test_a_note_names_its_log() -> None:
    evidence = Evidence("u_ex210303.log", "log", Span(0, 0), 20, 1, "")
    noted = replace(
        verdict(), disposition=Disposition.BENIGN, subject=Subject(SubjectKind.TRACE, "W3SVC1"),
        findings=(replace(finding(), message="in line 20 the time runs back", evidence=(evidence,)),),
    )  # fmt: skip
    made = replace(report(), traffic=Traffic(), verdicts=(noted,))
    assert list(log_lines(made, Options())) == ["in line 20 the time runs back (u_ex210303.log, line 20)"]


def test_a_client_of_an_exploit_is_told_so() -> None:
    client = Client("203.0.113.7", 6, NOON, NOON, (), (), exploits=("ProxyLogon",))
    made = replace(report(), traffic=Traffic(clients=(client,)))
    assert list(client_lines(made, Options())) == [
        "203.0.113.7: exploited ProxyLogon; 6 requests from 2021-03-03T12:00:00Z"
    ]


def test_clients_are_listed_with_their_traces() -> None:
    moment = Moment(NOON, "POST /x.aspx 200", "u_ex.log, line 5")
    clients = tuple(Client(f"10.0.0.{n}", 20, NOON, NOON, ("/x.aspx",), (moment,) * 9, n == 0) for n in range(6))
    made = replace(report(), traffic=Traffic(clients=clients))
    lines = list(client_lines(made, Options()))
    assert "it is a proxy" in lines[0]
    assert lines[-1] == "1 more clients (--all lists each)"
    assert any("1 more addresses" in line for line in lines)
    assert not list(client_lines(report(), Options()))


def test_the_extent_of_the_logs_is_told_with_broken_rows() -> None:
    coverage = LogCoverage(LogKind.IIS, 1, 2, 1000, 3, NOON, NOON)
    made = replace(report(), traffic=Traffic((coverage,), "15 days"))
    assert list(log_lines(made, Options())) == [
        "15 days",
        "IIS, site 1: 2 files, 1,000 rows, 3 of them broken, 2021-03-03T12:00:00Z to 2021-03-03T12:00:00Z",
    ]
    assert not list(log_lines(report(), Options()))
