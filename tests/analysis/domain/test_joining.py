"""Joining: joins keep each possibility and each taint."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.analysis.domain.joining import MAX_OPTIONS, choice, join
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    NUMBER,
    UNKNOWN,
    Char,
    Choice,
    Tainted,
    Text,
    Value,
    options_of,
    same,
)
from webshellhunt.analysis.traces import Trace

A, B = Trace("visitor", "Request", 1, "a"), Trace("visitor", "Request", 2, "b")
OF_A, OF_B = Tainted((A,)), Tainted((B,))
PLAIN = st.one_of(
    st.sampled_from([None, True, False, 0, 1, 2.5, "", "x", "y", b"z", EMPTY, Char("c"), UNKNOWN, NUMBER, OF_A, OF_B]),
    st.just(Text(("x", OF_A))),
)
VALUES = st.one_of(PLAIN, st.lists(PLAIN, min_size=1, max_size=4).map(choice))


def _is_option(value: Value, options: tuple[Value, ...]) -> bool:
    return any(same(value, option) for option in options)


def test_an_absent_value_adds_nothing() -> None:
    assert join(ABSENT, "x") == "x"
    assert join("x", ABSENT) == "x"


def test_a_choice_has_each_option_once() -> None:
    assert choice(["x", "y", "x", Choice(("y", "z"))]) == Choice(("x", "y", "z"))
    assert choice(["x", "x"]) == "x"


def test_taints_of_one_form_are_one_value() -> None:
    assert choice([OF_A, "x", OF_B]) == Choice(("x", Tainted((A, B))))
    mapped = Tainted((B,), form="mapped")
    assert options_of(choice([OF_A, mapped])) == (OF_A, mapped)


def test_too_many_options_are_one_value_that_keeps_its_taint() -> None:
    numbers = [*range(MAX_OPTIONS + 1)]
    assert choice(numbers) == UNKNOWN
    assert traces_of(choice([*numbers, OF_A])) == (A,)


@given(VALUES, VALUES)
def test_a_join_is_commutative_up_to_the_order(left: Value, right: Value) -> None:
    there, back = options_of(join(left, right)), options_of(join(right, left))
    kinds = (
        {(option.__class__, repr(option)) for option in options if option.__class__ is not Tainted}
        for options in (there, back)
    )
    assert len({frozenset(each) for each in kinds}) == 1
    assert set(traces_of(join(left, right))) == set(traces_of(join(right, left)))


@given(VALUES)
def test_a_join_with_itself_changes_nothing(value: Value) -> None:
    assert same(join(value, value), value)


@given(st.lists(VALUES, min_size=1, max_size=6))
def test_a_join_keeps_each_taint_and_is_bounded(values: list[Value]) -> None:
    joined: Value = ABSENT
    for value in values:
        joined = join(joined, value)
    assert set(traces_of(joined)) == {trace for value in values for trace in traces_of(value)}
    assert len(options_of(joined)) <= MAX_OPTIONS


@given(st.lists(PLAIN.filter(lambda each: each.__class__ is not Tainted), min_size=1, max_size=MAX_OPTIONS))
def test_a_choice_has_all_that_it_was_made_of(values: list[Value]) -> None:
    options = options_of(choice(values))
    assert all(_is_option(value, options) for value in values)
    assert all(_is_option(option, tuple(values)) for option in options)


def test_many_options_are_one_value_soon() -> None:
    with at_most(2_000_000):
        assert choice(range(60_000)) == UNKNOWN
    assert choice([*"abc"] * 9) == Choice(("a", "b", "c"))
    assert choice([1, True, 1.0, "1"]) == Choice((1, True, 1.0, "1"))
