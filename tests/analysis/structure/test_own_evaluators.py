"""Which functions of a page have the name of an evaluator."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.structure.own_evaluators import own_evaluators, renamed_calls
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


@pytest.mark.parametrize(
    ("code", "called", "expected"),
    [
        ("var e = eval; e(text);", "e", [True]),
        ("o.k(text);", "k", [False]),
        ("f()(text);", "f", [False]),
        ("this.eval(text);", "eval", [False]),
        ("o.eval(text);", "eval", []),
        ("eval(text);", "eval", []),
    ],
)
def test_calls_of_an_evaluator_by_another_name(code: str, called: str, expected: list[bool]) -> None:
    unit = build_unit(code, "jscript", [(0, len(code))])
    place = len(unit.tokens.values) - 1 - unit.tokens.values[::-1].index(called)
    assert [is_variable for _, is_variable in renamed_calls(unit, [place])] == expected
    assert [*renamed_calls(build_unit(code, "vbscript", [(0, len(code))]), [0])] == []
