from __future__ import annotations

import pytest

from tests.detectors.access_log.requested_pages import PROBED, VISITED, page
from webshellhunt.detectors.access_log import known_shell_answered
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence


@pytest.mark.parametrize(
    ("address", "role", "confidence"),
    [
        ("/aspnet_client/supp0rt.aspx", Role.ASPNET_CLIENT, Confidence.HIGH),
        ("/OWA/Auth/OutlookEN.aspx", Role.OWA_AUTH, Confidence.HIGH),
        ("/ecp/auth/logout.aspx", Role.ECP_AUTH, Confidence.HIGH),
        ("/_layouts/15/spinstall0.aspx", Role.LAYOUTS, Confidence.HIGH),
        ("/shop/aspxspy.aspx", Role.WWWROOT, Confidence.MEDIUM),
    ],
)
def test_a_published_name_or_place_counts(address: str, role: Role, confidence: Confidence) -> None:
    (found,) = known_shell_answered.find(page(address, role))
    assert found.confidence is confidence
    assert set(found.facts) == {"virtual_path", "campaign", "source"}
    assert [(each.path, each.line) for each in found.evidence] == [("u_ex.log", 7)]


def test_honest_pages_of_these_names_are_no_finding() -> None:
    known = page("/owa/auth/help.aspx", Role.OWA_AUTH)
    assert len(list(known_shell_answered.find(known))) == 1
    twins = [
        page("/shop/help.aspx", Role.WWWROOT),
        page("/ecp/auth/TimeoutLogout.aspx", Role.ECP_AUTH),
        page("/shop/aspxspy.aspx", Role.WWWROOT, VISITED),
        page("/shop/aspxspy.aspx", Role.WWWROOT)._replace(answers_all=True),
    ]
    assert [list(known_shell_answered.find(each)) for each in twins] == [[]] * len(twins)


def test_a_published_name_in_a_directory_of_setup_is_never_silent() -> None:
    address = "/owa/auth/help.aspx"
    twins = [page(address, Role.OWA_AUTH, use) for use in (VISITED, PROBED)]
    for twin in (*twins, page(address, Role.OWA_AUTH)._replace(answers_all=True)):
        (found,) = known_shell_answered.find(twin)
        assert found.confidence is Confidence.MEDIUM
