"""Where addresses lead: by configuration, by the usual directories, and what can be told of a page there."""

from __future__ import annotations

import pytest

from webshellhunt.host.iis.configuration_chain import Chain
from webshellhunt.host.walk.survey import survey
from webshellhunt.host.walk.virtual_paths import PageLocation, VirtualPathResolver, WebPlacesBuilder
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role, Root
from webshellhunt.sources.described import DescribedHost
from webshellhunt.sources.memory import MemorySource

FRONT = r"C:\Program Files\Microsoft\Exchange Server\V15\FrontEnd\HttpProxy"
BACK = r"C:\Program Files\Microsoft\Exchange Server\V15\ClientAccess"


def of_files(*paths: str) -> VirtualPathResolver:
    return VirtualPathResolver(survey(MemorySource(dict.fromkeys(paths, b"x")), Limits()))


@pytest.fixture(scope="module")
def addresses(clean_host: DescribedHost) -> VirtualPathResolver:
    return VirtualPathResolver(survey(clean_host.source(), Limits()))


def paths(places: list[PageLocation]) -> set[str]:
    return {place.server_path for place in places}


def test_an_address_leads_to_a_place_of_each_site(addresses: VirtualPathResolver) -> None:
    assert paths(addresses.resolve("/owa/auth/x.aspx")) == {FRONT + r"\owa\auth\x.aspx", BACK + r"\Owa\auth\x.aspx"}


def test_a_page_is_found_whatever_the_case_of_its_address(addresses: VirtualPathResolver) -> None:
    assert any(place.found for place in addresses.resolve("/OWA/Auth/Logon.aspx"))
    assert not any(place.found for place in addresses.resolve("/owa/auth/logonn.aspx"))


def test_the_top_of_a_site_counts_where_nothing_is_nearer(addresses: VirtualPathResolver) -> None:
    assert r"C:\inetpub\wwwroot\aspnet_client\x.aspx" in paths(addresses.resolve("/aspnet_client/x.aspx"))


@pytest.mark.parametrize("address", ["", "/", "/..", "//"])
def test_no_page_has_no_place(addresses: VirtualPathResolver, address: str) -> None:
    assert addresses.resolve(address) == []


def test_without_a_configuration_the_usual_directories_count() -> None:
    found = of_files(
        "C/inetpub/wwwroot/a.aspx", "C/Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/w.config"
    )
    assert found.resolve("/x.aspx") == [
        PageLocation(r"C:\inetpub\wwwroot\x.aspx", found.resolve("/x.aspx")[0].role, False, True)
    ]
    (place,) = found.resolve("/owa/auth/x.aspx")
    assert (place.server_path, place.listed) == (FRONT + r"\owa\auth\x.aspx", False)


def test_of_a_whole_system_every_directory_was_listed() -> None:
    (place,) = of_files("C/Windows/System32/ntdll.dll", "C/inetpub/wwwroot/a.htm").resolve("/gone/x.aspx")
    assert (place.found, place.listed) == (False, True)


def test_a_page_below_an_unreadable_directory_is_not_absent() -> None:
    files = ("C/Windows/System32/ntdll.dll", "C/inetpub/wwwroot/a/b/x.htm")
    for locked in ("C/inetpub/wwwroot/a", "C/inetpub"):
        source = MemorySource(dict.fromkeys(files, b""), unreadable=[locked])
        resolver = VirtualPathResolver(survey(source, Limits()))
        assert not resolver.resolve_below("C:\\inetpub\\wwwroot", ["a", "b", "x.aspx"]).listed


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
