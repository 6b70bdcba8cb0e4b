"""A name that intruders used, where they used it."""

from __future__ import annotations

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.model.rules import Severity

PAGE = "known_name/client-scripts"
AUTH = "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth"


def test_the_campaign_and_the_source_are_told() -> None:
    facts = finding(PAGE, "WSH6004").facts
    assert set(facts) == {"campaign", "source"}
    assert facts["campaign"] == "ProxyLogon"


@pytest.mark.parametrize("path", [f"{AUTH}/LOGOUT.aspx", f"D:\\{AUTH}/logout.aspx".replace("/", "\\")])
def test_a_place_counts_in_any_case_and_with_any_separator(path: str) -> None:
    assert finding(changed(PAGE, path=path), "WSH6004").severity is Severity.MEDIUM


@pytest.mark.parametrize("path", ["supp0rt.aspx", "inetpub/wwwroot/supp0rt.aspx", "inetpub/wwwroot/logout.aspx"])
def test_a_name_alone_says_nothing_elsewhere(path: str) -> None:
    assert findings(changed(PAGE, path=path), "WSH6004") == []
