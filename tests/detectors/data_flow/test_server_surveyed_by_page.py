"""Accounts and drives of the server, by language."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Confidence, Severity

STEM = "server_surveyed_by_page"


@pytest.mark.parametrize(("name", "words"), [("csharp-drives", "the drives"), ("vb-net-accounts", "the accounts")])
def test_the_message_names_what_is_listed(name: str, words: str) -> None:
    found = finding(f"{STEM}/{name}", "WSH1039")
    assert words in found.message
    assert (found.severity, found.confidence) == (Severity.HIGH, Confidence.MEDIUM)


def test_drives_without_folders_need_a_second_finding() -> None:
    alone = changed(f"{STEM}/csharp-drives", ("GetDirectories()", "FullName"))
    found = finding(alone, "WSH1039")
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.LOW)


def test_accounts_in_classic_asp_need_a_second_finding() -> None:
    found = finding("accounts_made_by_page/vbscript", "WSH1039")
    assert (found.severity, found.confidence) == (Severity.MEDIUM, Confidence.LOW)


def test_other_places_of_a_directory_are_nothing() -> None:
    assert findings(changed(f"{STEM}/vb-net-accounts", ("WinNT:", "LDAP:")), "WSH1039") == []


def test_drives_in_classic_asp_are_nothing() -> None:
    page = changed("tool_page/server-jscript-twin", ('GetFolder(Server.MapPath("/pictures")).SubFolders', "Drives"))
    assert findings(page, "WSH1039") == []


@pytest.mark.parametrize(("path", "count"), [("WinNT://./Readers,group", 0), ("WinNT://./Administrators,group", 1)])
def test_one_group_is_no_list_of_accounts_but_that_of_the_administrators(path: str, count: int) -> None:
    assert (
        len(
            findings(
                changed(f"{STEM}/vb-net-accounts", ('"WinNT://" & Environment.MachineName', f'"{path}"')), "WSH1039"
            )
        )
        == count
    )
