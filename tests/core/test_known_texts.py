"""Known texts: the text of an expression, where it was always the same one."""

from __future__ import annotations

from webshellhunt.core.known_texts import KnownTexts
from webshellhunt.lang.tree import Name

A, B = Name(0, 1, "a"), Name(1, 2, "b")


def test_an_expression_that_was_one_text_has_it() -> None:
    texts = KnownTexts()
    for _ in range(2):
        texts.note(A, "x")
    assert texts.get(A) == "x"
    assert A in texts
    assert B not in texts
    assert texts.get(B) is None


def test_of_several_texts_the_last_one_is_kept_apart() -> None:
    texts = KnownTexts()
    for text in ("x", "y", "x"):
        texts.note(A, text)
    texts.note(B, "z")
    assert texts.get(A) is None
    assert [*texts.all()] == [(A, "x"), (B, "z")]
