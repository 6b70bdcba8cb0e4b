"""The timeline in the text report."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given

from tests.reports.cases import report
from tests.reports.strategies import reports
from webshellhunt.model.log_results import Moment, MomentKind
from webshellhunt.model.report import Report
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.text.log_lines import moment_line, timeline_lines

NOON = datetime(2021, 3, 3, 12, tzinfo=UTC)
LOG = r"C:\inetpub\logs\LogFiles\W3SVC1\u_ex210303.log, line 13"


def planted(path: str, until: datetime | None = None) -> Moment:
    return Moment(NOON, f"planted: {path}", "last changed", MomentKind.PLANTED, path, until)


def lines(*moments: Moment, numbers: dict[str, int] | None = None, show_all: bool = False) -> list[str]:
    made = replace(report(), timeline=moments)
    known = numbers or {}
    numbered = {each: known[each.path] for each in moments if each.path in known}
    return list(timeline_lines(made, numbered, Options(show_all=show_all)))


def test_subjects_have_the_numbers_of_the_table() -> None:
    numbers = {rf"C:\a\{number}.aspx": number for number in range(1, 8)}
    assert lines(planted(r"C:\a\2.aspx"), planted(r"C:\a\1.aspx"), numbers=numbers) == [
        "2021-03-03T12:00:00Z  planted: [1, 2] 2.aspx, 1.aspx (last changed)"
    ]
    assert lines(*map(planted, numbers), numbers=numbers) == [
        "2021-03-03T12:00:00Z  planted: [1-7] 1.aspx, 2.aspx, 3.aspx, 4.aspx and 3 more (last changed)"
    ]
    assert lines(planted(r"C:\a\1.aspx"), numbers=numbers, show_all=True) == [
        r"2021-03-03T12:00:00Z  planted: C:\a\1.aspx (last changed)"
    ]
    assert lines(planted(r"C:\other.aspx"), numbers=numbers) == [
        r"2021-03-03T12:00:00Z  planted: C:\other.aspx (last changed)"
    ]


def test_witnesses_that_disagree_are_a_range() -> None:
    (line,) = lines(planted("x", NOON + timedelta(seconds=43)))
    assert line.startswith("2021-03-03T12:00:00Z to 12:00:43Z  planted: x")
    (line,) = lines(planted("x", NOON + timedelta(days=2)))
    assert line.startswith("2021-03-03T12:00:00Z to 2021-03-05T12:00:00Z  planted: x")


@pytest.mark.parametrize(
    ("witness", "shown"),
    [(LOG, r" (W3SVC1\u_ex210303.log, line 13)"), (r"Bin\ExSetup.exe", r" (Bin\ExSetup.exe)"), ("", "")],
)
def test_a_log_is_named_by_its_end_unless_all_is_shown(witness: str, shown: str) -> None:
    moment = Moment(NOON, "exploited: ProxyLogon", witness)
    assert moment_line(moment, Options()) == f"2021-03-03T12:00:00Z  exploited: ProxyLogon{shown}"
    assert witness in moment_line(moment, Options(show_all=True))


def test_equal_times_of_other_events_stay_apart() -> None:
    one, other = Moment(NOON, "a", ""), Moment(NOON, "b", "")
    assert len(lines(one, other)) == 2


def test_a_long_timeline_is_cut_unless_all_is_shown() -> None:
    moments = [Moment(NOON + timedelta(hours=n), f"event {n}", "") for n in range(40)]
    short = lines(*moments)
    assert "… 15 more (--all lists each) …" in short
    assert short[-1].endswith("event 39")
    assert len(lines(*moments, show_all=True)) == 40


def test_never_is_one_line_of_a_timeline_hidden() -> None:
    assert len(lines(*(Moment(NOON + timedelta(hours=n), f"event {n}", "") for n in range(26)))) == 26


@given(reports)
def test_any_timeline_is_printable(made: Report) -> None:
    numbers = dict.fromkeys(made.timeline, 1)
    for show_all in (False, True):
        assert all(line.isprintable() for line in timeline_lines(made, numbers, Options(show_all=show_all)))
