"""Values: joins keep each possibility and each taint, texts keep their known parts."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.analysis.domain.traces import Trace
from webshellhunt.analysis.domain.values import (
    ABSENT,
    EMPTY,
    MAX_OPTIONS,
    MAX_PARTS,
    MAX_TEXT,
    NUMBER,
    UNKNOWN,
    Char,
    Choice,
    Method,
    Opaque,
    Tainted,
    Text,
    Thing,
    Value,
    choice,
    concatenated,
    derived,
    is_known,
    iter_texts,
    join,
    options_of,
    same,
    traces_of,
)

A, B = Trace("visitor", "Request", 1, "a"), Trace("visitor", "Request", 2, "b")
OF_A, OF_B = Tainted((A,)), Tainted((B,))
PLAIN = st.one_of(
    st.sampled_from([None, True, False, 0, 1, 2.5, "", "x", "y", b"z", EMPTY, Char("c"), UNKNOWN, NUMBER, OF_A, OF_B]),
    st.just(Text(("x", OF_A))),
)
VALUES = st.one_of(PLAIN, st.lists(PLAIN, min_size=1, max_size=4).map(choice))


def _is_option(value: Value, options: tuple[Value, ...]) -> bool:
    return any(same(value, option) for option in options)


def test_equal_values_of_two_types_differ() -> None:
    assert same("a", "a")
    assert not same(1, True)
    assert not same(1, 1.0)
    assert not same("", EMPTY)
    assert not same("c", Char("c"))


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


@pytest.mark.parametrize(
    ("parts", "text"),
    [
        ([], ""),
        (["a", "b"], "ab"),
        (["a", "", "b"], "ab"),
        (["a", OF_A, "b", "c"], Text(("a", OF_A, "bc"))),
        ([Text(("a", UNKNOWN, "b")), "c"], Text(("a", UNKNOWN, "bc"))),
        ([OF_A], Text((OF_A,))),
        ([EMPTY, Char("a")], "a"),
    ],
)
def test_known_parts_join(parts: list[Value], text: Value) -> None:
    assert concatenated(parts) == text


@given(st.lists(PLAIN, max_size=8), st.lists(PLAIN, max_size=8))
def test_a_concatenation_may_be_made_in_steps(left: list[Value], right: list[Value]) -> None:
    texts = [each for each in (*left, *right) if isinstance(each, str) or not is_known(each)]
    left, right = texts[: len(left)], texts[len(left) :]
    assert concatenated([concatenated(left), concatenated(right)]) == concatenated(texts)
    assert set(traces_of(concatenated(texts))) == {trace for each in texts for trace in traces_of(each)}


def test_a_text_is_bounded() -> None:
    text = concatenated([part for number in range(MAX_PARTS * 2) for part in (f"p{number}", UNKNOWN)] + [OF_A, "end"])
    assert isinstance(text, Text)
    assert len(text.parts) <= MAX_PARTS
    assert text.parts[0] == "p0"
    assert text.parts[-1] == "end"
    assert traces_of(text) == (A,)
    assert concatenated(["x" * MAX_TEXT, "x"]) == UNKNOWN


def test_the_traces_in_an_object_are_found_even_where_it_is_in_itself() -> None:
    thing = Thing("object", fields={"a": Thing("object", fields={"b": OF_A})})
    thing.fields["self"] = thing
    assert traces_of(thing) == (A,)
    assert traces_of(Method(thing, "m")) == (A,)


def test_a_derived_value_is_tainted_if_one_of_its_makers_is() -> None:
    assert derived(["x", OF_A, OF_B], "string") == Tainted((A, B), "string")
    assert derived(["x", UNKNOWN], "number") == Opaque("number")


@pytest.mark.parametrize("value", [None, True, 0, 1.5, "", b"", EMPTY, Char("c")])
def test_values_of_python_are_known(value: Value) -> None:
    assert is_known(value)


@pytest.mark.parametrize("value", [UNKNOWN, OF_A, Text(("x", UNKNOWN)), Choice(("x", "y")), Thing("object")])
def test_all_others_are_not(value: Value) -> None:
    assert not is_known(value)


def test_the_texts_that_a_value_may_be() -> None:
    assert [*iter_texts(choice(["x", 1, OF_A, "y"]))] == ["x", "y"]
    assert [*iter_texts("x")] == ["x"]


def test_names_of_a_member() -> None:
    assert Opaque("", ("a", "b")).names("c") == ("a", "b", "c")
    assert Opaque("x.y", ("a", "b")).names("c") == ("x", "y", "c")


def test_a_tainted_value_goes_through_names() -> None:
    assert [step.name for step in OF_A.through("x", 4).traces[0].steps] == ["x"]


def test_many_options_are_one_value_soon() -> None:
    with at_most(2_000_000):
        assert choice(range(60_000)) == UNKNOWN
    assert choice([*"abc"] * 9) == Choice(("a", "b", "c"))
    assert choice([1, True, 1.0, "1"]) == Choice((1, True, 1.0, "1"))
