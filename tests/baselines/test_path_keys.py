"""All spellings of one path have one key."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.baselines.path_keys import spell, suffixes

INSTALL = r"C:\Program Files\Microsoft\Exchange Server\V15"
FOLDERS = ("version", "Version", "15.1.2176", "15.1.2176.2", "15.01.1034.026", "Current", "current2", "14.3.123.4")
NAMES = st.text(st.characters(blacklist_characters="/\\\0"), min_size=1, max_size=12)


@pytest.mark.parametrize("folder", FOLDERS)
@pytest.mark.parametrize("top", [INSTALL, "D:\\Exchange", "/mnt/image/Exchange", "Setup/ServerRoles", "", r"\\?\C:\E"])
def test_every_spelling_has_one_key(top: str, folder: str) -> None:
    path = f"{top}\\ClientAccess\\Owa\\prem\\{folder}\\scripts\\Boot.js"
    expected = ("owa/prem/version/scripts/boot.js", True)
    assert spell(path) == expected
    assert spell(path.upper()) == expected
    assert spell(path.replace("\\", "/")) == expected


def test_the_list_of_before_2015_begins_at_the_application() -> None:
    assert spell(r"\owa\prem\version\scripts\boot.js") == ("owa/prem/version/scripts/boot.js", False)


def test_front_end_and_back_end_share_their_keys() -> None:
    front, back = (
        spell(f"{INSTALL}\\{top}\\owa\\auth\\logoff.aspx") for top in (r"FrontEnd\HttpProxy", "ClientAccess")
    )
    assert front == back == ("owa/auth/logoff.aspx", True)


def test_what_is_no_web_application_keeps_its_folder() -> None:
    assert spell(INSTALL + r"\FrontEnd\CallRouter\x.exe") == ("frontend/callrouter/x.exe", True)


@pytest.mark.parametrize(
    ("path", "key", "whole"),
    [
        (r"C:\inetpub\wwwroot\owa\auth\logon.aspx", "inetpub/wwwroot/owa/auth/logon.aspx", True),
        ("evidence/owa/auth/logon.aspx", "evidence/owa/auth/logon.aspx", False),
        (r"C:\HttpProxy\owa\x.aspx", "httpproxy/owa/x.aspx", True),
        (r"C:\a\15.png", "a/15.png", True),
        ("", "", False),
        ("FrontEnd", "frontend", False),
    ],
)
def test_other_places_keep_theirs(path: str, key: str, whole: bool) -> None:
    assert spell(path) == (key, whole)


@given(st.lists(st.one_of(NAMES, st.sampled_from([*FOLDERS, "ClientAccess", "FrontEnd", "HttpProxy", "c:", "."]))))
def test_the_key_of_a_key_is_itself(parts: list[str]) -> None:
    key = spell("\\".join(parts)).key
    assert spell(key).key == key


@given(st.lists(NAMES, min_size=1, max_size=6), st.sampled_from(FOLDERS), st.sampled_from(FOLDERS), st.booleans())
def test_case_separators_prefix_and_folder_of_a_build_make_no_difference(
    parts: list[str], one: str, other: str, front: bool
) -> None:
    top = "FrontEnd\\HttpProxy" if front else "ClientAccess"
    first = spell("\\".join([INSTALL, top, one, *parts]))
    second = spell("/".join(["x", "CLIENTACCESS", other, *(part.lower() for part in parts)]))
    assert first == second
    assert first.whole


def test_suffixes_begin_at_a_known_folder_the_longest_first() -> None:
    assert suffixes("a/owa/ecp/x.aspx", frozenset({"owa", "ecp"})) == ["owa/ecp/x.aspx", "ecp/x.aspx"]
    assert suffixes("a/b", frozenset({"owa"})) == []
