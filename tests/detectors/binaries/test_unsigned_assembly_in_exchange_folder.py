"""Libraries in folders of Exchange."""

from __future__ import annotations

import pytest

from tests.builders.compiled import findings_of
from tests.persistence.rows_compiled import boot, module
from webshellhunt.model.rules import Severity

EXCHANGE = "C:\\Program Files\\Microsoft\\Exchange Server\\V15"
FOLDERS = ("FrontEnd\\HttpProxy\\owa\\bin", "ClientAccess\\ecp\\bin", "TransportRoles\\agents\\x", "Bin")


@pytest.mark.parametrize("folder", FOLDERS)
def test_a_library_with_an_entry_point(folder: str) -> None:
    (finding,) = findings_of("WSH5016", module(""), f"{EXCHANGE}\\{folder}")
    assert finding.severity is Severity.HIGH


def test_the_method_that_needs_no_configuration_is_said_first() -> None:
    (finding,) = findings_of("WSH5016", boot("", "class M {}"), f"{EXCHANGE}\\{FOLDERS[0]}")
    assert "without any configuration" in finding.message


def test_a_library_without_entry_points_and_one_elsewhere() -> None:
    source = "public class A { public string B(System.Web.HttpContext c) { return c.ToString(); } }"
    (finding,) = findings_of("WSH5016", source, f"{EXCHANGE}\\{FOLDERS[0]}")
    assert finding.severity is Severity.MEDIUM
    assert findings_of("WSH5016", module("")) == []
