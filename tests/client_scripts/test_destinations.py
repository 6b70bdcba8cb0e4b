"""Where an address leads."""

from __future__ import annotations

import pytest

from webshellhunt.client_scripts.destinations import Destination, judge_address


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
