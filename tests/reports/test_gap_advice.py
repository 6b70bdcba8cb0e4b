"""Advice belongs to codes that a hunt uses, and is one short sentence."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from tests.reports.cases import nothing_found, report
from webshellhunt.model.log_options import LogOptions
from webshellhunt.model.report import Coverage, InputState, Run, RunOptions
from webshellhunt.reports.gap_advice import ADVICE, LACKING, Lack, lacking

HELD = InputState.HELD
PACKAGE = Path(__file__).parents[2] / "webshellhunt"
CODE = "\n".join(path.read_text(encoding="utf-8") for path in PACKAGE.rglob("*.py") if path.name != "gap_advice.py")


@pytest.mark.parametrize("code", ADVICE)
def test_a_hunt_uses_the_code(code: str) -> None:
    assert f'"{code}"' in CODE


@pytest.mark.parametrize("advice", [*ADVICE.values(), *(advice for _, advice in LACKING.values())])
def test_advice_is_a_short_sentence_without_its_end(advice: str) -> None:
    assert advice[0].islower()
    assert not advice.endswith(".")
    assert len(advice) < 120


def test_each_input_has_its_advice() -> None:
    assert LACKING.keys() == set(Coverage._fields)


def test_inputs_that_are_missing_or_not_read_have_their_consequence() -> None:
    coverage = Coverage(HELD, InputState.PARTIAL, HELD, InputState.MISSING, InputState.NOT_READ)
    assert lacking(replace(report(), coverage=coverage)) == (
        Lack("IIS configuration", "only partly available", LACKING["configuration"][1]),
        Lack("compiled pages", *LACKING["compiled"]),
        Lack("logs", f"present, but not read; {LACKING['logs'][0]}", "hunt again without --no-logs, to the end"),
    )
    assert lacking(replace(report(), coverage=Coverage(HELD, HELD, HELD, HELD, HELD))) == ()


def test_what_is_no_server_lacks_all_at_once_and_one_file_nothing() -> None:
    [lack] = lacking(nothing_found())
    assert lack.name == "registry, configuration, compiled, logs"
    assert lacking(replace(nothing_found(), context="one file")) == ()
    assert lacking(replace(nothing_found(), run=Run(options=RunOptions(logs=LogOptions(alone=True))))) == ()
