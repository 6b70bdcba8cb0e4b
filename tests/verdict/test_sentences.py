"""Sentences about the builds of a server."""

from __future__ import annotations

from webshellhunt.verdict.assessment import newer_sentence, open_sentence, unsettled_sentence


def test_without_a_patch_state_nothing_is_said() -> None:
    assert open_sentence(None) + unsettled_sentence(None) + newer_sentence(None) == ""
