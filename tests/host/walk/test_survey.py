from __future__ import annotations

import sys

import pytest

from tests.builders.hive import HiveTree, software_hive
from tests.builders.live_registry import FakeWinreg, live_tree
from tests.builders.servers import EXCHANGE, FRONT, HOST_CONFIG, application_host, empty_files, exchange_server
from webshellhunt.host.walk.survey import Survey, live_environment, survey
from webshellhunt.model.findings import Gap
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role
from webshellhunt.model.report import Coverage, InputState
from webshellhunt.sources import MemorySource

SOFTWARE = "Windows/System32/config/SOFTWARE"


def surveyed(files: dict[str, bytes], **options: object) -> Survey:
    return survey(MemorySource(files, **options), Limits())  # type: ignore[arg-type]


def roles(found: Survey) -> dict[str, Role]:
    return {root.path: root.role for root in found.roots}


def codes(found: Survey) -> list[tuple[str, str, bool]]:
    return [(gap.code, gap.path, gap.matters) for gap in found.gaps]


def test_a_folder_without_a_server_is_one_given_root() -> None:
    found = surveyed({"a/x.aspx": b"", "b.txt": b""})
    assert [(r.path, r.server_path, r.role) for r in found.roots] == [("", None, Role.GIVEN)]
    assert found.gaps == ()
    assert found.host.volumes == ()
    assert not found.host.iis
    assert found.coverage == Coverage(pages=InputState.HELD)


def test_an_empty_folder_has_no_pages() -> None:
    found = surveyed({})
    assert roles(found) == {"": Role.GIVEN}
    assert found.coverage == Coverage()


def test_an_exchange_server_is_found_in_all_its_parts() -> None:
    found = surveyed(dict(exchange_server(whole=True)))
    assert found.host.iis
    assert tuple(each.path for each in found.host.exchange) == ("C:\\Program Files\\Microsoft\\Exchange Server\\V15",)
    assert [v.letter for v in found.host.volumes] == ["C"]
    assert roles(found) == {
        "inetpub/wwwroot": Role.WWWROOT,
        f"{FRONT}/owa": Role.OWA,
        FRONT: Role.HTTP_PROXY,
        f"{EXCHANGE}/ClientAccess": Role.CLIENT_ACCESS,
        "inetpub/history": Role.IIS_CONFIG,
        "Windows/System32/inetsrv/config": Role.IIS_CONFIG,
        "Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files": Role.TEMP_ASPNET,
        "ProgramData": Role.DROP,
        "Windows/Temp": Role.DROP,
    }
    assert list(found.roots) == sorted(found.roots, key=lambda root: root.path)
    by_path = {root.path: root for root in found.roots}
    assert by_path["inetpub/wwwroot"].server_path == "C:\\inetpub\\wwwroot"
    assert by_path["inetpub/wwwroot"].found_by == "Default Web Site in applicationHost.config, line 4"
    assert by_path[f"{FRONT}/owa"].found_by.startswith("Default Web Site/owa in applicationHost.config")
    (gap,) = found.gaps
    assert (gap.code, gap.matters) == ("hives-not-collected", True)
    assert gap.reason.endswith("were not examined: the hive SYSTEM or SOFTWARE was not collected")
    assert found.coverage == Coverage(
        InputState.MISSING, InputState.HELD, InputState.HELD, InputState.HELD, InputState.NOT_READ
    )


def test_what_is_no_whole_system_is_walked_as_given_too() -> None:
    assert "" not in roles(surveyed(dict(exchange_server(whole=True))))
    assert roles(surveyed(dict(exchange_server())))[""] is Role.GIVEN
    assert roles(surveyed(dict(exchange_server("C", whole=True))))[""] is Role.GIVEN


def test_drives_in_folders_give_the_same_server_paths() -> None:
    found = surveyed(dict(exchange_server("uploads/auto/C%3A")))
    assert "C:\\inetpub\\wwwroot" in [root.server_path for root in found.roots]
    assert tuple(each.path for each in found.host.exchange) == ("C:\\Program Files\\Microsoft\\Exchange Server\\V15",)


def test_the_registry_leads_to_another_drive() -> None:
    hive = software_hive(exchange={"v15": "D:\\Exchange\\"})
    files = {f"C/{SOFTWARE}": hive, **empty_files(["FrontEnd/HttpProxy/owa/auth/logon.aspx"], "D/Exchange")}
    found = surveyed(files)
    assert tuple(each.path for each in found.host.exchange) == ("D:\\Exchange",)
    assert found.coverage.registry is InputState.HELD
    assert [v.reason for v in found.host.volumes if v.letter == "C"] != []


def test_a_broken_hive_is_a_gap_and_partial() -> None:
    found = surveyed({SOFTWARE: b"regf" + bytes(100), "inetpub/wwwroot/x": b""})
    assert [gap.code for gap in found.gaps] == ["broken-registry"]
    assert found.coverage.registry is InputState.PARTIAL


def test_directories_that_the_configuration_serves_are_roots_wherever_they_are() -> None:
    config = application_host(
        ("/", "C:\\inetpub\\wwwroot"), ("/x", "C:\\ProgramData\\COM1"), ("/y", "D:\\sites\\y"), ("/z", "C:\\PerfLogs")
    )
    files = empty_files(["C/ProgramData/COM1/a.aspx", "D/sites/y/a.aspx", "C/PerfLogs/b.txt"])
    found = surveyed({**files, f"C/{HOST_CONFIG}": config})
    assert roles(found)["C/ProgramData/COM1"] is Role.SITE
    assert roles(found)["C/ProgramData"] is Role.DROP
    assert roles(found)["D/sites/y"] is Role.SITE
    assert roles(found)["C/PerfLogs"] is Role.SITE
    assert codes(found) == [("directory-missing", "C:\\inetpub\\wwwroot", False)]


def test_a_drive_that_is_not_held_matters_and_is_said_once_a_directory() -> None:
    config = application_host(
        ("/a", "E:\\sites"), ("/b", "e:\\SITES"), ("/c", "\\\\filer\\share\\web"), ("/d", "D:\\d")
    )
    source = {HOST_CONFIG: config, "inetpub/wwwroot/x": b""}
    assert codes(surveyed(source)) == [
        ("drive-not-held", "E:\\sites", True),
        ("share-not-held", "\\\\filer\\share\\web", True),
        ("drive-not-held", "D:\\d", True),
    ]
    held = surveyed({**source, "D:/d/x.aspx": b""}, drives={"D": "D:"})
    assert "D:\\d" not in [gap.path for gap in held.gaps]
    assert roles(held)["D:/d"] is Role.SITE
    assert held.coverage.pages is InputState.PARTIAL


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"<configuration><a></configuration>", "line 1"),
        (b"<!DOCTYPE x []><configuration/>", "type declaration"),
        (b"", ""),
    ],
)
def test_a_broken_server_configuration_is_a_gap_and_the_defaults_are_used(data: bytes, reason: str) -> None:
    found = surveyed({HOST_CONFIG: data, "inetpub/wwwroot/x.aspx": b""})
    [gap] = [gap for gap in found.gaps if gap.code == "broken-config"]
    assert (gap.stage, gap.matters) == ("survey", True)
    assert gap.path == "C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config"
    assert reason in gap.reason
    assert found.coverage.configuration is InputState.PARTIAL
    assert roles(found)["inetpub/wwwroot"] is Role.WWWROOT


def test_history_stands_in_for_a_configuration_that_is_not_held() -> None:
    config = application_host(("/x", "C:\\sites\\x"))
    old = application_host(("/x", "C:\\sites\\old"))
    files = {
        "inetpub/history/CFGHISTORY_0000000009/applicationHost.config": old,
        "inetpub/history/CFGHISTORY_0000000010/applicationHost.config": config,
        "sites/x/a.aspx": b"",
        "sites/old/a.aspx": b"",
    }
    found = surveyed(files)
    assert "sites/x" in roles(found)
    assert "sites/old" not in roles(found)
    assert found.coverage.configuration is InputState.PARTIAL
    assert [gap.code for gap in found.gaps] == ["configuration-from-history"]


def test_an_unreadable_configuration_matters() -> None:
    found = surveyed({HOST_CONFIG: b"<configuration/>", "inetpub/wwwroot/x": b""}, unreadable=[HOST_CONFIG])
    assert ("unreadable", "C:\\Windows\\System32\\inetsrv\\config\\applicationHost.config", True) in codes(found)


def test_an_unreadable_directory_on_the_way_matters() -> None:
    found = surveyed({"inetpub/wwwroot/x": b"", "Windows/Temp/y": b""}, unreadable=["inetpub"])
    assert (
        Gap("unreadable", "survey", "C:\\inetpub", "it can't be read (permission denied)", matters=True) in found.gaps
    )


def test_variables_of_the_registry_are_known_to_the_configuration() -> None:
    config = application_host(("/owa", "%ExchangeInstallPath%FrontEnd\\HttpProxy\\owa"))
    files = {
        SOFTWARE: software_hive(exchange={"v15": "C:\\Ex\\V15\\"}),
        HOST_CONFIG: config,
        "Ex/V15/FrontEnd/HttpProxy/owa/auth/logon.aspx": b"",
    }
    assert roles(surveyed(files))["Ex/V15/FrontEnd/HttpProxy/owa"] is Role.OWA


def test_a_given_folder_is_known_by_its_name() -> None:
    assert roles(surveyed({"x.aspx": b""}, location="/case/HttpProxy/owa/auth")) == {"": Role.OWA_AUTH}
    assert roles(surveyed({"x.aspx": b""}, location="/case/aspnet_client")) == {"": Role.ASPNET_CLIENT}


def test_a_live_server_is_asked_for_its_registry_environment_and_drives(monkeypatch: pytest.MonkeyPatch) -> None:
    exchange: HiveTree = {"v15": {"Setup": {"MsiInstallPath": "D:\\Ex\\"}}}
    keys = live_tree("SOFTWARE", {"Microsoft": {"ExchangeServer": exchange}})
    monkeypatch.setitem(sys.modules, "winreg", FakeWinreg(keys))
    monkeypatch.setattr("webshellhunt.host.walk.survey.machine_environment", lambda: {"WEBROOT": "D:\\web"})
    files = {
        "Windows/System32/ntdll.dll": b"",
        HOST_CONFIG: application_host(("/", "%WebRoot%\\site")),
        "D:/Ex/FrontEnd/HttpProxy/owa/auth/logon.aspx": b"",
        "D:/web/site/x.aspx": b"",
        "D:/private/y.txt": b"",
    }
    source = MemorySource(files, location="C:\\", drives={"D": "D:"})
    source.live = True
    found = survey(source, Limits())
    assert {(v.letter, v.top, v.assumed) for v in found.host.volumes} == {("C", "", False), ("D", "D:", False)}
    assert tuple(each.path for each in found.host.exchange) == ("D:\\Ex",)
    assert roles(found)["D:/web/site"] is Role.SITE
    assert not {"", "D:"} & set(roles(found))
    assert found.coverage.registry is InputState.HELD
    assert found.gaps == ()


def test_a_live_environment_is_read_without_case_and_at_full_width() -> None:
    machine = {
        "PROGRAMFILES": "C:\\Program Files (x86)",
        "ProgramW6432": "C:\\Program Files",
        "ExchangeInstallPath": "D:\\Ex",
    }
    known = live_environment(machine)
    assert known["programfiles"] == "C:\\Program Files"
    assert known["exchangeinstallpath"] == "D:\\Ex"


def test_a_glance_into_a_locked_folder_is_no_gap_of_the_survey() -> None:
    assert surveyed({"a/x": b"", "b/y": b""}, unreadable=["a"]).gaps == ()


def test_nothing_of_this_machine_is_asked_for_evidence_at_rest(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse() -> dict[str, str]:
        raise AssertionError("asked")

    monkeypatch.setattr("webshellhunt.host.walk.survey.machine_environment", refuse)
    monkeypatch.setitem(sys.modules, "winreg", None)
    assert surveyed(dict(exchange_server())).gaps == ()


def test_sharepoint_and_both_frameworks() -> None:
    layouts = "Program Files/Common Files/microsoft shared/Web Server Extensions/16/TEMPLATE/LAYOUTS"
    temporary = [
        f"Windows/Microsoft.NET/{folder}/{version}/Temporary ASP.NET Files"
        for folder in ("Framework", "Framework64")
        for version in ("v2.0.50727", "v4.0.30319")
    ]
    found = roles(surveyed(empty_files([f"{place}/x" for place in (layouts, *temporary)])))
    assert found[layouts] is Role.LAYOUTS
    assert [found[place] for place in temporary] == [Role.TEMP_ASPNET] * 4


def test_two_spellings_of_a_directory_are_both_roots() -> None:
    found = roles(surveyed({"inetpub/wwwroot/a": b"", "Inetpub/WWWRoot/b": b""}))
    assert found["inetpub/wwwroot"] is found["Inetpub/WWWRoot"] is Role.WWWROOT


def test_the_build_of_exchange_is_that_of_its_setup_program(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webshellhunt.host.walk.survey.file_version", lambda data: "15.2.1118.7" if data else None)
    top = "Program Files/Microsoft/Exchange Server/V15"
    files = {f"{top}/FrontEnd/HttpProxy/owa/auth/logon.aspx": b"x", f"{top}/bin/exsetup.exe": b"MZ"}
    with MemorySource(files) as source:
        found = survey(source, Limits()).host.exchange
    assert [(each.path, each.build) for each in found] == [
        ("C:\\Program Files\\Microsoft\\Exchange Server\\V15", "15.2.1118.7")
    ]
