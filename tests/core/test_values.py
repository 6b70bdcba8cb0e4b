"""Values: laws of the join, and of known and unknown truth values."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.core.operators import conjunction, disjunction, negation
from webshellhunt.core.values import (
    EMPTY,
    MOST,
    TRUTH,
    Label,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    choice,
    join,
    labels_of,
    options,
    same,
    widen,
)

VISITOR = Label("visitor", "request", "k")
STORED = Label("database", "recordset", "f")
SIMPLE = st.one_of(
    st.sampled_from([EMPTY, None, True, False, TRUTH, Ref(1), Ref(2), "", "a", "b", 0, 1, 2.5]),
    st.builds(
        Some,
        st.sampled_from(["", "text", "number"]),
        st.sets(st.sampled_from([VISITOR, STORED])).map(frozenset),
    ),
    st.just(Parts(("a", Some("text", frozenset({VISITOR}))))),
)
VALUES = st.lists(SIMPLE, min_size=1, max_size=12).map(choice)


def covers(value: Any, other: Any) -> bool:
    """True if whatever a value stands for is among what another one does."""
    for each in options(other):
        if each.__class__ in (bool, Truth) and any(x.__class__ in (bool, Truth) for x in options(value)):
            continue
        is_there = any(
            same(x, each) or (x.__class__ is Some and each.__class__ is not Ref and labels_of(each) <= x.labels)
            for x in options(value)
        )
        if not is_there:
            return False
    return True


@given(VALUES, VALUES)
def test_a_join_stands_for_both(a: Any, b: Any) -> None:
    joined = join(a, b)
    assert covers(joined, a)
    assert covers(joined, b)
    assert labels_of(joined) == labels_of(a) | labels_of(b)


@given(VALUES)
def test_a_value_joined_with_itself_is_itself(a: Any) -> None:
    assert join(a, a) is a


@given(VALUES, VALUES)
def test_a_join_is_bounded_and_stays_what_it_is(a: Any, b: Any) -> None:
    joined = join(a, b)
    assert len(options(joined)) <= MOST
    again = join(joined, b)
    assert covers(again, joined)
    assert labels_of(again) == labels_of(joined)


@given(VALUES, VALUES)
def test_the_order_of_a_join_does_not_matter(a: Any, b: Any) -> None:
    one, other = join(a, b), join(b, a)
    assert covers(one, other)
    assert covers(other, one)


@given(st.lists(SIMPLE, min_size=2, max_size=12))
def test_widening_keeps_labels_and_objects(values: list[Any]) -> None:
    wide = widen(values)
    assert labels_of(wide) == frozenset().union(*map(labels_of, values))
    refs = {each for each in values if each.__class__ is Ref}
    assert refs <= {*options(wide)}


def test_more_than_a_few_texts_become_some_text() -> None:
    value = choice([str(n) for n in range(MOST + 1)])
    assert value == Some("text")
    assert choice([str(n) for n in range(MOST)]).__class__ is OneOf


# Truth values ---------------------------------------------------------------------------------------------------------


ANSWERS = st.lists(st.booleans(), min_size=2, max_size=2)
"""What two unknown conditions turn out to be."""


def told(place: str, now: str, if_true: str, if_false: str) -> Truth:
    """Return an unknown condition that says what a place has if it is true, and if it is false."""
    return Truth(((place, now, if_true),), ((place, now, if_false),))


@given(ANSWERS)
def test_facts_of_conditions_that_are_put_together_hold(answers: list[bool]) -> None:
    first, second = answers
    a, b = told("x", "?", "xt", "xf"), told("y", "?", "yt", "yf")
    true_of = {"x": "xt" if first else "xf", "y": "yt" if second else "yf"}
    for found, is_true in (
        (conjunction(a, b), first and second),
        (disjunction(a, b), first or second),
        (negation(conjunction(a, b)), not (first and second)),
        (conjunction(a, negation(b)), first and not second),
        (disjunction(negation(a), b), not first or second),
    ):
        for place, _, then in found.yes if is_true else found.no:
            assert true_of[place] in options(then)


@given(st.booleans())
def test_two_conditions_on_one_place(first: bool) -> None:
    a, b = told("x", "?", "a", "?"), told("x", "?", "b", "?")
    value = "a" if first else "b"
    for place, _, then in disjunction(a, b).yes:
        assert place == "x"
        assert value in options(then)


def test_known_conditions_decide() -> None:
    a = told("x", "?", "a", "b")
    assert conjunction(False, a) is False
    assert conjunction(a, True) == a
    assert disjunction(a, True) is True
    assert disjunction(False, a) == a
    assert negation(negation(a)) == a
