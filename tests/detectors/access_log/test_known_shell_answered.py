from __future__ import annotations

import pytest

from tests.detectors.access_log.requested_pages import USE, VISITED, page
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
        known._replace(use=VISITED),
        known._replace(answers_all=True),
        known._replace(is_probed=True, use=USE._replace(posted=0)),
    ]
    assert [list(known_shell_answered.find(each)) for each in twins] == [[]] * len(twins)
