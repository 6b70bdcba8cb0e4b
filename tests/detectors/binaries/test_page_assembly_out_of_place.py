"""Assemblies under the names of those of pages."""

from __future__ import annotations

import pytest

from tests.builders.assemblies import dotnet_library
from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.pipeline import examine

TEMP = "Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files"
EXCHANGE = "Program Files/Microsoft/Exchange Server/V15"
FRONT = f"{EXCHANGE}/FrontEnd/HttpProxy"


def findings(data: bytes, path: str, rule: str) -> list[Finding]:
    return [finding for finding in examine(data, path=path).findings if finding.rule.id == rule]


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        (f"{FRONT}/owa/auth/App_Web_q3xk0v_d.dll", Severity.HIGH),
        (f"{FRONT}/owa/bin/App_Web_q3xk0v_d.dll", Severity.HIGH),
        ("inetpub/wwwroot/App_Web_q3xk0v_d.dll", Severity.HIGH),
        ("inetpub/wwwroot/bin/App_Web_Container_1.dll", Severity.MEDIUM),
        (f"{TEMP}/owa/8f3a1c52/1b6de0aa/App_Web_Container_1.dll", Severity.MEDIUM),
        (f"{TEMP}/owa/8f3a1c52/1b6de0aa/App_Web_q3xk0v_d.dll", None),
        ("owa/8f3a1c52/1b6de0aa/App_Web_q3xk0v_d.dll", None),
        ("inetpub/wwwroot/bin/App_Web_q3xk0v_d.dll", None),
        ("inetpub/wwwroot/bin/App_Web_x.aspx.cdcab7d2.dll", None),
        ("inetpub/wwwroot/Plain.dll", None),
    ],
)
def test_an_assembly_named_as_that_of_a_page_weighs_by_its_place(path: str, severity: Severity | None) -> None:
    found = findings(dotnet_library("public class Plain { }", "Plain"), path, "WSH5004")
    assert [finding.severity for finding in found] == ([] if severity is None else [severity])
