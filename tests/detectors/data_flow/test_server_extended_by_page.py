"""Registrations by a page are findings, those at the start of an application are not."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings, read

STEM = "server_extended_by_page"


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("csharp-path-provider", "a virtual path provider"),
        ("csharp-route", "a route"),
        ("csharp-filter", "a global filter"),
        ("vb-net-listener", "an HTTP listener"),
    ],
)
def test_the_message_names_the_kind_of_registration(name: str, words: str) -> None:
    assert words in finding(f"{STEM}/{name}", "WSH1016").message


def test_registrations_at_application_start_are_no_finding() -> None:
    name = f"{STEM}/csharp-path-provider"
    assert findings(changed(name, path="inetpub/wwwroot/Global.asax"), "WSH1016") == []
    assert findings(changed(name, ("void Page_Load", "void Application_Start")), "WSH1016") == []


def test_two_routes_are_one_finding() -> None:
    line = 'routes.Insert(0, new System.Web.Routing.Route("shown", null));'
    assert len(findings(changed(f"{STEM}/csharp-route", (line, line * 2)), "WSH1016")) == 1


def test_another_collection_is_no_finding() -> None:
    assert (
        findings(changed(f"{STEM}/csharp-route", ("System.Web.Routing.RouteTable.Routes", "Mine.Routes")), "WSH1016")
        == []
    )


def test_a_page_at_start_registers_and_another_library_has_modules() -> None:
    name = f"{STEM}/csharp-path-provider"
    assert findings(changed(name, path="inetpub/wwwroot/_AppStart.aspx"), "WSH1016") == []
    asked = "System.Web.Hosting.HostingEnvironment.RegisterVirtualPathProvider(new Shown())"
    module = "System.Web.HttpApplication.RegisterModule(typeof(Shown))"
    assert "a module" in finding(changed(name, (asked, module)), "WSH1016").message
    assert findings(changed(name, (asked, "Desktop.RegisterModule(typeof(Shown))")), "WSH1016") == []


def test_a_listener_is_reported_at_application_start_too() -> None:
    found = finding(changed(f"{STEM}/vb-net-listener", path="inetpub/wwwroot/Global.asax"), "WSH1016")
    assert (found.severity.name, found.confidence.name) == ("HIGH", "MEDIUM")


def test_a_library_of_a_site_registers_and_one_in_exchange_does_not() -> None:
    name = f"{STEM}/csharp-path-provider"
    code = "class A { void B() { System.Web.Hosting.HostingEnvironment.RegisterVirtualPathProvider(null); } }"
    fixture = read(name)._replace(data=code.encode())
    assert findings(fixture._replace(path="inetpub/wwwroot/App_Code/a.cs"), "WSH1016") == []
    owa = "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa"
    assert findings(fixture._replace(path=f"{owa}/App_Code/a.cs"), "WSH1016")
