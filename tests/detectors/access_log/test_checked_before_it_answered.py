from __future__ import annotations

from datetime import UTC, datetime

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
