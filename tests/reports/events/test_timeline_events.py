"""The events of a timeline."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from tests.reports.cases import WHEN, finding, full_report, report, verdict
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.log_results import Client, Moment, MomentKind, Traffic
from webshellhunt.model.report import Report, Run
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting, Verdict
from webshellhunt.reports.events.timeline_events import NOT_A_TIME, TimelineEvent, timeline_events
from webshellhunt.reports.options import Options

LATER = WHEN + timedelta(hours=1)
TIMES = Timestamps(WHEN, WHEN, WHEN, WHEN, True, LATER, LATER)


def shell(*, original: bool = True, disposition: Disposition = Disposition.MALICIOUS) -> Verdict:
    """Return a verdict with all times, a planting, and a use."""
    made = verdict("C:\\x.aspx", disposition, finding())
    subject = replace(made.subject, times=TIMES._replace(original=original))
    planting = Planting(WHEN, "last changed", "planted then")
    return replace(made, subject=subject, planting=planting, use=Use(2, 2, 1, WHEN, LATER))


def found(made: Report, *kinds: str) -> list[TimelineEvent]:
    """Return the events of these kinds."""
    return [event for event in timeline_events(made, Options()) if event.kind in kinds]


def test_the_times_of_an_accused_file() -> None:
    events = found(report(shell()), "file_time")
    assert [(event.description, event.witness, event.when) for event in events] == [
        ("Creation Time", "file times", WHEN),
        ("Content Modification Time", "file times", WHEN),
        ("Metadata Modification Time", "file times", WHEN),
        ("Last Access Time", "file times", WHEN),
        ("Creation Time", "$FILE_NAME", LATER),
        ("Content Modification Time", "$FILE_NAME", LATER),
    ]
    assert events[4].message == "file created (file name): C:\\x.aspx"


def test_times_of_a_copy_and_of_files_that_nobody_accuses_are_no_events() -> None:
    assert {event.witness for event in found(report(shell(original=False)), "file_time")} == {"$FILE_NAME"}
    assert found(report(shell(disposition=Disposition.UNEXPLAINED)), "file_time", "planted") == []


def test_what_the_limited_timeline_lacks_comes_from_the_verdict() -> None:
    made = report(shell())
    assert [event.kind for event in found(made, "planted", "first_used", "last_used")] == [
        "planted", "first_used", "last_used",
    ]  # fmt: skip
    told = Moment(WHEN, "planted: C:\\x.aspx", "the logs", MomentKind.PLANTED, "C:\\x.aspx", LATER)
    [planted] = found(replace(made, timeline=(told,)), "planted")
    assert planted.message == "planted: C:\\x.aspx (until 2021-03-03 05:05:06 by other witnesses)"
    assert (planted.witness, planted.until, planted.verdict) == ("the logs", LATER, made.verdicts[0])


def test_a_verdict_is_an_event_of_the_hunt() -> None:
    started = datetime(2026, 1, 1, tzinfo=UTC)
    made = replace(report(shell()), run=Run(started_utc=started))
    [event] = found(made, "verdict")
    assert event.message == "malicious: C:\\x.aspx: web shell: executes request data as code"
    assert (event.when, event.description) == (started, "Hunt Time")
    assert {event.description for event in found(report(shell()), "verdict", "assessment")} == {NOT_A_TIME}


def test_clients_builds_gaps_and_the_assessment() -> None:
    moment = Moment(WHEN, "POST /x.aspx 200", "ex.log, line 2")
    client = Client("203.0.113.5", 3, WHEN, LATER, ("/x.aspx",), (moment,))
    made = replace(full_report(), traffic=Traffic(clients=(client,)))
    first, last, request = found(made, "client", "request")
    assert (first.description, last.description) == ("First Request Time", "Last Request Time")
    assert (request.message, request.witness) == ("client 203.0.113.5: POST /x.aspx 200", "ex.log, line 2")
    [build] = found(made, "build")
    assert build.message == "build 15.2.792.10, KB5000871: setup log"
    [gap] = found(made, "gap")
    assert gap.message == r"not examined: C:\locked.aspx: permission denied"
    [assessment] = found(made, "assessment")
    assert assessment.message == "hunt: 1 back doors found."
