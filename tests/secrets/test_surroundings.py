"""What stands around a word in a text."""

from __future__ import annotations

import re

import pytest

from webshellhunt.secrets.surroundings import CLOSE, CONFIDENTIAL, GLUE, MARK, OPEN, Surroundings


def test_words_are_found_in_whatever_case() -> None:
    text = Surroundings("Password PASSWORD", configuration=False)
    assert text.places("password") == [0, 9]
    assert text.has_any("absent", "password")
    assert not text.has_any("absent")


def test_a_value_ends_at_its_mark_or_at_the_next_tag() -> None:
    text = Surroundings('a=" one " <b> two </b>', configuration=True)
    assert [each.value for each in text.quoted('"', 3)] == ["one"]
    assert [each.value for each in text.content(13)] == ["two"]


def test_a_key_that_the_server_makes_is_no_secret() -> None:
    assert not list(Surroundings('"AutoGenerate,IsolateApps"', configuration=True).quoted('"', 1))


def test_server_code_is_no_setting() -> None:
    text = Surroundings("a <" + "% b %" + "> c", configuration=True)
    assert text.is_settings(0)
    assert not text.is_settings(5)
    assert not Surroundings("a", configuration=False).is_settings(0)


@pytest.mark.parametrize("mark", ['"', "'", '\\"', "&quot;", "&amp;quot;", "&#34;", "&#x22;", "\\u0022", "%22"])
def test_every_spelling_of_a_mark(mark: str) -> None:
    assert re.fullmatch(MARK, mark, re.IGNORECASE)
    assert re.fullmatch(GLUE, f"{mark} + {mark}", re.IGNORECASE)


def test_brackets_and_names() -> None:
    assert re.fullmatch(OPEN, "&amp;lt;")
    assert re.fullmatch(CLOSE, "&gt;")
    assert re.search(CONFIDENTIAL, "ApiKey api_key", re.IGNORECASE)
    assert not re.search(CONFIDENTIAL, "keyboard", re.IGNORECASE)
