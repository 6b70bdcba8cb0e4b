"""Short phrases: each is of a rule that exists, and short."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.reports.cases import EVAL, PUBLIC
from webshellhunt.reports.content.phrases import LONGEST, PHRASES, phrase, phrase_with_noun
from webshellhunt.reports.rule_list import iter_rules


def test_each_phrase_is_of_a_rule_and_short() -> None:
    assert set(PHRASES) <= {rule.id for rule in iter_rules()}
    assert all(len(each) <= LONGEST + 10 for each in PHRASES.values())


def test_each_rule_has_few_words() -> None:
    for rule in iter_rules():
        words = phrase(rule)
        assert words
        assert len(words) <= LONGEST
        assert words == words.strip()


@pytest.mark.parametrize(
    ("title", "words"),
    [
        ("A page starts a program: it is a shell.", "a page starts a program"),
        ("PHP runs", "PHP runs"),
        ("x" * 100, "x" * (LONGEST - 1) + "…"),
        ("word " * 30, "word " * 10 + "word…"),
        ("", "SomeoneElses_Rule"),
    ],
)
def test_another_rule_has_the_beginning_of_its_title(title: str, words: str) -> None:
    assert phrase(replace(PUBLIC, title=title)) == words


def test_a_noun_goes_before_the_phrase_unless_it_has_its_own() -> None:
    uploader = replace(EVAL, id="WSH1004")
    assert phrase_with_noun(EVAL, "web shell") == "web shell: executes request data as code"
    assert phrase_with_noun(EVAL, "") == phrase(EVAL)
    assert phrase_with_noun(uploader, "web shell").startswith("uploader: writes")
    assert phrase_with_noun(uploader, "", is_certain=False).startswith("possible uploader: writes")
