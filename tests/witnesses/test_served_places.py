"""Directories that serve pages, by the survey and by their names."""

from __future__ import annotations

import pytest

from tests.builders.servers import EXCHANGE, FRAMEWORK, FRONT, HOST_CONFIG, application_host, exchange_server
from webshellhunt.host.walk.survey import survey
from webshellhunt.model.limits import Limits
from webshellhunt.model.places import Role
from webshellhunt.sources import MemorySource
from webshellhunt.witnesses.served_places import ServedPlaces


@pytest.fixture(scope="module")
def places() -> ServedPlaces:
    config = application_host(("/", r"C:\inetpub\wwwroot"), ("/shop", r"C:\sites\shop"))
    files = {**exchange_server("C", whole=True), f"C/{HOST_CONFIG}": config, "C/sites/shop/a.aspx": b""}
    return ServedPlaces(survey(MemorySource(files), Limits()), "C")


@pytest.mark.parametrize(
    ("path", "role"),
    [
        (f"{FRONT}/owa/auth", Role.OWA_AUTH),
        (f"{FRONT.upper()}/OWA/AUTH", Role.OWA_AUTH),
        (f"{EXCHANGE}/ClientAccess/ecp/gone", Role.ECP),
        ("inetpub/wwwroot/aspnet_client/system_web", Role.ASPNET_CLIENT),
        ("inetpub/wwwroot/deep/er", Role.WWWROOT),
        ("sites/shop/orders", Role.SITE),
        ("sites/shop/bin", Role.BIN),
        ("elsewhere/wwwroot/bin", Role.BIN),
        ("sites", None),
        ("Windows/Temp", None),
        ("Windows/Microsoft.NET/Framework64/v4.0.30319/Temporary ASP.NET Files/owa", None),
        ("tools/bin", None),
        ("", None),
    ],
)
def test_role(places: ServedPlaces, path: str, role: Role | None) -> None:
    assert places.role_of(tuple(path.split("/")) if path else ()) is role


def test_the_assemblies_of_pages_are_of_the_web_server_and_serve_nothing(places: ServedPlaces) -> None:
    names = (*FRAMEWORK.split("/"), "Temporary ASP.NET Files", "owa", "8f1b")
    assert (places.web_role_of(names), places.role_of(names)) == (Role.TEMP_ASPNET, None)
    assert places.web_role_of(("sites", "shop")) is places.role_of(("sites", "shop")) is Role.SITE
