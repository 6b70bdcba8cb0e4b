from __future__ import annotations

import pytest

from tests.detectors.access_log.requested_pages import PROBED, VISITED, page
from webshellhunt.detectors.access_log import page_not_shipped_answered
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Severity


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("/owa/auth/zz.aspx", Role.OWA_AUTH),
        ("/aspnet_client/zz.ashx", Role.ASPNET_CLIENT),
        ("/ecp/zz.aspx", Role.ECP),
        ("/_layouts/15/spinstall0.aspx", Role.LAYOUTS),
    ],
)
def test_a_page_that_no_setup_writes_is_a_lead(address: str, role: Role) -> None:
    (found,) = page_not_shipped_answered.find(page(address, role))
    assert (found.severity, found.facts["virtual_path"]) == (Severity.MEDIUM, address)


@pytest.mark.parametrize(
    ("address", "role"),
    [
        ("/owa/auth/logon.aspx", Role.OWA_AUTH),
        ("/owa/zz.ashx", Role.OWA),
        ("/ews/zz.asmx", Role.HTTP_PROXY),
        ("/_layouts/15/start.aspx", Role.LAYOUTS),
        ("/shop/zz.aspx", Role.WWWROOT),
    ],
)
def test_pages_of_setup_and_of_sites_are_no_finding(address: str, role: Role) -> None:
    assert list(page_not_shipped_answered.find(page(address, role))) == []


def test_a_page_with_visitors_is_that_of_a_product() -> None:
    foreign = page("/owa/auth/zz.aspx", Role.OWA_AUTH)
    visited, probed = (
        page("/owa/auth/zz.aspx", Role.OWA_AUTH, VISITED),
        page("/owa/auth/zz.aspx", Role.OWA_AUTH, PROBED),
    )
    for twin in (visited, probed, foreign._replace(answers_all=True)):
        assert list(page_not_shipped_answered.find(twin)) == []
