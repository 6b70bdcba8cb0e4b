"""Functions of Windows that a page declares and calls."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

CSHARP = "native_function_called_by_page/csharp"


def test_the_real_name_is_told() -> None:
    assert finding(CSHARP, "WSH1032").message.endswith("netuseradd")


@pytest.mark.parametrize(
    ("name", "severity"), [("LogonUser", Severity.MEDIUM), ("NetUserDel", Severity.HIGH), ("GetDriveType", None)]
)
def test_the_function_weighs(name: str, severity: Severity | None) -> None:
    found = findings(changed(CSHARP, ("NetUserAdd", name)), "WSH1032")
    assert [each.severity for each in found] == ([] if severity is None else [severity])


def test_functions_for_memory_are_another_rule() -> None:
    fixture = changed(CSHARP, ("NetUserAdd", "VirtualProtect"))
    assert findings(fixture, "WSH1032") == []
    assert findings(fixture, "WSH1031")
