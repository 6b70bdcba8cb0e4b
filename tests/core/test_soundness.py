"""Soundness by sampling: what a run with a known input reaches is covered by the run in which it is the visitor's."""

from __future__ import annotations

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from tests.builders.core_runs import covers, known_texts, reached
from tests.builders.sampled import INPUTS, Tree, programs, written

LANGUAGES = ("vbscript", "jscript")
MARK = "zq"
"""Is in no text of a program that the page makes itself, save where the input is compared with one."""


def faults(program: Tree, language: str, given_text: str) -> list[str]:
    """Return what a run with a known input does that the run with an unknown one does not allow for."""
    unknown, is_cut = reached(written(program, language, None), language)
    known, _ = reached(written(program, language, given_text), language)
    if is_cut:
        return []
    found = []
    for at, value in known.items():
        if at not in unknown:
            found.append(f"sink {at} is not reached")
            continue
        for text in known_texts(value):
            if not covers(unknown[at], text):
                found.append(f"sink {at}: {text!r} is not covered by {unknown[at]}")
            elif MARK in text.lower() and not unknown[at].traces and text not in known_texts(unknown[at]):
                found.append(f"sink {at}: {text!r} has no label in {unknown[at]}")
    return found


@pytest.mark.parametrize("language", LANGUAGES)
@settings(phases=(Phase.generate,))  # a program that fails is small already, and each try is two runs
@given(program=programs(), given_text=st.sampled_from(INPUTS))
def test_each_known_run_is_covered(language: str, program: Tree, given_text: str) -> None:
    assert faults(program, language, given_text) == [], written(program, language, None)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fault_would_be_seen(language: str) -> None:
    value = reached(written(((("sink", ("input",)),), (), False), language, None), language)[0][0]
    assert covers(value, "anything")
    assert value.traces
    constant = reached(written(((("sink", ("text", "a")),), (), False), language, None), language)[0][0]
    assert covers(constant, "a")
    assert not covers(constant, "b")
