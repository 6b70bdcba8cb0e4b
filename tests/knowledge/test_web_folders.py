"""Directories that are served, by their usual paths."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.knowledge.web_folders import is_in_setup_folder, is_in_web_folder, is_page_name, local_path

EXCHANGE = r"D:\Exchange\FrontEnd\HttpProxy\owa\auth"


@pytest.mark.parametrize(
    ("path", "setup", "served"),
    [
        (rf"{EXCHANGE}\x.aspx", True, True),
        (r"C:\inetpub\wwwroot\aspnet_client\x.aspx", True, True),
        (
            r"C:\Program Files\Common Files\microsoft shared\Web Server Extensions\16\TEMPLATE\LAYOUTS\x.aspx",
            True,
            True,
        ),
        (r"C:\inetpub\wwwroot\shop\x.aspx", False, True),
        ("c:/inetpub/site/x.aspx", False, True),
        (r"C:\inetpub\temp\appPools\x.config", False, False),
        (r"C:\inetpub\logs\LogFiles\x.log", False, False),
        (r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files\owa\x.aspx", False, False),
        (r"C:\Users\admin\Desktop\x.aspx", False, False),
        (r"D:\backup\x.pst", False, False),
    ],
)
def test_the_path_decides(path: str, setup: bool, served: bool) -> None:
    assert (is_in_setup_folder(path), is_in_web_folder(path)) == (setup, served)


@pytest.mark.parametrize(
    "path", ["x.aspx", r"C:\a\x.ASHX", '"C:\\a\\x.asmx"', "x.aspx. ", "x.aspx::$DATA", "/owa/x.php"]
)
def test_pages(path: str) -> None:
    assert is_page_name(path)


@pytest.mark.parametrize("path", ["", "x", ".aspx", r"C:\a.aspx\x.txt", "x.req", "x.cer", "x.pst", "x.html"])
def test_other_files(path: str) -> None:
    assert not is_page_name(path)


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"\\127.0.0.1\c$\inetpub\x.aspx", r"C:\inetpub\x.aspx"),
        (r"\\localhost\D$\x.aspx", r"D:\x.aspx"),
        (r"\\exch01\c$\x.aspx", r"C:\x.aspx"),
        (r"\\other\c$\x.aspx", r"\\other\c$\x.aspx"),
        (r"\\backup\pst\x.pst", r"\\backup\pst\x.pst"),
        ('"C:/x.aspx"', r"C:\x.aspx"),
    ],
)
def test_an_administrative_share_of_this_machine_is_its_drive(path: str, expected: str) -> None:
    assert local_path(path, "EXCH01.contoso.local") == expected


@given(st.text(max_size=60), st.text(max_size=10))
def test_any_text_is_a_path_or_not(path: str, computer: str) -> None:
    assert isinstance(local_path(path, computer), str)
    assert is_in_web_folder(path) or not is_in_setup_folder(path)
    is_page_name(path)
