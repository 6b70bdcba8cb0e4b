"""Words found in one pass are those that looking for each would find."""

from __future__ import annotations

import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.errors import SignatureError
from webshellhunt.signatures.words import WordSearch

WORDS = ("eval", "process.start", 'say "x"', "back\\slash", "drives", "back")
SEARCH = WordSearch(WORDS)


PARTS = (*WORDS, "EVAL", "Dri", "ves", "BAC\u212a", "DR\u0130VES", "é", "\0", " ")


@given(st.lists(st.sampled_from(PARTS), max_size=12).map("".join))
def test_it_finds_what_a_search_for_each_would(text: str) -> None:
    assert SEARCH.find(text) == {word for word in WORDS if word in text.lower()}


def test_no_other_character_has_a_letter_of_ascii_as_its_lower_case() -> None:
    beyond = (chr(code) for code in range(0x80, sys.maxunicode + 1))
    assert {sign for sign in beyond if any(each.isascii() for each in sign.lower())} == {"\u0130", "\u212a"}


def test_the_name_of_a_program_stands_alone() -> None:
    search = WordSearch(["cmd.exe"])
    assert search.find('Run("CMD.EXE /c")') == {"cmd.exe"}
    assert search.find("cmd.Execute") == frozenset()


def test_a_search_that_is_given_up_found_everything(monkeypatch: pytest.MonkeyPatch) -> None:
    def give_up(data: bytes, timeout_s: int) -> list[str]:
        raise SignatureError("too long")

    search = WordSearch(WORDS)
    monkeypatch.setattr(search._engine, "names", give_up)
    assert search.find("nothing") == set(WORDS)
