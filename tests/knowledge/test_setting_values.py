"""Values of settings: types, programs, libraries and places."""

from __future__ import annotations

import pytest

from webshellhunt.host.iis.xml_tree import parse_xml
from webshellhunt.knowledge.code_by_configuration import iter_settings
from webshellhunt.knowledge.setting_values import VALUE_JUDGES, Judgement, Level, PlacedSetting, Scope, odd_code_place

PROCESS = '<system.webServer><aspNetCore processPath="{}" arguments="{}" /></system.webServer>'


def judged(body: str, scope: Scope = Scope.ELSEWHERE) -> Judgement:
    (found,) = iter_settings(parse_xml(f"<configuration>{body}</configuration>".encode(), "x"))
    return VALUE_JUDGES[found.setting.look](PlacedSetting(found, scope))


@pytest.mark.parametrize(
    ("program", "arguments", "level"),
    [
        ("dotnet", "Shop.dll", Level.NOTHING),
        (r".\Shop.exe", "", Level.NOTHING),
        (r"C:\inetpub\wwwroot\shop\Shop.exe", "", Level.NOTHING),
        (r"C:\Program Files\Vendor\x.exe", "", Level.NOTHING),
        ("cmd", "/c x", Level.SUSPICIOUS),
        (r"C:\Windows\System32\inetsrv\x.exe", "", Level.SUSPICIOUS),
        (r"C:\Windows\System32\x.exe", "", Level.SUSPICIOUS),
        (r"\\host\share\x.exe", "", Level.QUESTION),
    ],
)
def test_a_program_of_a_site(program: str, arguments: str, level: Level) -> None:
    assert judged(PROCESS.format(program, arguments)).level is level


def test_in_exchange_any_program_is_odd() -> None:
    assert judged(PROCESS.format("dotnet", "Shop.dll"), Scope.EXCHANGE).level is Level.SUSPICIOUS


@pytest.mark.parametrize(
    ("address", "odd"),
    [
        ("http://host/x.dll", True),
        ("file:///C:/Windows/Temp/x.dll", True),
        (r"file://C:\Program Files\x.dll", False),
        ("bin", False),
    ],
)
def test_places_of_code(address: str, odd: bool) -> None:
    assert (odd_code_place(address) is not None) is odd
