from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webshellhunt.detectors.access_log import shell_was_used
from webshellhunt.model.log_results import UsedFile
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import Use

FIRST, LAST = datetime(2021, 3, 3, 4, tzinfo=UTC), datetime(2021, 3, 9, tzinfo=UTC)
OPERATED = Use(
    912, 905, 900, FIRST, LAST, clients=("203.0.113.7",), client_count=1, agents=("x",), agent_count=1, first_ms=1800,
    logs=("u_ex210303.log",), line=7,
)  # fmt: skip


def test_the_work_of_an_operator_in_a_directory_of_setup_counts() -> None:
    (found,) = shell_was_used.find(UsedFile("x.aspx", Role.OWA_AUTH, OPERATED))
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
    (found,) = shell_was_used.find(UsedFile("x.aspx", role, use))
    assert found.severity is Severity.INFO


def test_a_page_that_never_answered_was_not_used() -> None:
    assert not list(shell_was_used.find(UsedFile("x.aspx", Role.OWA_AUTH, Use(9, 0, 0, FIRST, LAST))))
