from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.reports.writers.text.layout import folded


def test_what_fits_or_has_no_width_stays_one_line() -> None:
    assert list(folded("a b c", None, indent="  ")) == ["  a b c"]
    assert list(folded("a b c", 7, indent="  ")) == ["  a b c"]


def test_the_other_lines_hang() -> None:
    words = "word " * 12
    first, *others = folded(words.strip(), 44, indent="  1. ", hanging="     ")
    assert first.startswith("  1. word")
    assert others
    assert all(line.startswith("     word") for line in others)


def test_a_word_is_never_broken() -> None:
    word = "x" * 300
    assert f"  {word}" in list(folded(f"see {word} there", 40, indent="  "))


@given(
    st.text(st.characters(categories=["L", "N", "P", "Zs"], include_characters=" "), max_size=300), st.integers(0, 200)
)
def test_no_word_is_lost(text: str, width: int) -> None:
    assert " ".join(folded(text, width)).split() == text.split()
