"""Counts in a sentence."""

from __future__ import annotations

from webshellhunt.verdict.sentences import many, newer_sentence, open_sentence, unsettled_sentence


def test_counts() -> None:
    assert (many(1, "file"), many(2, "file")) == ("1 file", "2 files")


def test_without_a_patch_state_nothing_is_said() -> None:
    assert open_sentence(None) + unsettled_sentence(None) + newer_sentence(None) == ""
