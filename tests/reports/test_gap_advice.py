"""Advice belongs to codes that a hunt uses, and is one short sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.model.report import Coverage
from webshellhunt.reports.gap_advice import ADVICE, LACKING

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
