"""The Timesketch format, checked by the rules of its importer."""

from __future__ import annotations

import json
from collections import Counter

from hypothesis import given, settings

from tests.pivot.cases import demo_report
from tests.reports.cases import full_report
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import reports
from tests.reports.writers.importer import imported_lines
from webshellhunt.model.report import Report


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


@settings(max_examples=40, deadline=None)
@given(reports)
def test_hostile_reports_are_imported_and_are_the_same_after_saving(made: Report) -> None:
    assert imported_lines(shown(made, "timesketch", show_all=True))
    assert shown_after_saving(made, "timesketch", show_all=True) == shown(made, "timesketch", show_all=True)
