"""Passing: names are written into the traces, and copies are made where the language copies."""

from __future__ import annotations

import pytest

from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.domain.arrays import array_of
from webshellhunt.analysis.domain.passing import kept, kept_by, passed
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import UNKNOWN, Choice, Text, Thing, Value
from webshellhunt.lang.symbols import ClassSymbol


@pytest.mark.parametrize(
    "value", [TAINTED, Text(("a", TAINTED)), Choice(("a", TAINTED)), Choice((Text((TAINTED,)), 1))]
)
def test_the_traces_of_a_value_say_that_it_went_through_a_name(value: Value) -> None:
    (trace,) = traces_of(passed(value, "x", 7))
    assert [(step.name, step.place) for step in trace.steps] == [("x", 7)]


@pytest.mark.parametrize("value", ["a", 1, None, UNKNOWN, array_of([TAINTED])])
def test_any_other_value_stays_as_it_is(value: Value) -> None:
    assert passed(value, "x", 7) is value


@pytest.mark.parametrize(
    ("thing", "language", "is_copied"),
    [
        (array_of([1]), "vbscript", True),
        (array_of([1]), "vb", False),
        (array_of([1]), "c#", False),
        (Thing("object"), "vbscript", False),
        (Thing("p", ClassSymbol("P", "struct")), "c#", True),
        (Thing("p", ClassSymbol("P", "structure")), "vb", True),
        (Thing("p", ClassSymbol("P", "class")), "c#", False),
    ],
)
def test_some_languages_copy(thing: Thing, language: str, is_copied: bool) -> None:
    held = kept(thing, language)
    assert (held is not thing) is is_copied
    assert held.fields == thing.fields
    assert (held.fields is not thing.fields) is is_copied


class Counter:
    """Counts the work of copies."""

    language = "c#"
    steps = 0

    def spend(self, steps: int) -> None:
        """Count work."""
        self.steps += steps


def test_a_tuple_that_is_in_a_value_often_is_copied_once() -> None:
    value = Thing("tuple", fields={"item1": 1})
    for _ in range(40):
        value = Thing("tuple", fields={"item1": value, "item2": value})
    counter = Counter()
    copy = kept_by(counter, value)
    assert copy is not value
    assert 0 < counter.steps < 40
