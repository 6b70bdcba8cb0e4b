from __future__ import annotations

import pytest

from tests.detectors.access_log.requested_pages import USE, VISITED, page
from webshellhunt.detectors.access_log import tool_requested_page
from webshellhunt.model.places import Role
from webshellhunt.model.rules import Confidence

CRAWLER = "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"


@pytest.mark.parametrize(
    ("agent", "role", "posted", "expected"),
    [
        ("antSword/v2.1", Role.WWWROOT, 0, True),
        ("python-requests/2.25.1", Role.OWA_AUTH, 0, True),
        ("python-requests/2.25.1", Role.WWWROOT, 1, False),
        (CRAWLER, Role.ASPNET_CLIENT, 1, True),
        (CRAWLER, Role.ASPNET_CLIENT, 0, False),
        (CRAWLER, Role.WWWROOT, 1, False),
        ("Mozilla/5.0 (Windows NT 10.0; Win64; x64)", Role.OWA_AUTH, 1, False),
        ("", Role.OWA_AUTH, 1, False),
    ],
)
def test_the_agent_of_a_tool_counts_where_no_honest_one_asks(
    agent: str, role: Role, posted: int, expected: bool
) -> None:
    asked = page("/a/zz.aspx", role, USE._replace(agents=(agent,), posted=posted))
    found = list(tool_requested_page.find(asked))
    assert bool(found) is expected
    assert all(agent in each.message for each in found)


def test_a_page_with_visitors_has_visits_of_tools_too() -> None:
    use = VISITED._replace(agents=("python-requests/2.25.1",))
    assert list(tool_requested_page.find(page("/owa/auth/zz.aspx", Role.OWA_AUTH, use))) == []


def test_a_client_for_web_shells_is_sure_where_only_setup_writes() -> None:
    use = USE._replace(agents=("antSword/v2.1",))
    places = (("/owa/auth/zz.aspx", Role.OWA_AUTH), ("/shop/zz.aspx", Role.WWWROOT))
    found = [each for path, role in places for each in tool_requested_page.find(page(path, role, use))]
    assert [each.confidence for each in found] == [Confidence.HIGH, Confidence.MEDIUM]
