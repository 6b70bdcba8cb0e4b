from __future__ import annotations

from webshellhunt.lang.c_like.words import C_SHARP, SCRIPT


def test_words_mean_other_things_in_the_two_languages() -> None:
    assert "foreach" in C_SHARP.statements
    assert "foreach" not in SCRIPT.statements
    assert "with" in SCRIPT.statements
    assert "with" in C_SHARP.postfix
    assert "in" in SCRIPT.strengths
    assert "in" not in SCRIPT.narrow
    assert C_SHARP.narrow.keys() < C_SHARP.strengths.keys()
    assert "function" in SCRIPT.starters
    assert "function" not in C_SHARP.starters
