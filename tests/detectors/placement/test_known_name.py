"""A name that intruders used, where they used it."""

from __future__ import annotations

from importlib.resources import files

import pytest

from tests.detectors.fixture_cases import changed, finding, findings
from webshellhunt.knowledge.exchange_names import is_shipped_at
from webshellhunt.knowledge.indicators import load_indicators
from webshellhunt.model.rules import Confidence, Severity
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import examine

PAGE = "known_name/client-scripts"
AUTH = "Program Files/Microsoft/Exchange Server/V15/FrontEnd/HttpProxy/owa/auth"


def test_the_campaign_and_the_source_are_told() -> None:
    facts = finding(PAGE, "WSH6004").facts
    assert set(facts) == {"campaign", "source"}
    assert facts["campaign"] == "ProxyLogon"


@pytest.mark.parametrize("path", [f"{AUTH}/LOGOUT.aspx", f"D:\\{AUTH}/logout.aspx".replace("/", "\\")])
def test_a_place_counts_in_any_case_and_with_any_separator(path: str) -> None:
    assert finding(changed(PAGE, path=path), "WSH6004").severity is Severity.MEDIUM


@pytest.mark.parametrize(
    "path", [f"{AUTH}/OutlookEN.aspx", f"{AUTH}/help.aspx", f"{AUTH.replace('owa', 'ecp')}/RedirSuiteServerProxy.aspx"]
)
def test_a_name_in_a_directory_of_exchange_is_suspicious_by_itself(path: str) -> None:
    fixture = changed(PAGE, path=path)
    assert finding(fixture, "WSH6004").confidence is Confidence.HIGH
    assert examine(fixture.data, path=path).disposition is Disposition.SUSPICIOUS


def test_no_page_that_exchange_ships_has_such_a_name_in_its_place() -> None:
    known = load_indicators()
    text = files("webshellhunt.knowledge").joinpath("exchange_pages.txt").read_text(encoding="utf-8")
    lines = [line.partition(": ") for line in text.splitlines() if not line.startswith("#")]
    shipped = [f"HttpProxy/{directory}/{name}" for directory, _, names in lines for name in names.split()]
    assert len(shipped) > 400
    assert all(map(is_shipped_at, shipped))
    assert not any(map(known.by_path, shipped))
    path = AUTH.replace("owa", "ecp") + "/TimeoutLogout.aspx"  # intruders used this name elsewhere
    assert findings(changed(PAGE, path=path), "WSH6004") == []


@pytest.mark.parametrize("path", ["supp0rt.aspx", "inetpub/wwwroot/supp0rt.aspx", "inetpub/wwwroot/logout.aspx"])
def test_a_name_alone_says_nothing_elsewhere(path: str) -> None:
    assert findings(changed(PAGE, path=path), "WSH6004") == []
