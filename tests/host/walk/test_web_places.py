"""Where the virtual paths of a page lead."""

from __future__ import annotations

from webshellhunt.host.iis.configuration_chain import Chain
from webshellhunt.host.walk.web_places import WebPlacesBuilder
from webshellhunt.model.places import Role, Root

SERVED = {"Default Web Site": "web", "Default Web Site/owa": "ex/owa", "Other": "other"}
ROOT = Root("web", None, Role.WWWROOT, "a site")
SITE = Chain(("Default Web Site",), located=True)


def test_a_site_has_its_own_virtual_paths_alone() -> None:
    places = WebPlacesBuilder((), SERVED).of("web/sub", SITE, ROOT)
    assert dict(places.virtual) == {"": "web", "owa": "ex/owa"}
    assert places.tops == ("web",)


def test_directories_of_one_site_share_one_object() -> None:
    builder = WebPlacesBuilder((), SERVED)
    assert builder.of("web/a", SITE, ROOT) is builder.of("web/b", SITE, ROOT)


def test_without_a_site_there_are_no_virtual_paths() -> None:
    assert WebPlacesBuilder((), SERVED).of("web/a", Chain(), ROOT).virtual == ()
