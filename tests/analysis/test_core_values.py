"""Values of the core, as judging reads them."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.arrivals import Part
from webshellhunt.analysis.core_values import shown, shown_arrivals
from webshellhunt.analysis.traces import ELSEWHERE, Step, Trace
from webshellhunt.core.arrivals import Arrivals
from webshellhunt.core.ir import UNIT
from webshellhunt.core.values import Label, OneOf, Parts, Some, Value

VISITOR = Label("visitor", "Request.Form", "k", 3, (("a", 5),))


def some(kind: str, form: str = "") -> Some:
    return Some("text", frozenset({Label(kind, "origin")}), form=form)


def test_a_label_of_somebody_is_a_trace() -> None:
    (trace,) = shown(Some("text", frozenset({VISITOR, Label("database", "record")}))).traces
    assert trace == Trace("visitor", "Request.form('k')", 3, "k", (Step("a", 5),))


def test_the_place_in_another_unit_is_elsewhere() -> None:
    (trace,) = shown(Some("text", frozenset({VISITOR})), 1).traces
    assert (trace.place, trace.steps) == (ELSEWHERE, (Step("a", ELSEWHERE),))
    assert trace.origin == "Request.Form('k')"


def test_each_alternative_is_a_form() -> None:
    value = OneOf(("a", Parts(("b", some("visitor"), ".txt"))))
    first, (front, part, back) = shown(value).forms
    assert (first, front, back) == (("a",), "b", ".txt")
    assert isinstance(part, Part)
    assert part.traces


@pytest.mark.parametrize(
    ("value", "part"),
    [
        (2.0, Part(word="2")),
        (some("page-path"), Part(type="text", is_itself=True)),
        (some("site-path"), Part(type="text", is_of_site=True)),
        (some("site-path", "mapped"), Part(form="mapped", type="text", is_site_root=True)),
    ],
)
def test_a_part_says_what_it_is(value: Value, part: Part) -> None:
    assert shown(value).forms == ((part,),)


def test_what_an_earlier_request_stored_is_doubtful() -> None:
    assert shown(some("stored")).is_doubtful
    assert not shown(some("database")).is_doubtful


def test_arrivals_are_those_of_one_unit() -> None:
    found = Arrivals()
    arrival = found.arrive(("a", "b"), UNIT + 7, ["x"])
    arrival.inner["text"] = inner = Arrivals()
    inner.arrive(("c",), UNIT + 7, [])
    found.arrive(("d",), 2, [])
    (first,) = shown_arrivals(found, 0)
    (second,) = shown_arrivals(found, 1)
    assert (first.names, second.names, second.place) == (("d",), ("a", "b"), 7)
    assert [each.names for each in second.inner["text"]] == [("c",)]
