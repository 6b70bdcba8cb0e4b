"""Kinds of files that Exchange never ships."""

from __future__ import annotations

import pytest

from webshellhunt.pipeline import examine

RULE = "WSH2010"
OWA = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy\owa"
ECP = OWA.removesuffix("owa") + "ecp"


def found(path: str, data: bytes = b"<p>Hello</p>") -> bool:
    return RULE in {each.rule.id for each in examine(data, path=path).findings}


@pytest.mark.parametrize(
    "name",
    [
        r"App_Code\A.cs", r"App_Code\Sub\A.vb", "x.cshtml", "x.asp", "x.xamlx", r"App_Browsers\x.browser", "x.shtml",
        r"App_GlobalResources\x.resx", ".user.ini",
    ],
)  # fmt: skip
def test_a_foreign_kind_is_reported(name: str) -> None:
    assert found(rf"{OWA}\{name}")


@pytest.mark.parametrize("name", ["x.aspx", "global.asax", "A.cs", "x.resx", "x.ini", r"resources\x.htm"])
def test_a_kind_that_exchange_has_is_not(name: str) -> None:
    assert not found(rf"{OWA}\{name}")


def test_the_one_definition_of_browsers_is_known_by_its_place() -> None:
    assert not found(rf"{ECP}\App_Browsers\BrowserFile.browser")
    assert found(rf"{OWA}\App_Browsers\BrowserFile.browser")


def test_a_site_may_have_them_and_an_empty_file_is_nothing() -> None:
    assert not found(r"C:\inetpub\wwwroot\App_Code\A.cs")
    assert not found(rf"{OWA}\App_Code\A.cs", b" \n")


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("x.svc", '<%@ ServiceHost Factory="Trace.Factory, Trace" Service="Trace.Service, Trace" %>'),
        ("x.ashx", '<%@ WebHandler Class="Trace.Handler, Trace" %>'),
        ("x.asmx", "<%@ WebService Class='Trace.Service,Trace' %>"),
        ("global.asax", '<%@ Application Language="C#" Inherits="Trace.Application" %>'),
    ],
)
def test_a_page_by_code_of_another_maker_is_reported(name: str, text: str) -> None:
    assert found(rf"{OWA}\{name}", text.encode())
    assert not found(rf"C:\inetpub\wwwroot\{name}", text.encode())


@pytest.mark.parametrize(
    ("name", "text"),
    [
        (
            "x.svc",
            '<%@ ServiceHost Service="Microsoft.Exchange.Services.Wcf.OWAService, Microsoft.Exchange.Services" %>',
        ),
        ("x.svc", '<%@ ServiceHost Factory="System.ServiceModel.Activation.WebServiceHostFactory" Service="A" %>'),
        ("x.ashx", '<%@ WebHandler Language="C#" Class="Handler" %> class Handler { }'),
        ("global.asax", '<%@ Application Inherits="Microsoft.Exchange.HttpProxy.ProxyApplication" %>'),
        ("global.asax", '<%@ Application Language="C#" %>'),
    ],
)
def test_a_page_of_microsoft_or_with_its_own_code_is_not(name: str, text: str) -> None:
    assert not found(rf"{OWA}\{name}", text.encode())
