"""A total far above the habit."""

from __future__ import annotations

from webshellhunt.detectors.access_log.outgoing_traffic_above_habit import RULE, find
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.views.outgoing_leads import Comparison, Habit, Measure, TrafficLead

LEAD = TrafficLead(
    "203.0.113.7", "2021-03-05", 4_100_000_000, Measure.BYTES, Comparison.OTHER_CLIENTS, Habit(107_000_000, 0.4, 41)
)


def told(lead: TrafficLead) -> Finding:
    (found,) = find(lead)
    return found


def test_the_message_has_the_figures() -> None:
    found = told(LEAD)
    assert found.rule is RULE
    assert found.severity is Severity.MEDIUM
    assert found.message == (
        "203.0.113.7 received 4.1 GB on 2021-03-05, 38 times the median of the 41 other days "
        "(107 MB: the largest occasional client of each other day); a lead, no proof"
    )
    assert found.facts["median"] == 107_000_000


def test_nothing_on_the_other_days() -> None:
    message = told(LEAD._replace(habit=Habit(0, 0, 41))).message
    assert "while the largest occasional client of each other day had nothing in the median (41 other days)" in message


def test_usual_explanations_are_for_information() -> None:
    assert told(LEAD._replace(is_synced=True)).severity is Severity.INFO
    assert told(LEAD._replace(crowd=6)).severity is Severity.INFO
    assert told(LEAD._replace(client=None)).severity is Severity.INFO
    assert told(LEAD._replace(measure=Measure.REQUESTS, value=20_000)).severity is Severity.INFO
