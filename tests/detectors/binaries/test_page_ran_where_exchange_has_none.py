"""Remnants of pages in folders of Exchange that have none."""

from __future__ import annotations

import pytest

from webshellhunt.binaries.compiled_pages import directory_hash
from webshellhunt.pipeline import examine

FOLDER = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files"


def messages(application: str, directory: str, page: str = "x.aspx") -> list[str]:
    path = rf"{FOLDER}\{application}\8f3a1c52\1b6de0aa\App_Web_{page}.{directory_hash(directory)}.q3xk0v_d.dll"
    return [each.message for each in examine(b"MZ", path=path).findings if each.rule.id == "WSH5020"]


def test_a_page_in_a_folder_without_pages() -> None:
    assert messages("owa", "~/auth/lang") == ["a page x.aspx ran in a folder of /owa in which no Exchange has a page"]


@pytest.mark.parametrize(
    ("application", "directory", "page"),
    [
        ("owa", "~/auth", "x.aspx"),
        ("ecp", "~/dbmgmt", "x.aspx"),
        ("root", "~/auth/lang", "x.aspx"),
        ("owa_calendar", "~/auth/lang", "x.aspx"),
        ("ews", "~/other", "service.svc"),
    ],
)
def test_what_is_left_to_other_rules(application: str, directory: str, page: str) -> None:
    assert messages(application, directory, page) == []
