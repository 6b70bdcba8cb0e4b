from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.tables import each_row
from webshellhunt.host.walk.roles import NAMED_ROLES, folder_of, location_role, role_at
from webshellhunt.model.places import Role

EX = "Program Files/Microsoft/Exchange Server/V15"


@each_row(
    ("path", "role"),
    [
        (f"{EX}/FrontEnd/HttpProxy", Role.HTTP_PROXY),
        (f"{EX}/FrontEnd/HttpProxy/ews", Role.HTTP_PROXY),
        (f"{EX}/FrontEnd/HttpProxy/owa", Role.OWA),
        (f"{EX}/FrontEnd/HttpProxy/owa/auth", Role.OWA_AUTH),
        (f"{EX}/frontend/httpproxy/OWA/Auth/Current/themes/resources", Role.OWA_AUTH),
        (f"{EX}/FrontEnd/HttpProxy/owa/auth/15.1.2176", Role.OWA_AUTH),
        (f"{EX}/FrontEnd/HttpProxy/ecp/auth", Role.ECP_AUTH),
        (f"{EX}/FrontEnd/HttpProxy/ecp", Role.ECP),
        (f"{EX}/FrontEnd/HttpProxy/OAB", Role.OAB),
        (f"{EX}/FrontEnd/HttpProxy/owa/bin", Role.BIN),
        (f"{EX}/Bin", Role.GIVEN),
        (f"{EX}/ClientAccess", Role.CLIENT_ACCESS),
        (f"{EX}/ClientAccess/Owa/auth", Role.OWA_AUTH),
        (f"{EX}/ClientAccess/Owa/prem/15.1.2176.2", Role.OWA),
        (f"{EX}/ClientAccess/ecp/DDI", Role.ECP),
        (f"{EX}/ClientAccess/exchweb/ews", Role.CLIENT_ACCESS),
        (f"{EX}/Logging/HttpProxy/Owa", Role.GIVEN),
        (f"{EX}/Logging/OAB", Role.GIVEN),
        ("inetpub/wwwroot", Role.WWWROOT),
        ("inetpub/wwwroot/aspnet_client", Role.ASPNET_CLIENT),
        ("inetpub/wwwroot/aspnet_client/system_web/4_0_30319", Role.ASPNET_CLIENT),
        ("inetpub/wwwroot/bin", Role.BIN),
        ("inetpub/wwwroot/owa/auth", Role.WWWROOT),
        ("inetpub/history/CFGHISTORY_0000000001", Role.IIS_CONFIG),
        ("Windows/System32/inetsrv/config/schema", Role.IIS_CONFIG),
        ("Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/owa/8f1b/a0", Role.TEMP_ASPNET),
        ("Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/root/bin", Role.TEMP_ASPNET),
        ("Program Files/Common Files/microsoft shared/Web Server Extensions/16/TEMPLATE/LAYOUTS/1033", Role.LAYOUTS),
        ("ProgramData/COM1", Role.DROP),
        ("ProgramData/x/bin", Role.DROP),
        ("Users/Public/Documents", Role.DROP),
        ("Windows/Temp", Role.DROP),
        ("PerfLogs", Role.DROP),
        ("C/ProgramData", Role.DROP),
        ("root/x", Role.GIVEN),
        ("auth", Role.GIVEN),
        ("x/owa/themes", Role.OWA),
        ("", Role.GIVEN),
    ],
)
def test_the_deepest_name_that_says_anything_decides(path: str, role: Role) -> None:
    assert role_at(path.split("/") if path else ()) is role


@each_row(
    ("base", "path", "role"),
    [
        (Role.SITE, "css", Role.SITE),
        (Role.SITE, "bin", Role.BIN),
        (Role.SITE, "aspnet_client", Role.ASPNET_CLIENT),
        (Role.SITE, "ProgramData", Role.SITE),
        (Role.OWA, "auth", Role.OWA_AUTH),
        (Role.ECP, "Auth/x", Role.ECP_AUTH),
        (Role.OWA, "prem/auth", Role.OWA),
        (Role.HTTP_PROXY, "owa/auth", Role.OWA_AUTH),
        (Role.TEMP_ASPNET, "root/owa/auth", Role.TEMP_ASPNET),
        (Role.DROP, "x/aspnet_client", Role.ASPNET_CLIENT),
    ],
)
def test_below_a_known_directory_its_role_holds_until_a_name_says_more(base: Role, path: str, role: Role) -> None:
    assert role_at(path.split("/"), base) is role


@given(st.lists(st.text(max_size=8), max_size=5), st.sampled_from(list(Role)))
def test_every_path_has_a_role_and_case_changes_nothing(names: list[str], base: Role) -> None:
    ascii_names = [name for name in names if name.isascii()]
    assert role_at([name.upper() for name in ascii_names], base) is role_at(ascii_names, base)
    assert isinstance(role_at(names, base), Role)


@each_row(
    ("location", "role"),
    [
        ("/evidence/FrontEnd/HttpProxy/owa/auth", Role.OWA_AUTH),
        ("/evidence/owa/auth/", Role.OWA_AUTH),
        ("E:\\case\\aspnet_client", Role.ASPNET_CLIENT),
        ("/evidence/HttpProxy", Role.HTTP_PROXY),
        ("/evidence/wwwroot", Role.WWWROOT),
        ("/usr/local/bin", Role.GIVEN),
        ("/root/evidence", Role.GIVEN),
        ("/mnt/ProgramData", Role.GIVEN),
        ("/tmp/pytest-0/tree0", Role.GIVEN),
        (".", Role.GIVEN),
        ("", Role.GIVEN),
    ],
)
def test_a_given_folder_is_known_by_its_own_last_names(location: str, role: Role) -> None:
    assert location_role(location) is role


@each_row("role", NAMED_ROLES)
def test_each_role_that_a_name_shows_has_a_directory(role: Role) -> None:
    assert role_at(folder_of(role).split("/")) is role
    assert set(NAMED_ROLES) == set(Role) - {Role.SITE}
