"""A view is worked out once, when it is first asked for."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from webshellhunt.lazy_attribute import view


class Held:
    def __init__(self) -> None:
        self.asked = 0

    @view
    def words(self) -> list[str]:
        """What it says."""
        self.asked += 1
        if self.asked == 1:
            raise ValueError("not yet")
        return ["x"]


@dataclass(frozen=True)
class Frozen:
    name: str

    @view
    def length(self) -> int:
        return len(self.name)


def test_what_was_found_is_kept_and_what_was_raised_is_not() -> None:
    held = Held()
    with pytest.raises(ValueError, match="not yet"):
        _ = held.words
    assert held.words is held.words
    assert held.asked == 2
    assert Held().asked == 0


def test_a_frozen_object_has_views_too() -> None:
    one = Frozen("abc")
    assert one.length == 3
    assert one == Frozen("abc")


def test_a_class_shows_the_view_itself() -> None:
    assert isinstance(Held.words, view)
    assert Held.words.__doc__ == "What it says."
