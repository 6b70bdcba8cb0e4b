"""A configuration that maps its own name to a page handler is executed."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, findings, read
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.model.settings import HandlerMapping, PageKind, PageSettings
from webshellhunt.pages.kinds import PageNature, nature_of
from webshellhunt.pipeline import examine
from webshellhunt.views.self_mapping import with_own_mapping

OWN = "mapping_executes/own-name"
PLACE = "inetpub/wwwroot/upload/web.config"


def nature(data: bytes, *, path: str = PLACE, settings: PageSettings | None = None) -> PageNature:
    artifact = Artifact(path, path, Role.GIVEN, len(data), settings=settings or PageSettings())
    return with_own_mapping(nature_of(artifact.name, artifact.settings), artifact, data)


def test_its_own_mapping_decides() -> None:
    found = nature(read(OWN).data)
    assert found.executable
    assert found.kind is PageKind.CLASSIC_ASP


@pytest.mark.parametrize(
    ("old", "new"),
    [('path="web.config"', 'path="*.map"'), ("asp.dll", "static.dll"), ("<handlers>", "<other>")],
)
def test_without_a_mapping_of_its_name_it_is_none(old: str, new: str) -> None:
    data = read(OWN).data.replace(old.encode(), new.encode())
    assert not nature(data).executable


def test_without_code_it_is_none() -> None:
    data = read(OWN).data
    assert not nature(data[: data.index(b"<!--")]).executable


def test_a_pattern_of_several_names_covers_it_too() -> None:
    assert nature(read(OWN).data.replace(b'path="web.config"', b'path="*.config"')).executable


def test_another_name_is_none() -> None:
    assert not nature(read(OWN).data, path="inetpub/wwwroot/upload/app.config").executable


def test_a_file_that_the_server_rejects_is_read_as_it_was_meant() -> None:
    data = b"\n" + read(OWN).data
    locked = HandlerMapping("web.config", PageKind.CLASSIC_ASP, "web.config", locked=True)
    assert nature(data, settings=PageSettings(mappings=(locked,))).executable
    whole = data.lstrip()
    assert not nature(whole, settings=PageSettings(mappings=(locked,))).executable


def test_the_mappings_that_a_survey_read_decide() -> None:
    other = HandlerMapping("*.map", PageKind.CLASSIC_ASP, "web.config")
    assert not nature(read(OWN).data, settings=PageSettings(mappings=(other,))).executable


def test_it_is_judged_as_a_page() -> None:
    fixture = read(OWN)
    assert examine(fixture.data, path=fixture.path).disposition.name == "MALICIOUS"
    assert findings(changed(OWN, ("Execute Request", "Response.Write Request")), "WSH4001")


def test_what_is_no_xml_is_none() -> None:
    assert not nature(b"<% Response.Write 1 %>"[:2] + b" no xml").executable
