"""Text features: words that a detector needs in a text."""

from __future__ import annotations

from webshellhunt.analysis.text_features import TEXT, texts_with


def test_each_word_is_one_feature_of_a_text() -> None:
    found = texts_with("bin", "temp")
    assert {each.removeprefix(TEXT) for each in found} == {"bin", "temp"}
    assert not found & {"bin", "temp"}  # no names of a code
