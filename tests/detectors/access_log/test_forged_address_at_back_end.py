"""Errors of the control panel at forged addresses and at ordinary ones."""

from __future__ import annotations

import pytest

from tests.builders.event_logs import Event, findings, verdicts
from webshellhunt.model.verdict import Disposition

PANEL = "MSExchange Control Panel"


def failed(address: str) -> Event:
    return Event(4, PANEL, {"message": f"Current user: 'x'\r\nRequest for URL '{address}(https://localhost/x)' failed"})


@pytest.mark.parametrize(
    "address",
    ["https://mail:444/ecp/about.aspx?a=]:444/ecp/x.js", "https://a]@mail.contoso.local:444/ecp/proxyLogon.ecp"],
)
def test_an_address_with_a_host_inside(address: str) -> None:
    (verdict,) = verdicts(failed(address))
    assert (verdict.findings[0].rule.id, verdict.disposition) == ("WSH7217", Disposition.SUSPICIOUS)
    assert address in verdict.findings[0].message


@pytest.mark.parametrize(
    "address",
    [
        "https://mail:444/ecp/default.aspx?ExchClientVer=15",
        "https://[2001:db8::1]/ecp/default.aspx",
        "https://mail.contoso.com/ecp/x?a[1]=b",
    ],
)
def test_ordinary_addresses_are_none(address: str) -> None:
    assert findings(failed(address)) == {}
