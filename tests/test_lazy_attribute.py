"""A lazy attribute is computed once, at its first access."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from webshellhunt.lazy_attribute import lazy_attribute


class Sentence:
    def __init__(self) -> None:
        self.calls = 0

    @lazy_attribute
    def words(self) -> list[str]:
        """The words."""
        self.calls += 1
        if self.calls == 1:
            raise ValueError("not yet")
        return ["x"]


@dataclass(frozen=True)
class Frozen:
    name: str

    @lazy_attribute
    def length(self) -> int:
        return len(self.name)


def test_a_result_is_kept_and_an_exception_is_not() -> None:
    sentence = Sentence()
    with pytest.raises(ValueError, match="not yet"):
        _ = sentence.words
    assert sentence.words is sentence.words
    assert sentence.calls == 2
    assert Sentence().calls == 0


def test_a_frozen_object_has_lazy_attributes_too() -> None:
    one = Frozen("abc")
    assert one.length == 3
    assert one == Frozen("abc")


def test_the_class_has_the_descriptor_itself() -> None:
    assert isinstance(Sentence.words, lazy_attribute)
    assert Sentence.words.__doc__ == "The words."
