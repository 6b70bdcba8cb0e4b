"""Notes about the logs, which accuse nobody."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.cases import finding, report, verdict
from webshellhunt.model.findings import Evidence, Span
from webshellhunt.model.log_results import Traffic
from webshellhunt.model.traffic import LogKind
from webshellhunt.model.verdict import Disposition, Subject, SubjectKind
from webshellhunt.reports import render
from webshellhunt.reports.content.logs import LOG_NAMES, MOST_NOTES, LogNotes, log_notes, log_place
from webshellhunt.saved_reports import parse_reports

EVIDENCE = Evidence("u_ex210303.log", "log", Span(0, 0), 20, 1, "")
NOTED = replace(
    verdict("W3SVC1", Disposition.BENIGN, replace(finding(), message="the time runs back", evidence=(EVIDENCE,))),
    subject=Subject(SubjectKind.TRACE, "W3SVC1"),
)


def test_a_trace_that_accuses_nobody_is_a_note_with_its_place() -> None:
    made = report(NOTED, verdict("x.aspx", Disposition.BENIGN, finding()))
    assert log_notes(made) == LogNotes(("the time runs back (u_ex210303.log, line 20)",))


def test_each_log_has_a_name() -> None:
    assert set(LOG_NAMES) == set(LogKind)


def test_many_notes_are_counted() -> None:
    notes = log_notes(report(*[NOTED] * (MOST_NOTES + 3)))
    assert (len(notes.sentences), notes.more) == (MOST_NOTES, 3)


@pytest.mark.parametrize("show_all", [False, True])
def test_a_saved_report_keeps_them(show_all: bool) -> None:
    made = replace(report(NOTED), traffic=Traffic())
    text = str(render(made, "json", show_all=show_all))
    assert log_notes(parse_reports(text.encode())[0].report) == log_notes(made)
    assert log_notes(report()) == LogNotes()


@pytest.mark.parametrize(
    ("path", "place"),
    [
        (r"C:\inetpub\logs\LogFiles\W3SVC1\u_ex210303.log", "u_ex210303.log, line 13"),
        (r"C:\Windows\System32\winevt\Logs\Application.evtx", "Application.evtx, record 13"),
        ("collected/events.JSON", "events.JSON, record 13"),
    ],
)
def test_a_place_in_a_log_has_the_name_of_the_log(path: str, place: str) -> None:
    assert log_place(path, 13) == place
