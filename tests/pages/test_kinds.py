from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.model.settings import HandlerMapping, PageKind, PageSettings
from webshellhunt.pages.kinds import application_source, effective_name, nature_of

DEFAULT = PageSettings()


@pytest.mark.parametrize(
    ("name", "kind", "executable", "served"),
    [
        ("x.aspx", PageKind.WEB_FORM, True, True),
        ("X.ASPX", PageKind.WEB_FORM, True, True),
        ("x.ascx", PageKind.WEB_FORM, True, False),
        ("x.master", PageKind.WEB_FORM, True, False),
        ("x.ashx", PageKind.WEB_HANDLER, True, True),
        ("x.asmx", PageKind.WEB_HANDLER, True, True),
        ("x.svc", PageKind.WEB_HANDLER, True, True),
        ("x.soap", PageKind.WEB_HANDLER, True, True),
        ("x.rem", PageKind.WEB_HANDLER, True, True),
        ("x.asix", PageKind.WEB_HANDLER, True, True),
        ("global.asax", PageKind.APPLICATION, True, False),
        ("global.asa", PageKind.CLASSIC_ASP, True, False),
        ("x.asp", PageKind.CLASSIC_ASP, True, True),
        ("x.cer", PageKind.CLASSIC_ASP, True, True),
        ("x.cdx", PageKind.CLASSIC_ASP, True, True),
        ("x.inc", PageKind.CLASSIC_ASP, True, False),
        ("x.cshtml", PageKind.RAZOR, True, True),
        ("x.vbhtml", PageKind.RAZOR, True, True),
        ("web.config", PageKind.CONFIG, False, False),
        ("x.skin", PageKind.STATIC, False, False),
        ("x.browser", PageKind.STATIC, False, False),
        ("x.aspx.txt", PageKind.STATIC, False, False),
        ("x.png", PageKind.STATIC, False, False),
        ("aspx", PageKind.STATIC, False, False),
        ("", PageKind.STATIC, False, False),
        ("x.asp;.jpg", PageKind.CLASSIC_ASP, True, True),
        ("x;asp.jpg", PageKind.STATIC, False, False),
        ("x.aspx. .", PageKind.WEB_FORM, True, True),
        ("x.aspx::$DATA", PageKind.WEB_FORM, True, True),
        ("x.asp:y.txt", PageKind.CLASSIC_ASP, True, True),
        ("x.txt:y.ASPX:$DATA", PageKind.WEB_FORM, True, True),
        ("x.txt:y.txt", PageKind.STATIC, False, False),
        ("x.txt:y", PageKind.STATIC, False, False),
        ("a.aspx/x.txt", PageKind.STATIC, False, False),
    ],
)
def test_the_servers_defaults(name: str, kind: PageKind, executable: bool, served: bool) -> None:
    nature = nature_of(name, DEFAULT)
    assert (nature.kind, nature.executable, nature.served, nature.mapping) == (kind, executable, served, None)


def test_a_mapping_makes_code_of_anything() -> None:
    mapping = HandlerMapping("*.png", PageKind.CLASSIC_ASP, "web.config", line=3)
    nature = nature_of("Logo.PNG ", PageSettings(mappings=(mapping,)))
    assert nature.kind is PageKind.CLASSIC_ASP
    assert nature.executable
    assert nature.served
    assert nature.mapping is mapping


def test_a_locked_mapping_is_a_witness_and_no_more() -> None:
    mapping = HandlerMapping("*.png", PageKind.WEB_FORM, "web.config", locked=True)
    nature = nature_of("logo.png", PageSettings(mappings=(mapping,)))
    assert (nature.kind, nature.executable, nature.mapping) == (PageKind.STATIC, False, mapping)


def test_a_config_file_can_be_mapped_too() -> None:
    mapping = HandlerMapping("web.config", PageKind.CLASSIC_ASP, "web.config")
    assert nature_of("web.config", PageSettings(mappings=(mapping,))).kind is PageKind.CLASSIC_ASP


def test_a_mapping_to_static_switches_execution_off() -> None:
    mapping = HandlerMapping("*.aspx", PageKind.STATIC, "web.config")
    assert not nature_of("x.aspx", PageSettings(mappings=(mapping,))).executable


@given(st.text(max_size=30))
def test_any_name_has_a_nature(name: str) -> None:
    nature = nature_of(name, DEFAULT)
    assert nature.executable or not nature.served
    assert effective_name(effective_name(name)) == effective_name(name)


@pytest.mark.parametrize(
    ("path", "language"),
    [
        (r"C:\inetpub\wwwroot\App_Code\a.cs", "c#"),
        ("wwwroot/shop/APP_CODE/lib/old/a.VB", "vb"),
        ("wwwroot/App_Code/a.cs.", "c#"),
        ("wwwroot/App_Code/a.jsl", None),
        ("wwwroot/App_Code/a.js", None),
        ("wwwroot/App_Code.old/a.cs", None),
        ("wwwroot/a.cs", None),
        ("App_Code", None),
    ],
)
def test_the_language_of_a_source_that_is_compiled_with_its_application(path: str, language: str | None) -> None:
    assert application_source(path) == language
