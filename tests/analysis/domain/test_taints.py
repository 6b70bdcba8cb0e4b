"""Taints: traces in values, and in the results that are made of them."""

from __future__ import annotations

from webshellhunt.analysis.domain.taints import derived, traces_of
from webshellhunt.analysis.domain.values import UNKNOWN, Method, Opaque, Tainted, Thing
from webshellhunt.analysis.traces import Trace

A, B = Trace("visitor", "Request", 1, "a"), Trace("visitor", "Request", 2, "b")
OF_A, OF_B = Tainted((A,)), Tainted((B,))


def test_the_traces_in_an_object_are_found_even_where_it_is_in_itself() -> None:
    thing = Thing("object", fields={"a": Thing("object", fields={"b": OF_A})})
    thing.fields["self"] = thing
    assert traces_of(thing) == (A,)
    assert traces_of(Method(thing, "m")) == (A,)


def test_a_derived_value_is_tainted_if_one_of_its_makers_is() -> None:
    assert derived(["x", OF_A, OF_B], "string") == Tainted((A, B), "string")
    assert derived(["x", UNKNOWN], "number") == Opaque("number")
