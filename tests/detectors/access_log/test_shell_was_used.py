from __future__ import annotations

from datetime import UTC, datetime

import pytest

from tests.detectors.access_log.requested_pages import USE, page
from webshellhunt.detectors.access_log import shell_was_used
from webshellhunt.knowledge.visitors import asked_by
from webshellhunt.model.log_results import UsedFile
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import Use

FIRST, LAST = datetime(2021, 3, 3, 4, tzinfo=UTC), datetime(2021, 3, 9, tzinfo=UTC)
OPERATED = Use(
    912, 905, 900, FIRST, LAST, clients=("203.0.113.7",), client_count=1, agents=("x",), agent_count=1, first_ms=1800,
    logs=("u_ex210303.log",), line=7,
)  # fmt: skip


def used(role: Role, use: Use) -> UsedFile:
    return UsedFile("x.aspx", role, use, asked_by("x.aspx", role, use, is_accused=True))


def test_the_work_of_an_operator_in_a_directory_of_setup_counts() -> None:
    (found,) = shell_was_used.find(used(Role.OWA_AUTH, OPERATED))
    assert found.severity is Severity.MEDIUM
    assert "905 times from 2021-03-03 to 2021-03-09, to client 203.0.113.7, 900 of them with POST" in found.message
    assert found.evidence[0].line == 7
    assert found.facts["first_answer_ms"] == 1800


@pytest.mark.parametrize(
    ("role", "use"),
    [
        (Role.WWWROOT, OPERATED),
        (Role.OWA_AUTH, OPERATED._replace(client_count=40)),
        (Role.OWA_AUTH, OPERATED._replace(agent_count=9)),
        (Role.OWA_AUTH, OPERATED._replace(posted=0)),
        (Role.OWA_AUTH, OPERATED._replace(answered=2, posted=2)),
    ],
)
def test_the_requests_of_visitors_are_information(role: Role, use: Use) -> None:
    (found,) = shell_was_used.find(used(role, use))
    assert found.severity is Severity.INFO


def test_a_page_that_never_answered_was_not_used() -> None:
    assert not list(shell_was_used.find(used(Role.OWA_AUTH, Use(9, 0, 0, FIRST, LAST))))


@pytest.mark.parametrize(
    ("address", "role", "alone", "severity"),
    [
        ("/owa/auth/zz.aspx", Role.OWA_AUTH, False, Severity.MEDIUM),
        ("/shop/images/zz.aspx", Role.WWWROOT, False, Severity.MEDIUM),
        ("/shop/zz.aspx", Role.WWWROOT, True, Severity.INFO),
        ("/shop/zz.aspx", Role.WWWROOT, False, Severity.INFO),
        ("/owa/auth/zz.ashx", Role.OWA_AUTH, False, Severity.INFO),
        ("/images/api/zz.aspx", Role.WWWROOT, False, Severity.INFO),
        ("/_layouts/15/zz.aspx", Role.LAYOUTS, False, Severity.INFO),
        (f"/owa/auth/{'z' * 80}.aspx", Role.OWA_AUTH, False, Severity.INFO),
    ],
)
def test_one_post_counts_for_a_page_that_only_logs_know(
    address: str, role: Role, alone: bool, severity: Severity
) -> None:
    (found,) = shell_was_used.find(page(address, role)._replace(is_alone=alone))
    assert (found.severity, found.facts["virtual_path"]) == (severity, address)


@pytest.mark.parametrize(
    "use",
    [
        USE._replace(answered=2, posted=2, referred=1),
        USE._replace(posted=0),
        USE._replace(client_count=4),
        USE._replace(agent_count=4),
    ],
)
def test_requests_of_visitors_do_not_count_for_it(use: Use) -> None:
    (found,) = shell_was_used.find(page("/owa/auth/zz.aspx", Role.OWA_AUTH, use))
    assert found.severity is Severity.INFO


def test_the_only_page_of_a_directory_counts_if_it_is_worked_with() -> None:
    lone = page("/new/zz.aspx", Role.WWWROOT, USE._replace(answered=3, posted=3))
    severities = [
        found.severity for alone in (True, False) for found in shell_was_used.find(lone._replace(is_alone=alone))
    ]
    assert severities == [Severity.MEDIUM, Severity.INFO]
