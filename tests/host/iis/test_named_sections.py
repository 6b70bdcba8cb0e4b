"""Sections by their whole names, in locations too."""

from __future__ import annotations

from webshellhunt.host.iis.named_sections import iter_sections
from webshellhunt.host.iis.xml_tree import parse_xml


def found(text: str, *names: str) -> list[tuple[str, str]]:
    return [(each.name, each.location) for each in iter_sections(parse_xml(text.encode(), "web.config"), *names)]


def test_sections_are_found_by_their_whole_name_in_any_case_and_location() -> None:
    text = (
        "<configuration><system.webServer><modules/><security><requestFiltering/></security></system.webServer>"
        '<location path="a/"><System.WebServer><Modules/></System.WebServer>'
        '<location path="b"><system.webServer><modules/></system.webServer></location></location>'
        "<modules/></configuration>"
    )
    modules, filtering = "system.webserver/modules", "system.webserver/security/requestfiltering"
    assert found(text, modules, filtering) == [(modules, ""), (filtering, ""), (modules, "a"), (modules, "a/b")]


def test_another_root_holds_none() -> None:
    assert found("<system.webServer><modules/></system.webServer>", "modules", "system.webserver/modules") == []


def test_locations_in_locations_end() -> None:
    text = "<configuration>" + "<location>" * 100 + "<appSettings/>" + "</location>" * 100 + "</configuration>"
    assert found(text, "appsettings") == []
