"""Services of Exchange by address, and clients by agent."""

from __future__ import annotations

import pytest

from webshellhunt.logs.services import Service, is_mail_program, is_script, service_of


@pytest.mark.parametrize(
    ("path", "service"),
    [
        (b"/EWS/Exchange.asmx", Service.EWS),
        (b"/ews/mrsproxy.svc", Service.SYNC),
        (b"/mapi/emsmdb/", Service.SYNC),
        (b"/rpc/rpcproxy.dll", Service.SYNC),
        (b"/Microsoft-Server-ActiveSync/default.eas", Service.SYNC),
        (b"/OAB/9e1e/oab.xml", Service.ADDRESS_BOOK),
        (b"/powershell", Service.POWERSHELL),
        (b"/PowerShell/", Service.POWERSHELL),
        (b"/owa/ews/", Service.OTHER),
        (b"/", Service.OTHER),
        (b"", Service.OTHER),
    ],
)
def test_services(path: bytes, service: Service) -> None:
    assert service_of(path) is service


@pytest.mark.parametrize("agent", [None, "python-requests/2.25", "curl/7.68.0", "Go-http-client/1.1", "Java/1.8.0_281"])
def test_scripts(agent: str | None) -> None:
    assert is_script(agent)
    assert not is_mail_program(agent)


@pytest.mark.parametrize(
    "agent",
    [
        "Microsoft+Office/16.0+(Windows+NT+10.0;+Microsoft+Outlook+16.0.4266;+Pro)",
        "MacOutlook/16.46.21021202 (Intelx64 Mac OS X Version 11.2.1)",
        "AppleExchangeWebServices/818.120.2 accountsd/113",
        "Microsoft BITS/7.8",
    ],
)
def test_mail_programs(agent: str) -> None:
    assert is_mail_program(agent)
    assert not is_script(agent)


def test_a_browser_is_neither() -> None:
    agent = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/88.0.4324.150"
    assert not is_script(agent)
    assert not is_mail_program(agent)
