"""Scopes, declarations and limits."""

from __future__ import annotations

from webshellhunt.php.lexer import tokenize
from webshellhunt.php.state import MAX_STEPS, Budget, Run, Scope, declare
from webshellhunt.php.values import UNKNOWN, known, visitor


def test_another_block_leaves_the_former_value_possible() -> None:
    scope = Scope()
    scope.assign("a", (), visitor(1), 1)
    scope.assign("a", (), known(""), 2)
    assert scope.values["a"].source == 1
    scope.assign("a", (), known(""), 0)
    assert scope.values["a"].source is None


def test_functions_and_methods_are_declared() -> None:
    run = Run(lambda *_: UNKNOWN)
    declare(tokenize("<?php function A(&$x, $y = 1) { } class B { function c() { } abstract function d(); }"), run)
    assert run.functions["a"].parameters == ("x", "y")
    assert not run.functions["a"].is_method
    assert run.functions["c"].is_method
    assert "d" not in run.functions


def test_limits() -> None:
    assert Budget(steps=MAX_STEPS + 1).is_spent
    assert not Budget().may_nest(10**9)
    assert not Budget(level=50).may_nest(1)


def test_an_act_is_reported_once() -> None:
    run = Run(lambda *_: UNKNOWN)
    run.report("code", "a", (1, 2))
    run.report("code", "b", (1, 2))
    assert [act.words for act in run.found.values()] == ["a"]
