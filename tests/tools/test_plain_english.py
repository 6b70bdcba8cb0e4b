"""The count of habits: what it finds, and what it leaves out."""

from __future__ import annotations

import pytest

from tools.plain_english import count_habits, iter_prose, iter_python_prose


@pytest.mark.parametrize(
    ("text", "habit"),
    [
        ("Return what is asked of it.", "'what' as a noun"),
        ("Tell whether a file is one.", "'Tell whether'"),
        ("A name that is given queries.", "told, held, given, asked"),
        ("Whoever knows it runs code.", "a clause without a noun"),
    ],
)
def test_each_habit_is_counted(text: str, habit: str) -> None:
    assert count_habits(text)[habit] >= 1


@pytest.mark.parametrize(
    "text", ["What is left?", "In what kind of place a file lies.", "Return the definitions of a name."]
)
def test_plain_prose_counts_nothing(text: str) -> None:
    assert not any(count_habits(text).values())


def test_docstrings_comments_and_longer_texts_are_prose() -> None:
    source = '"""A page."""\nname = "a message of four words"  # a comment\nkey = "short"\n'
    assert sorted(text.strip() for _, text in iter_python_prose(source)) == ["a comment", "a message of four words"]
    assert [text for _, text in iter_python_prose('"""A page of four words."""\n')] == ["A page of four words."]


def test_the_project_has_prose_in_each_room() -> None:
    rooms = {prose.room for prose in iter_prose()}
    assert {"webshellhunt/model", "webshellhunt/detectors", "README.md"} <= rooms
