"""Steps after gaps."""

from __future__ import annotations

from dataclasses import replace

from tests.verdict.test_assessment import DENIED
from webshellhunt.verdict.gap_steps import steps_missing, steps_unread


def test_what_may_not_be_read_is_named() -> None:
    (step,) = steps_unread([DENIED, replace(DENIED, matters=False, path="other")])
    assert step.items == (DENIED.path,)
    assert list(steps_missing([DENIED])) == [step]


def test_other_gaps_ask_for_a_full_image() -> None:
    first, second, last = steps_missing([replace(DENIED, code="too-large")], unopened=True)
    assert first.text.startswith("Read the files marked 'matters'")
    assert second.text.startswith("Unpack the archives")
    assert last.text.startswith("Hunt again on the server itself or on a full image")
