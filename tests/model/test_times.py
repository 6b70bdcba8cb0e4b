"""How the times of a place were taken."""

from __future__ import annotations

from webshellhunt.model.times import TimeBasis, TimesChoice


def test_the_time_of_creation_counts_unless_it_is_said_otherwise() -> None:
    assert TimeBasis("C", original=True, reason="mounted").created
    assert TimeBasis("C", original=True, reason="a", created=False) != TimeBasis("C", original=True, reason="a")


def test_each_choice_is_a_word_of_the_command_line() -> None:
    assert all(choice.value == choice.value.lower() for choice in TimesChoice)
    assert len(TimesChoice) > 1
