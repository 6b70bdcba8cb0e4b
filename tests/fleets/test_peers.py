"""Which files of a host are compared, and with which hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.fleet_hosts import INSTALL, page, server
from tests.reports.cases import nothing_found, patch_state
from tests.reports.strategies import hostile
from webshellhunt.fleets.peers import (
    folder_of,
    is_compared,
    is_of_setup,
    is_script_for_browsers,
    known_build,
    peer_group,
    place_key,
    roles_proving,
    scheme,
)
from webshellhunt.model.places import Role
from webshellhunt.model.report import Host
from webshellhunt.model.verdict import Presence, SubjectKind


@pytest.mark.parametrize(
    ("path", "role", "compared"),
    [
        (r"C:\a\x.aspx", Role.OWA_AUTH, True),
        (r"C:\a\x.ASHX", Role.SITE, True),
        (r"C:\a\x.php", Role.WWWROOT, True),
        (r"C:\a\bin\x.dll", Role.BIN, True),
        (r"C:\a\x.dll", Role.SITE, False),
        (r"C:\a\web.config", Role.OWA, False),
        (r"C:\a\x.cer", Role.WWWROOT, False),
        (r"C:\a\x.js", Role.OWA, False),
        (r"C:\a\x.aspx", Role.TEMP_ASPNET, False),
        (r"C:\a\x.aspx", Role.DROP, False),
    ],
)
def test_served_files_are_compared(path: str, role: Role, compared: bool) -> None:
    assert is_compared(page(path, role=role).subject) is compared


def test_what_is_no_present_file_is_not_compared() -> None:
    subject = page(r"C:\a\x.aspx").subject
    assert not is_compared(replace(subject, presence=Presence.DELETED))
    assert not is_compared(replace(subject, kind=SubjectKind.TRACE))
    assert not is_compared(replace(subject, sha256=None))


def test_scripts_of_exchange_are_compared_by_content() -> None:
    assert is_script_for_browsers(page(r"C:\a\x.js", role=Role.OWA_AUTH).subject)
    assert not is_script_for_browsers(page(r"C:\a\x.js", role=Role.WWWROOT).subject)


def test_files_of_exchange_need_the_same_build_and_others_do_not() -> None:
    one, other = (peer_group(server("A", build=build)) for build in ("15.2.1118.7", "15.1.2044.4"))
    assert one.group_for("%exchangeinstallpath%/x.aspx") != other.group_for("%exchangeinstallpath%/x.aspx")
    assert one.group_for("inetpub/wwwroot/x.aspx") == other.group_for("inetpub/wwwroot/x.aspx")
    assert peer_group(server("A", build=None)).group_for("%exchangeinstallpath%/x.aspx") is None


def test_hosts_of_another_kind_are_no_peers() -> None:
    folder = nothing_found()
    iis = replace(folder, host=Host(iis=True))
    assert len({peer_group(each).group_for("x.aspx") for each in (folder, iis, server("A"))}) == 3


def test_only_an_exact_build_is_known() -> None:
    made = server("A")
    assert known_build(made) == "15.2.1118.7"
    assert known_build(replace(made, patch_state=patch_state())) == "15.2.792.10"
    assert known_build(replace(made, patch_state=patch_state()._replace(exact=False))) == "15.2.1118.7"
    assert known_build(server("A", build=None)) is None
    two = tuple(made.host.exchange[0]._replace(path=INSTALL, build=build) for build in ("1.2.3.4", "1.2.3.5"))
    assert known_build(replace(made, host=made.host._replace(exchange=two))) is None


def test_a_directory_of_a_setup_is_proven_by_that_above_it() -> None:
    assert is_of_setup(Role.ASPNET_CLIENT)
    assert not is_of_setup(Role.SITE)
    assert roles_proving(Role.ASPNET_CLIENT) == (Role.ASPNET_CLIENT, Role.WWWROOT)
    assert roles_proving(Role.OAB) == (Role.OAB,)


ON_C = scheme((r"C:\Program Files\Microsoft\Exchange Server\V15",), "15.2.1118.7")
ON_D = scheme(("D:\\Exchange\\",), "15.2.1118.7")
AUTH = "%exchangeinstallpath%/frontend/httpproxy/owa/auth"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        (r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\X.aspx", f"{AUTH}/x.aspx"),
        (r"E:\Exchange Server\V15\FrontEnd\HttpProxy\owa\auth\X.aspx", f"{AUTH}/x.aspx"),
        (r"C:\inetpub\wwwroot\x.aspx", "inetpub/wwwroot/x.aspx"),
        (r"D:\inetpub\wwwroot\x.aspx", "inetpub/wwwroot/x.aspx"),
        ("app/x.aspx", "app/x.aspx"),
        ("x.aspx", "x.aspx"),
        ("", ""),
        (
            r"C:\Program Files\Microsoft\Exchange Server\V15x\y.aspx",
            "program files/microsoft/exchange server/v15x/y.aspx",
        ),
        (
            r"E:\Exchange Server\V15\ClientAccess\OAB\1d0c5a5e-6a0b-4b0e-9a58-2f6a5f3b7c11\x.aspx",
            "%exchangeinstallpath%/clientaccess/oab/{guid}/x.aspx",
        ),
    ],
)
def test_a_key_leaves_out_drive_and_install_folder(path: str, key: str) -> None:
    assert place_key(path, ON_C) == key


@pytest.mark.parametrize(
    ("folder", "named"),
    [
        ("15.2.1118", "{build}"),
        ("15.2.1118.7", "{build}"),
        ("15.2.1118.9", "{other build}"),
        ("15.1.2044", "{other build}"),
        ("4_0_30319", "4_0_30319"),
        ("current", "current"),
    ],
)
def test_the_folder_of_the_build_is_told_from_others(folder: str, named: str) -> None:
    assert place_key(rf"D:\Exchange\FrontEnd\HttpProxy\owa\auth\{folder}\a.js", ON_D) == f"{AUTH}/{named}/a.js"


def test_without_a_build_each_version_is_another_one() -> None:
    assert place_key("owa/15.2.1118/a.js", scheme((), None)) == "owa/{other build}/a.js"
    assert place_key("owa/15.2.1118/a.js", scheme((), "no.build")) == "owa/{other build}/a.js"


def test_the_folder_of_a_key() -> None:
    assert folder_of("a/b/c.aspx") == "a/b"
    assert folder_of("c.aspx") == ""


@given(hostile | st.text(), st.lists(hostile, max_size=2), st.none() | hostile)
def test_any_text_has_a_key(path: str, installs: list[str], build: str | None) -> None:
    key = place_key(path, scheme(tuple(installs), build))
    assert "\\" not in key
    assert key == key.lower()
