"""Names of compiled pages: hashes that real servers wrote, and what a file name tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.binaries.compiled_pages import (
    CompiledName,
    application_folder,
    belongs,
    directory_hash,
    is_generated_name,
    is_page_assembly_name,
    read_name,
    source_language,
)


@pytest.mark.parametrize(
    ("directory", "expected"),
    [
        ("~", "cdcab7d2"),
        ("~/orion", "b6031896"),
        ("~/Orion", "b6031896"),
        ("~/sm/setupaccount", "9475d17f"),
        ("~/auth", "f5dba9b9"),
        ("~/auth/current", "1c34a273"),
        ("~/auth/current/themes", "df8c773a"),
        ("~/auth/current/themes/resources", "ec688436"),
        ("~/auth/current/scripts", "18c8a328"),
        ("~/aspnet_client", "898219ba"),
        ("~/aspnet_client/system_web", "2bd5d753"),
    ],
)
def test_the_hash_of_a_directory(directory: str, expected: str) -> None:
    assert directory_hash(directory) == expected


@given(st.text(max_size=40))
def test_a_hash_is_short_hexadecimal_whatever_the_name(name: str) -> None:
    assert int(directory_hash(name), 16) < 1 << 32


@pytest.mark.parametrize(
    "name",
    [
        "x.aspx.f5dba9b9.compiled",
        "X.ASPX.F5DBA9B9.compiled",
        "App_Web_x.aspx.f5dba9b9.q3xk0v_d.dll",
        "App_Web_x.aspx.f5dba9b9.dll",
        "App_Web_x.aspx.f5dba9b9.q3xk0v_d.dll.delete",
    ],
)
def test_a_name_tells_the_page_and_its_directory(name: str) -> None:
    assert read_name(name) == CompiledName("x.aspx", "f5dba9b9")


@pytest.mark.parametrize(
    "name", ["App_Web_q3xk0v_d.dll", "x.aspx", "x.compiled", "global.asax.compiled", "x.dll.delete"]
)
def test_other_names_tell_no_page(name: str) -> None:
    assert read_name(name) is None


def test_names_that_aspnet_makes() -> None:
    assert is_generated_name("App_Web_q3xk0v_d.dll")
    assert is_generated_name("App_Web_x.aspx.f5dba9b9.q3xk0v_d.dll")
    assert is_generated_name("App_Web_logoimagehandler.ashx.b6031896.dll")
    assert not is_generated_name("App_Web_Container_1.dll")
    assert is_page_assembly_name("app_web_Container_1.DLL")
    assert not is_page_assembly_name("App_Code.q3xk0v_d.dll")


def test_generated_sources_by_their_language() -> None:
    names = {"qs_ab12.0.cs": "c#", "App_Web_x_12.1.vb": "vb", "y.0.js": "jscript", "y.js": None, "y.0.txt": None}
    assert {name: source_language(name) for name in names} == names


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        (r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\Temporary ASP.NET Files\owa\8f3a1c52\1b6de0aa\x.dll", "owa"),
        ("Temporary ASP.NET Files/root/e22c2559/92c7e946/x.compiled", "root"),
        ("evidence/ecp/e22c2559/92c7e946/x.compiled", "ecp"),
        ("inetpub/wwwroot/bin/x.compiled", None),
        ("Temporary ASP.NET Files/x.dll", None),
    ],
)
def test_the_application_of_a_folder(path: str, expected: str | None) -> None:
    assert application_folder(path) == expected


@pytest.mark.parametrize(
    ("virtual_path", "hashed", "application", "expected"),
    [
        ("/owa/auth/x.aspx", "f5dba9b9", "owa", True),
        ("/OWA/Auth/x.aspx", "f5dba9b9", "owa", True),
        ("/x.aspx", "cdcab7d2", "root", True),
        ("/aspnet_client/x.aspx", "898219ba", "root", True),
        ("/shop/admin/x.aspx", "cdcab7d2", "shop_admin", True),
        ("/owa/auth/x.aspx", "cdcab7d2", "owa", False),
        ("/owa/auth/x.aspx", "f5dba9b9", "ecp", False),
        ("", "cdcab7d2", "root", True),
    ],
)
def test_address_hash_and_application_go_together(
    virtual_path: str, hashed: str, application: str, expected: bool
) -> None:
    assert belongs(virtual_path, hashed, application) is expected
