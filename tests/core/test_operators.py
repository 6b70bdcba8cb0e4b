"""Operators of Visual Basic: results as its reference says, and results of operands that are not known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.core.ending import Thrown
from webshellhunt.core.operators import OPERATORS, compared, each_pair
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    Label,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    labels_of,
    options,
    to_text,
)

VISITOR = Some("text", frozenset({Label("visitor", "request", "k")}))
OF_TWO = sorted(each for each in OPERATORS if each.split("-")[0] not in {"in", "not", "neg", "plus", "truth"})


@pytest.mark.parametrize(
    ("name", "a", "b", "expected"),
    [
        ("add-vb", 1, 2, 3),
        ("add-vb", "1", "2", "12"),
        ("add-vb", 1, "2", 3),
        ("add-vb", EMPTY, "a", "a"),
        ("add-vb", EMPTY, 5, 5),
        ("add-vb", True, True, -2),
        ("add-vb", None, 5, None),
        ("concat-vb", 1, "a", "1a"),
        ("concat-vb", None, "a", "a"),
        ("concat-vb", None, None, None),
        ("concat-vb", True, EMPTY, "True"),
        ("concat-vb", 2.5, 1, "2.51"),
        ("sub-vb", "5", 2, 3),
        ("mul-vb", 3, EMPTY, 0),
        ("div-vb", 7, 2, 3.5),
        ("intdiv-vb", 7, 2, 3),
        ("intdiv-vb", -7, 2, -3),
        ("intdiv-vb", 6.7, 2, 3),
        ("mod-vb", 19, 6.7, 5),
        ("mod-vb", -7, 3, -1),
        ("mod-vb", 7, -3, 1),
        ("pow-vb", 2, 3, 8),
        ("and-vb", 5, 4, 4),
        ("and-vb", True, False, False),
        ("and-vb", True, 5, 5),
        ("or-vb", 5, 2, 7),
        ("xor-vb", 5, 1, 4),
        ("xor-vb", True, True, False),
        ("eqv-vb", True, True, True),
        ("eqv-vb", 10, 8, -3),
        ("imp-vb", True, False, False),
        ("imp-vb", False, True, True),
        ("eq-vb", "a", "A", False),
        ("eq-vb", "10", 10, True),
        ("eq-vb", EMPTY, "", True),
        ("eq-vb", EMPTY, 0, True),
        ("eq-vb", None, None, None),
        ("eq-vb", True, -1, True),
        ("ne-vb", "a", 1, True),
        ("lt-vb", "a", "b", True),
        ("ge-vb", 2, 2.5, False),
        ("is", None, None, True),
        ("is", Ref(1), Ref(1), True),
        ("is", Ref(1), None, False),
        ("is", "a", None, False),
    ],
)
def test_known_results(name: str, a: Any, b: Any, expected: Any) -> None:
    found = OPERATORS[name].known(a, b)
    assert found == expected
    assert found.__class__ is expected.__class__ or isinstance(found, (int, float))


@pytest.mark.parametrize(
    ("name", "a", "expected"),
    [("not-vb", True, False), ("not-vb", 5, -6), ("not-vb", None, None), ("neg-vb", "3", -3), ("truth-vb", "2", True),
     ("truth-vb", "False", False), ("truth-vb", EMPTY, False), ("truth-vb", None, False)],
)  # fmt: skip
def test_known_results_of_one_operand(name: str, a: Any, expected: Any) -> None:
    assert OPERATORS[name].known(a) is expected or OPERATORS[name].known(a) == expected


@pytest.mark.parametrize(
    ("name", "a", "b", "number"), [("div-vb", 1, 0, 11), ("mod-vb", 1, 0, 11), ("sub-vb", "a", 1, 13)]
)
def test_certain_errors(name: str, a: Any, b: Any, number: int) -> None:
    with pytest.raises(Thrown) as raised:
        OPERATORS[name].known(a, b)
    assert raised.value.args[0] == number


@pytest.mark.parametrize(
    ("i", "last", "step", "expected"), [(3, 3, 1, True), (4, 3, 1, False), (0, 1, -1, False), (1, 1, -1, True)]
)
def test_a_counter_is_in_its_range(i: int, last: int, step: int, expected: bool) -> None:
    assert OPERATORS["in-range"].known(i, last, step) is expected


# Operands that are not known ------------------------------------------------------------------------------------------

SCALARS = st.sampled_from([EMPTY, True, False, 0, 1, -3, 2.5, "", "a", "7", "b c"])


def result(name: str, a: Any, b: Any) -> Any:
    """Return the result of an operator as compiled code gets it."""
    of = OPERATORS[name]
    if a.__class__ in KNOWN and b.__class__ in KNOWN:
        return of.known(a, b)
    if of.comparison:
        return compared(of)(a, b)
    if OneOf in (a.__class__, b.__class__) and (made := each_pair(of, a, b)) is not MISSING:
        return made
    return of.unknown(a, b)


def covers(value: Any, known: Any) -> bool:
    """True if a result may be a known value."""
    for each in options(value):
        if each.__class__ is Truth:
            return isinstance(known, bool)
        if each.__class__ is Some:
            return True
        if each.__class__ is Parts:
            text = str(to_text(known))
            return text.startswith(each.parts[0] if isinstance(each.parts[0], str) else "")
        if bool(each == known):
            return True
    return False


@given(st.sampled_from(OF_TWO), SCALARS, SCALARS, SCALARS, st.booleans())
def test_a_choice_has_the_result_of_each(name: str, a: Any, b: Any, other: Any, first: bool) -> None:
    try:
        known = OPERATORS[name].known(a, b)
    except Thrown:
        return
    choice = OneOf((a if first else b, other))
    try:
        found = result(name, choice, b) if first else result(name, a, choice)
    except Thrown:
        pytest.fail("one of two operands gives a result")
    assert covers(found, known), (found, known)


@given(st.sampled_from(OF_TWO), SCALARS, st.booleans())
def test_an_unknown_operand_leaves_its_labels(name: str, a: Any, first: bool) -> None:
    found = result(name, VISITOR, a) if first else result(name, a, VISITOR)
    kept = labels_of(found) | frozenset().union(*(each.codes for each in options(found) if each.__class__ is Some))
    is_truth = all(each.__class__ in (Truth, bool) for each in options(found))
    assert kept == VISITOR.labels or is_truth, found


@pytest.mark.parametrize("name", ["and-vb", "or-vb"])
def test_a_condition_and_a_value_of_which_nothing_is_known(name: str) -> None:
    condition = Truth((("x", "?", "a"),), (("x", "?", "b"),))
    found = result(name, condition, Some())
    assert (found.yes if name == "and-vb" else found.no) == (condition.yes if name == "and-vb" else condition.no)


def test_a_number_and_letters_of_the_visitor() -> None:
    number = OPERATORS["sub-vb"].unknown(Some("number", codes=VISITOR.labels), 3)
    assert number == Some("number", codes=VISITOR.labels)
