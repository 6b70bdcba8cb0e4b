"""Generators of pages, against published ones."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.decoding.view_state.page_identity import PageIdentity, find_page, iter_identities, text_hash

PUBLISHED = [
    # Exchange: exploits of CVE-2020-0688 and articles about machine keys.
    ("/ecp/default.aspx", "B97B4E27"),
    ("/owa/auth/errorFE.aspx", "042A94E8"),
    ("/ecp/auth/TimeoutLogout.aspx", "277B1C2A"),
    # Gladinet CentreStack (CVE-2025-30406).
    ("/portal/loginpage.aspx", "3FE2630A"),
    # Test applications of badsecrets.
    ("/default.aspx", "CA0B0334"),
    ("/default2.aspx", "9BD98A7D"),
    ("/test.aspx", "75BBA7D6"),
    ("/query.aspx", "EDD8C9AE"),
    ("/mac/mobile/mobile.aspx", "4BC26F45"),
    ("/mac/vsk/test/default.aspx", "2037ECEB"),
]


@pytest.mark.parametrize(("path", "generator"), PUBLISHED)
def test_a_published_generator_is_that_of_its_page(path: str, generator: str) -> None:
    found = find_page(generator, ["/other.aspx", path])
    assert found is not None
    assert found.path == path
    assert find_page(generator.lower(), [path.upper()]) is not None


def test_the_application_is_part_of_it() -> None:
    found = find_page("042A94E8", ["/owa/auth/errorFE.aspx"])
    assert found == PageIdentity("/owa/auth", "auth_errorfe_aspx", "/owa/auth/errorFE.aspx")
    assert found.purposes == ("TemplateSourceDirectory: /OWA/AUTH", "Type: AUTH_ERRORFE_ASPX")


@pytest.mark.parametrize(
    ("path", "names"),
    [
        ("/ecp/", ["ecp_default_aspx", "default_aspx"]),
        ("", ["default_aspx"]),
        ("/a/b.aspx/more/path", ["a_b_aspx", "b_aspx"]),
        ("/_layouts/15/ToolPane.aspx", ["_layouts_15_toolpane_aspx", "_15_toolpane_aspx", "toolpane_aspx"]),
        ("/my-page.aspx", ["my_page_aspx"]),
        ("\\a\\x.ashx", ["a_x_ashx", "x_ashx"]),
    ],
)
def test_the_names_of_classes(path: str, names: list[str]) -> None:
    assert [each.class_name for each in iter_identities(path)] == names


def test_a_text_without_known_weights_has_no_hash() -> None:
    assert text_hash("/my-folder") is None
    assert PageIdentity("/ünlaut", "x_aspx", "/ünlaut/x.aspx").generator is None
    assert text_hash("/") == text_hash("/")
    assert find_page("00000000", ["/my-folder/x.aspx"]) is None


def test_a_deep_address_is_none() -> None:
    assert list(iter_identities("/a" * 40 + "/x.aspx")) == []


@given(st.text(max_size=80))
def test_any_address_is_read(path: str) -> None:
    for each in iter_identities(path):
        assert each.generator is None or len(each.generator) == 8
