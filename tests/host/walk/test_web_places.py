"""Where the virtual paths of a page lead."""

from __future__ import annotations

from webshellhunt.host.iis.configuration_chain import Chain
from webshellhunt.host.walk.web_places import PlaceFinder
from webshellhunt.model.places import Role, Root

SERVED = {"Default Web Site": "web", "Default Web Site/owa": "ex/owa", "Other": "other"}
ROOT = Root("web", None, Role.WWWROOT, "a site")
SITE = Chain(("Default Web Site",), located=True)


def test_a_site_has_its_own_virtual_paths_alone() -> None:
    places = PlaceFinder((), SERVED).of("web/sub", SITE, ROOT)
    assert dict(places.virtual) == {"": "web", "owa": "ex/owa"}
    assert places.tops == ("web",)


def test_directories_of_one_site_share_one_object() -> None:
    finder = PlaceFinder((), SERVED)
    assert finder.of("web/a", SITE, ROOT) is finder.of("web/b", SITE, ROOT)


def test_without_a_site_there_are_no_virtual_paths() -> None:
    assert PlaceFinder((), SERVED).of("web/a", Chain(), ROOT).virtual == ()
