"""Functions with the name of an evaluator."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.structure.own_evaluators import own_evaluators
from webshellhunt.lang.unit import build_unit

WORDS = frozenset({"run", "go"})


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Function run(a)\nEnd Function\nx run", {"run"}),
        ("Class A\nEnd Class\nClass B\nSub run\nEnd Sub\nEnd Class\nrun", set()),
        ("Class A\nSub run\nEnd Sub\nEnd Class\nSub go\nEnd Sub", {"go"}),
        ("Function [run](a)\nEnd Function", set()),
        ("Function run(a)\nx = [run]\nEnd Function", {"run"}),
        ("run x", set()),
    ],
)
def test_a_function_that_all_of_the_code_can_call(code: str, expected: set[str]) -> None:
    assert own_evaluators(build_unit(code, "vbscript", [(0, len(code))]), WORDS) == expected


def test_functions_of_an_include_count_and_other_languages_do_not() -> None:
    unit = build_unit("run x", "vbscript", [(0, 5)])
    unit.declared = frozenset({"run", "other"})
    assert own_evaluators(unit, WORDS) == {"run"}
    code = "function run(a) { }"
    assert own_evaluators(build_unit(code, "jscript", [(0, len(code))]), WORDS) == frozenset()
