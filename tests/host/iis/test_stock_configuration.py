"""Which elements are stock: all of them has to be setup's own, at the place where setup writes it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.host.iis.stock_configuration import (
    BUILD_PROVIDER,
    HANDLER,
    MODULE,
    SERVER,
    StockPlaces,
    adds_module,
    bound_type,
    is_stock,
    is_stock_page,
    is_stock_removal,
    iter_virtual_directories,
    normal_program,
    served_places,
    stock_entries,
    stock_folders,
    stock_place,
)
from webshellhunt.host.iis.xml_tree import Element, parse_xml

V15 = r"C:\Program Files\Microsoft\Exchange Server\V15"
HOST = r"C:\Windows\System32\inetsrv\config\applicationHost.config"
ISAPI = r"C:\Windows\Microsoft.NET\Framework64\v4.0.30319\aspnet_isapi.dll"
TOKEN = "Version=4.0.0.0, Culture=neutral, PublicKeyToken=31bf3856ad364e35"
WCF = f"System.ServiceModel.Activation.HttpHandler, System.ServiceModel.Activation, {TOKEN}"
HEADERS = "Microsoft.Exchange.HttpUtilities.HostHeaderValidationModule, Microsoft.Exchange.HttpUtilities"


def an_element(tag: str = "add", **attributes: str) -> Element:
    return Element(tag, attributes, 1, 0)


def mapper(**changes: str) -> Element:
    """Return Autodiscover's mapping as setup writes it, with some attributes changed."""
    own = {"name": "AboMapperCustom-4711", "path": "*.xml", "verb": "POST,GET", "modules": "IsapiModule"}
    return an_element(**{**own, "scriptProcessor": ISAPI, **changes})


@pytest.mark.parametrize(
    ("folder", "place"),
    [
        (rf"{V15}\FrontEnd\HttpProxy\owa", "frontend/httpproxy/owa"),
        (r"F:\Exchange\ClientAccess\exchweb\EWS", "clientaccess/exchweb/ews"),
        ("evidence/C/Program Files/Microsoft/Exchange Server/V15/ClientAccess", "clientaccess"),
        ("FrontEnd/HttpProxy/ecp", "frontend/httpproxy/ecp"),
        (r"%ExchangeInstallPath%FrontEnd\HttpProxy\rpc", "frontend/httpproxy/rpc"),
        (r"%SystemDrive%\inetpub\wwwroot", "wwwroot"),
        (r"C:\inetpub\wwwroot\inetpub\wwwroot", None),
        (r"C:\inetpub\wwwroot\aspnet_client\FrontEnd\HttpProxy\owa", None),
        (r"C:\ProgramData\ClientAccess\Autodiscover", None),
        (rf"{V15}\FrontEnd\HttpProxy\owa\ClientAccess\owa", "frontend/httpproxy/owa/clientaccess/owa"),
        (rf"{V15}\FrontEnd\HttpProxy\..\owa", None),
        (r"C:\FrontEnd\Other\HttpProxy", None),
        ("", None),
    ],
)
def test_the_place_of_a_folder(folder: str, place: str | None) -> None:
    assert stock_place(folder) == place


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({}, True),
        ({"verb": "post"}, True),
        ({"scriptProcessor": r"%windir%\Microsoft.NET\Framework64\v4.0.30319\aspnet_isapi.dll"}, True),
        ({"name": "AboMapperCustom-x"}, False),
        ({"path": "*.txt"}, False),
        ({"path": "*.xml,*.png"}, False),
        ({"verb": "*"}, False),
        ({"verb": "POST,GET,PUT"}, False),
        ({"verb": ""}, False),
        ({"modules": "IsapiModule,Other"}, False),
        ({"scriptProcessor": r"C:\Windows\System32\aspnet_isapi.dll"}, False),
        ({"scriptProcessor": f"{ISAPI}|x"}, False),
        ({"type": "System.Web.UI.PageHandlerFactory"}, False),
    ],
)
def test_a_handler_is_stock_as_a_whole(changes: dict[str, str], expected: bool) -> None:
    assert is_stock(HANDLER, "clientaccess/autodiscover", mapper(**changes)) is expected


@pytest.mark.parametrize("place", [None, SERVER, "wwwroot", "clientaccess/owa", "clientaccess/autodiscover/help"])
def test_the_same_handler_elsewhere_is_not(place: str | None) -> None:
    assert not is_stock(HANDLER, place, mapper())


@pytest.mark.parametrize(
    ("type_name", "expected"),
    [
        (WCF, True),
        (WCF.replace("4.0.0.0", "5.0.0.0"), True),
        (WCF.replace("31bf3856ad364e35", "0123456789abcdef"), False),
        (WCF.replace(f", {TOKEN}", ""), False),
        ("System.ServiceModel.Activation.HttpHandler", False),
        (WCF.replace("HttpHandler,", "HttpHandler2,"), False),
    ],
)
def test_a_type_is_compared_with_its_assembly_and_signer(type_name: str, expected: bool) -> None:
    element = an_element(name="AutodiscoverXMLHandler", path="*.xml", verb="POST", type=type_name)
    assert is_stock(HANDLER, "clientaccess/autodiscover", element) is expected


def test_a_build_provider_goes_by_its_extension() -> None:
    provider = f"System.ServiceModel.Activation.ServiceBuildProvider, System.ServiceModel.Activation, {TOKEN}"
    assert is_stock(BUILD_PROVIDER, "clientaccess/autodiscover", an_element(extension=".xml", type=provider))
    assert not is_stock(BUILD_PROVIDER, "clientaccess/autodiscover", an_element(extension=".png", type=provider))


def modules(*children: Element) -> Element:
    section = an_element("modules")
    section.children.extend(children)
    return section


def test_request_filtering_is_removed_only_in_exchange_for_another_module() -> None:
    headers = an_element(name="HostHeaderValidationModule", type=f"{HEADERS}, {TOKEN}")
    place, name = "frontend/httpproxy/owa", "RequestFilteringModule"
    assert is_stock_removal(place, name, modules(headers))
    assert is_stock_removal("wwwroot", name.lower(), modules(headers))
    assert not is_stock_removal(place, name, modules())
    assert not is_stock_removal(place, name, modules(an_element(name="HostHeaderValidationModule", type="Web.Check")))
    assert not is_stock_removal("clientaccess/owa", name, modules(headers))
    assert not is_stock_removal(None, name, modules(headers))
    assert is_stock_removal(place, "Session", modules())
    assert not is_stock_removal(place, "HttpRequestFilteringModule", modules(headers))


def test_what_setup_adds_at_a_place() -> None:
    assert adds_module("frontend/httpproxy/owa", "httprequestfilteringmodule")
    assert not adds_module("wwwroot", "HttpRequestFilteringModule")
    assert is_stock(MODULE, SERVER, an_element(name="RequestFilteringModule", lockItem="true"))
    assert not is_stock(MODULE, SERVER, an_element(name="RequestFilteringModule", type="Web.Filter"))
    assert stock_entries(HANDLER, SERVER, "no such handler") == ()


def test_a_stock_page_is_known_at_its_place_alone() -> None:
    assert is_stock_page(rf"{V15}\ClientAccess\Autodiscover\autodiscover.xml")
    assert not is_stock_page(rf"{V15}\ClientAccess\Autodiscover\health.xml")
    assert not is_stock_page(rf"{V15}\ClientAccess\owa\autodiscover.xml")


def test_where_an_address_of_exchange_leads() -> None:
    assert stock_folders("default web site", "/OWA") == ("frontend/httpproxy/owa",)
    assert stock_folders("Other", "/owa") == ()


def server(*directories: tuple[str, str, str]) -> Element:
    sites = "".join(
        f'<site name="{site}"><application path="{path}"><virtualDirectory path="/" physicalPath="{folder}" />'
        "</application></site>"
        for site, path, folder in directories
    )
    text = f"<configuration><system.applicationHost><sites>{sites}</sites></system.applicationHost></configuration>"
    return parse_xml(text.encode(), HOST)


def test_a_location_is_where_its_virtual_directory_leads() -> None:
    root = server(("S", "/a", rf"{V15}\ClientAccess\owa"), ("S", "/owa", r"D:\sites\owa"))
    places = StockPlaces(root, HOST)
    assert places.of("") == SERVER
    assert places.of("s/A") == "clientaccess/owa"
    assert places.of("S/a/auth") == "clientaccess/owa/auth"
    assert places.of("S/owa") is None
    assert places.of("S") is None


def test_a_location_that_leads_to_two_folders_is_no_place() -> None:
    root = server(("S", "/a", rf"{V15}\ClientAccess\owa"), ("S", "/a", r"D:\sites\a"))
    assert StockPlaces(root, HOST).of("S/a") is None


def test_exchange_is_where_most_of_its_addresses_lead() -> None:
    own = [("S", f"/{name}", rf"{V15}\ClientAccess\{name}") for name in ("owa", "ecp")]
    root = server(*own, ("S", "/x", r"D:\x\ClientAccess\owa"), ("S", "/y", r"%ExchangeInstallPath%ClientAccess\oab"))
    assert [place for *_, place in served_places(root)] == [
        "clientaccess/owa",
        "clientaccess/ecp",
        None,
        "clientaccess/oab",
    ]
    assert StockPlaces(root, HOST).of("S/x") is None


def test_a_file_of_a_directory_is_at_that_directory() -> None:
    root = parse_xml(b"<configuration />", "web.config")
    assert StockPlaces(root, rf"{V15}\ClientAccess\owa\web.config").of("") == "clientaccess/owa"
    assert StockPlaces(root, rf"{V15}\ClientAccess\owa\web.config").of("auth") == "clientaccess/owa/auth"
    assert StockPlaces(root, rf"{V15}\ClientAccess\owa\web.config.bak").of("") is None
    assert StockPlaces(root, "web.config").of("") is None


@given(st.text(max_size=300))
def test_any_text_is_taken(text: str) -> None:
    assert bound_type(text) == bound_type(text.lower())
    assert normal_program(normal_program(text)) == normal_program(text)
    place = stock_place(text)
    assert place is None or stock_place(f"{place}") == place or place == "wwwroot"
    assert is_stock(HANDLER, text, an_element(name=text, path=text, verb=text, type=text)) is False


def test_the_address_is_that_of_the_application_and_of_the_directory() -> None:
    sites = parse_xml(
        b'<sites><site name="A"><application path="/"><virtualDirectory path="/" physicalPath="1" />'
        b'<virtualDirectory path="/x" physicalPath="2" /></application><application path="/owa/">'
        b'<virtualDirectory path="/" physicalPath="3" /><virtualDirectory path="/y/" physicalPath="4" /></application>'
        b"</site><site /></sites>",
        "applicationHost.config",
    )
    found = [(site, address, each.get("physicalPath")) for site, address, each in iter_virtual_directories(sites)]
    assert found == [("A", "/", "1"), ("A", "/x", "2"), ("A", "/owa", "3"), ("A", "/owa/y", "4")]
