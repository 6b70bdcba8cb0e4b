from __future__ import annotations

from datetime import UTC, datetime, timedelta

from tests.detectors.access_log.requested_pages import VISITED, page
from webshellhunt.detectors.access_log import checked_before_it_answered
from webshellhunt.model.log_results import UsedFile
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import Use

_WHEN = datetime(2021, 3, 3, 4, tzinfo=UTC)
_USE = Use(3, 2, 0, _WHEN, _WHEN, missed_before=1)


def test_a_check_by_the_user_of_the_page_counts() -> None:
    (found,) = checked_before_it_answered.find(UsedFile("x.aspx", Role.OWA_AUTH, _USE, checked_by_its_user=True))
    assert found.severity is Severity.LOW
    assert "once in vain" in found.message


def test_a_check_by_somebody_else_is_information() -> None:
    (found,) = checked_before_it_answered.find(UsedFile("x.aspx", Role.OWA_AUTH, _USE))
    assert found.severity is Severity.INFO


def test_no_request_in_vain_is_no_finding() -> None:
    assert not list(checked_before_it_answered.find(UsedFile("x.aspx", Role.OWA, _USE._replace(missed_before=0))))


_MISSED = _USE._replace(
    missed_utc=_WHEN - timedelta(hours=1), missed_log="a.log", missed_line=5, logs=("b.log",), line=9, client_count=1
)


def test_both_rows_are_cited() -> None:
    (found,) = checked_before_it_answered.find(UsedFile("x.aspx", Role.OWA_AUTH, _MISSED, checked_by_its_user=True))
    assert [(each.path, each.line) for each in found.evidence] == [("a.log", 5), ("b.log", 9)]
    assert "planted between 2021-03-03 03:00:00 and 2021-03-03 04:00:00 UTC" in found.message


def test_it_is_a_reason_for_a_page_that_only_logs_know() -> None:
    (found,) = checked_before_it_answered.find(page("/a/z.aspx", Role.WWWROOT, _MISSED))
    assert (found.severity, found.facts["last_missed"]) == (Severity.MEDIUM, "2021-03-03T03:00:00Z")


def test_a_page_of_an_application_that_answers_404_by_itself_was_not_planted_then() -> None:
    visited = VISITED._replace(missed_before=1, missed_utc=_MISSED.missed_utc)
    for use in (_MISSED._replace(alternations=3), visited):
        (found,) = checked_before_it_answered.find(page("/a/z.aspx", Role.WWWROOT, use))
        assert found.severity is Severity.INFO
        assert "planted" not in found.message


def test_a_clock_that_was_set_back_encloses_no_planting() -> None:
    use = _MISSED._replace(missed_utc=_WHEN + timedelta(hours=1))
    (found,) = checked_before_it_answered.find(page("/a/z.aspx", Role.WWWROOT, use))
    assert "planted" not in found.message
