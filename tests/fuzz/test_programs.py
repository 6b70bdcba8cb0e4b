"""Programs by grammar are judged as what the generator wrote: each step alone, and some of them drawn."""

from __future__ import annotations

import random

import pytest
from hypothesis import settings

from tests.fuzz.programs import TONGUES, assembled, drawn, fewest_steps, is_judged_right

_DRAWN = 4


@pytest.mark.parametrize("language", TONGUES)
def test_each_step_alone_is_judged_right(language: str) -> None:
    tongue = TONGUES[language]
    names = [*tongue.steps, *(f"cut: {name}" for name in tongue.cuts)]
    wrong = [name for at, name in enumerate(names) if not is_judged_right(assembled(language, (name,), at))]
    assert wrong == []


@pytest.mark.parametrize("language", TONGUES)
def test_steps_in_any_order_are_judged_right(language: str) -> None:
    chance, wrong = random.Random(language), set[tuple[str, ...]]()
    for _ in range(settings().max_examples * _DRAWN):
        names, sink = drawn(language, chance)
        if not is_judged_right(assembled(language, names, sink)):
            wrong.add(fewest_steps(language, names, sink))
    assert wrong - KNOWN[language] == set()


KNOWN: dict[str, set[tuple[str, ...]]] = {
    "vbscript": set(),
    "csharp": set(),
    "vbnet": set(),
    "jscript": set(),
}
"""Not judged right yet: a guarded text that is copied letter by letter counts as the visitor's again."""


def test_the_generator_says_what_it_wrote() -> None:
    harmful, harmless = assembled("csharp", ("copy", "trim")), assembled("csharp", ("copy", "cut: number"))
    assert (harmful.is_harmful, harmless.is_harmful) == (True, False)
    assert not is_judged_right(harmless._replace(is_harmful=True))
    assert not is_judged_right(harmful._replace(is_harmful=False))
