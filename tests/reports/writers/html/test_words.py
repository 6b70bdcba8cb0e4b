"""Each value of the model has its words."""

from __future__ import annotations

from webshellhunt.model.log_results import MomentKind
from webshellhunt.model.report import AssessmentState
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.writers.html import words


def test_each_value_of_the_model_has_its_words() -> None:
    assert set(words.STATES) == set(AssessmentState)
    assert set(words.SHAPES) == set(Disposition)
    assert set(words.MOMENTS) == set(MomentKind)


def test_no_state_is_called_clean() -> None:
    assert not any("clean" in name.lower() for _, name in words.STATES.values())
