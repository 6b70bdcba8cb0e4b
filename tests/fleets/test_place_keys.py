"""One key for the same place of several hosts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.strategies import hostile
from webshellhunt.fleets.place_keys import folder_of, place_key, scheme

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
