"""The Timesketch format: what its importer takes, with the events of a report and the columns of its rows."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given

from tests.pivot.cases import demo_report
from tests.reports.cases import WHEN, finding, full_report, report, verdict
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import reports
from tests.reports.writers.importer import REQUIRED, imported_lines
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.log_results import Client, Moment, MomentKind, Traffic
from webshellhunt.model.report import Report, Run
from webshellhunt.model.traffic import Use
from webshellhunt.model.verdict import Disposition, Planting, SubjectKind, Verdict
from webshellhunt.reports.options import Options
from webshellhunt.reports.writers.timesketch import COLUMNS, NOT_A_TIME, TimelineEvent, timeline_events, timesketch_rows


def test_the_timeline_of_the_demo_is_imported() -> None:
    events = imported_lines(shown(demo_report(), "timesketch"))
    kinds = Counter(event["data_type"].removeprefix("webshellhunt:") for event in events)
    assert kinds["planted"] + kinds["first_used"] + kinds["last_used"] + kinds["exploited"] > 10
    assert kinds["verdict"] == len(demo_report().accused)
    traffic = demo_report().traffic
    assert traffic is not None
    assert kinds["request"] == sum(len(client.moments) for client in traffic.clients)
    assert kinds["file_time"] > 0
    assert kinds["assessment"] == 1
    assert [event["datetime"] for event in events] == sorted(event["datetime"] for event in events)
    assert shown_after_saving(demo_report(), "timesketch") == shown(demo_report(), "timesketch")


def test_keys_are_sorted_and_empty_ones_are_left_out() -> None:
    for line in shown(full_report(), "timesketch").splitlines():
        event = json.loads(line)
        assert line == json.dumps(event, sort_keys=True)
        assert all(value not in ("", None, []) for value in event.values())


@given(reports)
def test_hostile_reports_are_imported_and_are_the_same_after_saving(made: Report) -> None:
    assert imported_lines(shown(made, "timesketch", show_all=True))
    assert shown_after_saving(made, "timesketch", show_all=True) == shown(made, "timesketch", show_all=True)


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
    assert (planted.witness, planted.until) == ("the logs", LATER)
    assert planted.shown is not None
    assert planted.shown.verdict == made.verdicts[0]


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


def test_each_row_has_all_columns() -> None:
    rows = list(timesketch_rows(full_report(), Options()))
    assert set(COLUMNS) > REQUIRED
    assert all(tuple(row) == COLUMNS for row in rows)
    first = next(row for row in rows if row["data_type"] == "webshellhunt:verdict")
    assert first["tag"] == ["webshellhunt", "verdict", "malicious"]
    assert (first["hostname"], first["rule"], first["sha256"]) == ("EXCH01", "WSH1001", "ab" * 32)
    assert first["url"] == "https://*/aspnet_client/x.aspx"
    assert first["excerpt"]


def test_a_time_that_the_importer_drops_is_told_in_words() -> None:
    made = replace(report(), timeline=(Moment(datetime(1601, 1, 1, tzinfo=UTC), "planted: x", "file times"),))
    row = next(row for row in timesketch_rows(made, Options()) if row["data_type"] == "webshellhunt:other")
    assert row["message"] == "planted: x (1601-01-01T00:00:00Z)"
    assert (row["datetime"], row["timestamp"]) == ("1970-01-01T00:00:00+00:00", 0)
    assert row["timestamp_desc"] == "Not a time"


def test_a_trace_in_logs_has_no_file() -> None:
    made = full_report()
    first, *others = made.verdicts
    subject = replace(first.subject, kind=SubjectKind.TRACE, path="ProxyLogon (requests in the logs)")
    made = replace(made, verdicts=(replace(first, subject=subject), *others))
    row = next(row for row in timesketch_rows(made, Options()) if row["data_type"] == "webshellhunt:verdict")
    assert row["file_path"] is None
    assert row["message"].startswith("malicious: ProxyLogon (requests in the logs)")
