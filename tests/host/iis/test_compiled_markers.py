"""The .compiled file of a page."""

from __future__ import annotations

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import ConfigError
from webshellhunt.host.iis.compiled_markers import read_compiled_marker

FILE = b"""<?xml version="1.0" encoding="utf-8"?>
<preserve resultType="3" virtualPath="/owa/auth/x.aspx" hash="4f1a93c07" filehash="ffffdb4a01c3e2a7" flags="110000"
    assembly="App_Web_x.aspx.f5dba9b9.q3xk0v_d" type="ASP.auth_x_aspx">
    <filedeps>
        <filedep name="/owa/auth/x.aspx" />
        <filedep name="/owa/auth/y.ascx" />
    </filedeps>
</preserve>
"""


def test_what_it_says_of_the_page() -> None:
    page = read_compiled_marker(FILE, "x.compiled")
    assert page.is_page
    assert (page.virtual_path, page.assembly) == ("/owa/auth/x.aspx", "App_Web_x.aspx.f5dba9b9.q3xk0v_d")
    assert (page.type_name, page.line) == ("ASP.auth_x_aspx", 2)


def test_the_code_of_an_application_is_no_page() -> None:
    assert not read_compiled_marker(FILE.replace(b'"3"', b'"6"'), "x.compiled").is_page


def test_one_that_is_cut_off_still_names_its_page() -> None:
    assert read_compiled_marker(FILE[:300], "x.compiled").virtual_path == "/owa/auth/x.aspx"


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<configuration />",
        FILE.replace(b"/owa/auth/x.aspx", b"/" + b"a" * 300),
        b'<!DOCTYPE a [<!ENTITY b "c">]>' + FILE[40:],
    ],
)
def test_what_is_none_is_an_error(data: bytes) -> None:
    with pytest.raises(ConfigError):
        read_compiled_marker(data, "x.compiled")


@given(st.integers(0, len(FILE)), st.binary(max_size=8))
def test_damaged_ones_are_read_or_an_error(at: int, noise: bytes) -> None:
    with suppress(ConfigError):
        assert len(read_compiled_marker(FILE[:at] + noise + FILE[at + len(noise) :], "x.compiled").virtual_path) <= 260
