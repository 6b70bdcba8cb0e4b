from __future__ import annotations

from datetime import UTC, datetime

import pytest

from webshellhunt.detectors.access_log import answers_without_a_file
from webshellhunt.model.log_results import AnsweringAddress
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity
from webshellhunt.model.traffic import Use

_WHEN = datetime(2021, 3, 3, 4, tzinfo=UTC)
_USE = Use(1, 1, 1, _WHEN, _WHEN, clients=("203.0.113.7",), client_count=1)


@pytest.mark.parametrize(
    ("role", "others", "severity"),
    [
        (Role.OWA_AUTH, 0, Severity.HIGH),
        (Role.OWA_AUTH, 90, Severity.HIGH),
        (Role.WWWROOT, 0, Severity.LOW),
        (Role.SITE, 90, Severity.INFO),
    ],
)
def test_a_page_without_a_file_is_grave_where_only_setup_writes(role: Role, others: int, severity: Severity) -> None:
    view = AnsweringAddress("/owa/auth/x.aspx", "C:\\x.aspx", role, _USE, others)
    (found,) = answers_without_a_file.find(view)
    assert found.severity is severity
    assert found.facts["virtual_path"] == "/owa/auth/x.aspx"
    assert "has no file" in found.message
