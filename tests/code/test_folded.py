"""Constants are folded where that may tell what is run, started or loaded."""

from __future__ import annotations

import pytest

from webshellhunt.code.cutting import build_unit
from webshellhunt.code.flow import FlowAnalysis


@pytest.mark.parametrize(
    ("code", "folds"),
    [
        ('s.StartInfo.FileName = "ab" + "cd";', True),
        ('var a = Assembly.Load("ab" + "cd");', True),
        ('var a = Shop.Show("ab" + "cd");', False),
    ],
)
def test_where_it_matters(code: str, folds: bool) -> None:
    analysis = FlowAnalysis(build_unit(code, "c#", [(0, len(code))]))
    assert ("abcd" in {constant.value for constant in analysis.constants.values()}) is folds
