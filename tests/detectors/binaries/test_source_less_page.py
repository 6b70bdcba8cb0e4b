"""Pages that answer from an assembly, by the place of what makes them do so."""

from __future__ import annotations

import pytest

from webshellhunt.model.findings import Finding
from webshellhunt.model.rules import Severity
from webshellhunt.pipeline import examine

EXCHANGE = "Program Files/Microsoft/Exchange Server/V15"
FRONT = f"{EXCHANGE}/FrontEnd/HttpProxy"


def compiled(virtual_path: str, result: str = "3") -> bytes:
    return f'<preserve resultType="{result}" virtualPath="{virtual_path}" assembly="App_Web_a" type="ASP.x" />'.encode()


def findings(data: bytes, path: str, rule: str) -> list[Finding]:
    return [finding for finding in examine(data, path=path).findings if finding.rule.id == rule]


@pytest.mark.parametrize(
    ("path", "severity"),
    [
        (f"{FRONT}/owa/bin/x.aspx.cdcab7d2.compiled", Severity.HIGH),
        (f"{EXCHANGE}/ClientAccess/ecp/bin/x.aspx.cdcab7d2.compiled", Severity.HIGH),
        ("inetpub/wwwroot/aspnet_client/bin/x.aspx.cdcab7d2.compiled", Severity.HIGH),
        ("inetpub/wwwroot/bin/x.aspx.cdcab7d2.compiled", Severity.INFO),
    ],
)
def test_a_page_compiled_beforehand_weighs_by_its_place(path: str, severity: Severity) -> None:
    (finding,) = findings(compiled("/x.aspx"), path, "WSH5003")
    assert finding.severity is severity


def test_the_mark_of_a_precompiled_site_counts_among_exchange_only() -> None:
    mark = b'<precompiledApp version="2" updatable="false"/>'
    assert findings(mark, f"{FRONT}/owa/PrecompiledApp.config", "WSH5003")
    assert not findings(mark, "inetpub/wwwroot/PrecompiledApp.config", "WSH5003")


def test_what_another_program_compiled_is_no_remnant_of_a_page() -> None:
    data = b"GVariant" + bytes(range(1, 200)) * 4
    assert examine(data, path="usr/share/schemas/gschemas.compiled").gaps == ()
    assert examine(data, path="inetpub/wwwroot/bin/x.aspx.cdcab7d2.compiled").gaps != ()
