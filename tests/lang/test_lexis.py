"""Words that were read are remembered, with how they are spelled."""

from __future__ import annotations

from webshellhunt.lang.lexis import (
    BLANK,
    DISGUISED,
    NAME,
    SKIPPED,
    STRING,
    Memo,
    is_ignored,
    join_surrogates,
    without_format,
)


def _read(raw: str) -> tuple[int, str] | None:
    if raw.isspace() or raw.startswith("/"):
        return None
    return (STRING, raw[1:-1]) if raw.startswith('"') else (NAME, raw)


def test_marks() -> None:
    memo = Memo(_read)
    assert memo["a"] == (NAME, "a")
    assert memo["@a"] == (NAME + DISGUISED, "@a")
    assert memo["\u00e9"] == (NAME + DISGUISED, "\u00e9")
    assert memo['"\\x41"'] == (STRING + DISGUISED, "\\x41")
    assert memo[" "] == (BLANK, "")
    assert memo["// a"] == (SKIPPED, "")


def test_the_memory_is_bounded() -> None:
    memo = Memo(_read)
    assert memo["a" * (Memo.LONGEST + 1)][0] == NAME
    assert not memo
    for number in range(Memo.LIMIT + 1):
        assert memo[f"a{number}"]
    assert len(memo) <= Memo.LIMIT


def test_characters_that_mean_nothing() -> None:
    assert is_ignored("\0")
    assert is_ignored("\u200b")
    assert not is_ignored("a")
    assert without_format("a\u200bb") == "ab"


def test_halves_of_a_character_are_joined() -> None:
    assert join_surrogates("\ud83d\ude00") == "\U0001f600"
    assert join_surrogates("\ud83d") == "\ufffd"
