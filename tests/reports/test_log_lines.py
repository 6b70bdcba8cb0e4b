from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from tests.reports.cases import report
from webshellhunt.model.log_results import Client, LogCoverage, Moment, Traffic
from webshellhunt.model.traffic import Count, LogKind, Use
from webshellhunt.reports.log_lines import client_lines, log_lines, timeline_lines, use_line
from webshellhunt.reports.options import Options

NOON = datetime(2021, 3, 3, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("use", "words"),
    [
        (Use(0, 0, 0, None, None), "not requested in the logs that are here; that does not make it harmless"),
        (Use(2, 0, 0, NOON, NOON, statuses=(Count("404", 2),)), "requested 2 times (status 404: 2), never answered"),
        (
            Use(1, 1, 0, NOON, NOON, clients=("203.0.113.7",), client_count=1, sent_bytes=1234),
            "requested once, answered once from 2021-03-03T12:00:00Z, to 203.0.113.7, 1,234 bytes sent",
        ),
        (
            Use(9, 8, 0, NOON, NOON + timedelta(days=1), clients=("a", "b", "c"), client_count=5),
            "requested 9 times, answered 8 times from 2021-03-03T12:00:00Z until 2021-03-04T12:00:00Z, "
            "to a, b, c and 2 more",
        ),
    ],
)
def test_the_use_of_a_file_is_one_sentence(use: Use, words: str) -> None:
    assert use_line(use) == words


def test_a_client_cannot_write_to_the_terminal() -> None:
    use = Use(1, 1, 0, NOON, NOON, clients=("\x1b[2J\n",), client_count=1)
    assert "\x1b" not in use_line(use)
    assert "\n" not in use_line(use)


def test_a_long_timeline_is_cut_unless_all_is_shown() -> None:
    moments = tuple(Moment(NOON + timedelta(hours=n), f"event {n}", "") for n in range(40))
    made = replace(report(), timeline=moments)
    short = list(timeline_lines(made, Options()))
    assert short[-1] == "15 more (--all lists each)"
    assert len(list(timeline_lines(made, Options(show_all=True)))) == 40


def test_clients_are_listed_with_their_traces() -> None:
    moment = Moment(NOON, "POST /x.aspx 200", "u_ex.log, line 5")
    clients = tuple(Client(f"10.0.0.{n}", 20, NOON, NOON, ("/x.aspx",), (moment,) * 9, n == 0) for n in range(6))
    made = replace(report(), traffic=Traffic(clients=clients))
    lines = list(client_lines(made, Options()))
    assert "that of a proxy" in lines[0]
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
