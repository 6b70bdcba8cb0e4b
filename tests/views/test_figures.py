"""Numbers in words."""

from __future__ import annotations

import pytest

from webshellhunt.views.figures import bytes_in_words, count_in_words, list_in_words, multiple_in_words, names_in_words


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 B"),
        (999, "999 B"),
        (1000, "1.0 kB"),
        (107_400_000, "107 MB"),
        (4_100_000_000, "4.1 GB"),
        (999_960_000, "1.0 GB"),
        (10**19, "10000 PB"),
    ],
)
def test_sizes(size: int, words: str) -> None:
    assert bytes_in_words(size) == words


def test_counts_and_names() -> None:
    assert count_in_words(1, "day") == "1 day"
    assert count_in_words(1200, "row") == "1,200 rows"
    assert multiple_in_words(38.2) == "38 times"
    assert multiple_in_words(1e300) == "1,000,000 times"
    assert names_in_words(["a", "b"]) == "a, b"
    assert names_in_words(list("abcde")) == "a, b, c and 2 more"
    assert names_in_words(["a", "b"], count=1200) == "a, b and 1,197 more"


def test_of_many_names_only_the_first_are_listed() -> None:
    assert list_in_words(["a"], "client") == "a"
    assert list_in_words(list("abcd"), "client") == "a, b, c and d"
    assert list_in_words(list("abcdef"), "client") == "a, b, c and 3 more clients"
