"""Calls of evaluators in a tree, and expressions that are no code, whatever their names are."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.flow.evaluated import Evaluations
from webshellhunt.lang.tree import Literal


def evaluations(code: str, language: str, declared: frozenset[str] = frozenset()) -> Evaluations:
    return Evaluations(unit_of(code, language).index, declared)


@pytest.mark.parametrize(
    ("code", "language", "count"),
    [
        ("Exec·ute a\nx = Ev·al(b)", "vbscript", 2),
        ("Function Exec·ute(a)\nEnd Function\nExec·ute b", "vbscript", 0),
        ("a.Exec·ute b", "vbscript", 0),
        ("ev·al(a); other(b);", "jscript", 1),
    ],
)
def test_calls_of_evaluators_are_found(code: str, language: str, count: int) -> None:
    assert len(evaluations(code, language).calls) == count


def test_an_evaluator_that_an_include_declares_is_a_function() -> None:
    assert evaluations("Exec·ute a", "vbscript", frozenset({"execute"})).calls == {}


def test_the_argument_of_a_call_and_its_pieces() -> None:
    found = evaluations('x = Ev·al("a" & b & "c")', "vbscript")
    (place,) = found.calls
    node = found.argument(place)
    assert node is not None
    assert [each.value for each in found.pieces(node) if isinstance(each, Literal)] == ["a", "c"]
    assert len(found.pieces(node)) == 3
    assert found.argument(place + 1) is None
    assert found.is_around(place, node.start)
    assert not found.is_around(place, node.end)


def test_what_is_sent_is_around_wherever_it_is_read() -> None:
    found = evaluations('x = Ev·al(Req·uest("k"))', "vbscript")
    (place,) = found.calls
    assert found.is_around(place, 0)


@pytest.mark.parametrize(
    ("code", "language", "is_harmless"),
    [
        ('Ev·al("&h" & Mid(a, i, 2))', "vbscript", True),
        ('Ev·al("&h" & Mid(a, i, 9))', "vbscript", False),
        ("Ev·al(a)", "vbscript", False),
        ('Ev·al("f " & Hex(a))', "vbscript", False),
        ("ev·al(a.charAt(i));", "jscript", True),
        ("ev·al(a.substring(i));", "jscript", False),
        ("String.prototype.charAt = f; ev·al(a.charAt(i));", "jscript", False),
    ],
)
def test_few_characters_are_no_code(code: str, language: str, is_harmless: bool) -> None:
    found = evaluations(f"x = {code}" if language == "vbscript" else code, language)
    (place,) = found.calls
    assert found.is_harmless(place) is is_harmless
