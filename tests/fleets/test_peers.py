"""Which files of a host are compared, and with which hosts."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.builders.fleet_hosts import INSTALL, page, server
from tests.reports.cases import nothing_found, patch_state
from webshellhunt.fleets.peers import (
    is_compared,
    is_of_setup,
    is_script_for_browsers,
    known_build,
    peer_group,
    roles_proving,
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
