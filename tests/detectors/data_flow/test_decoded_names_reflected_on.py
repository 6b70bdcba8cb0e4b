"""Look-ups by names that a page decodes."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

OWN = "decoded_names_reflected_on/csharp-own"


def test_a_name_that_only_the_page_can_read_is_suspicious() -> None:
    found = finding(OWN, "WSH1036")
    assert found.severity is Severity.HIGH
    assert found.message.endswith("GetType, GetMethod")


def test_base64_alone_is_below_suspicion() -> None:
    changes = (('"q7Xk#Z0dfg=="', '"U2hvcC5SZXBvcnRz"'), ('"9d3fb2c4"', '"RmlsbA=="'))
    assert finding(changed(OWN, *changes), "WSH1036").severity is Severity.MEDIUM


@pytest.mark.parametrize("name", ["Shop.Reports", "Shop.Reports, Shop", "Fill", "plain words"])
def test_a_function_that_is_given_a_name_is_nothing(name: str) -> None:
    fixture = changed(OWN, ('"q7Xk#Z0dfg=="', f'"{name}"'), ('"9d3fb2c4"', f'"{name}"'))
    assert findings(fixture, "WSH1036") == []
