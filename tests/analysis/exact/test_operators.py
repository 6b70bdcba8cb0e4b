"""Operators of exact evaluations: results as the machine has them, for each kind of operands."""

from __future__ import annotations

from itertools import product

import pytest

from webshellhunt.analysis.domain.operators import binary
from webshellhunt.analysis.domain.values import EMPTY, NUMBER, Char, Value, is_known
from webshellhunt.analysis.exact.operators import chained, combined, exactly, truth
from webshellhunt.analysis.exact.scope import Evaluate, Evaluation, Scope, UnknownError
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbols import ClassSymbol, PageSymbols

VALUES: list[Value] = [0, 1, -7, 1 << 40, 2.5, True, False, "", "a", "34", "x" * 3_000, EMPTY, Char("b"), None]
OPERATORS = {
    "vbscript": ["&", "+", "-", "*", "/", "\\", "mod", "^", "=", "<>", "<", ">=", "and", "or", "xor"],
    "c#": ["+", "-", "*", "/", "%", "^", "&", "|", "<<", ">>", "==", "!=", "<", ">="],
    "jscript": ["+", "-", "*", "/", "%", "^", "&", "|", "<<", ">>>", "==", "===", "!==", "<", ">="],
}


def scope(language: str) -> Scope:
    machine = Machine(PageSymbols(language, ClassSymbol("", "page")), Surroundings(), Observer())
    return Scope(Evaluation(machine, 100_000, {}))


def always(value: Value) -> Evaluate:
    return lambda _: value


@pytest.mark.parametrize(("language", "name"), [(each, name) for each in OPERATORS for name in OPERATORS[each]])
def test_each_result_is_that_of_the_machine(language: str, name: str) -> None:
    for left, right in product(VALUES, VALUES):
        expected = binary(left, name, right, language)
        evaluate = combined(always(left), name, always(right), language)
        if is_known(expected):
            made = evaluate(scope(language))
            assert (made, made.__class__) == (expected, expected.__class__)
        else:
            with pytest.raises(UnknownError):
                evaluate(scope(language))


def test_a_chain_is_evaluated_from_left_to_right() -> None:
    evaluate = chained(lambda _: 1, [("+", lambda _: 2), ("&", lambda _: 3), ("&", lambda _: "x")], "vbscript")
    assert evaluate(scope("vbscript")) == "33x"


def test_long_texts_are_counted() -> None:
    where = scope("vbscript")
    combined(lambda _: "x" * 100_000, "&", lambda _: "y", "vbscript")(where)
    assert where.evaluation.left < 100_000


@pytest.mark.parametrize(("value", "expected"), [(True, True), (0, False), ("true", True), (None, False)])
def test_a_condition_is_true_or_false(value: Value, expected: bool) -> None:
    assert truth(value, "vbscript") is expected


def test_what_is_not_known_is_no_operand_and_no_condition() -> None:
    for left, right in ((NUMBER, 1), (1, NUMBER)):
        with pytest.raises(UnknownError):
            exactly(left, "+", right, "c#")
    with pytest.raises(UnknownError):
        truth("x", "vbscript")
