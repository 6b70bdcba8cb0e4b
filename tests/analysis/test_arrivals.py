"""Arrivals as judging reads them."""

from __future__ import annotations

from webshellhunt.analysis.arrivals import NOTHING, Arrival, Arrivals, Part, Shown
from webshellhunt.analysis.traces import Trace


def test_arrivals_are_in_the_order_of_their_first_times() -> None:
    found = [Arrival(("b",), 2, []), Arrival(("a",), 1, [])]
    assert [*Arrivals(found)] == found
    assert not Arrivals(found).is_cut


def test_an_arrival_has_no_subject_unless_it_is_told() -> None:
    assert Arrival(("a",), 0, []).subject is NOTHING
    assert (NOTHING.forms, NOTHING.traces, NOTHING.is_doubtful) == ((), (), False)


def test_the_known_words_of_a_value() -> None:
    value = Shown((("Abc ", Part()), ("X",), (Part(word="43"),), (Part(),)))
    assert value.words == {"x", "43", None}
    assert value.mentions("bc", "nothing")
    assert not value.mentions("43")
    assert Arrival(("a", "b", "c"), 0, [NOTHING, value]).mentions("x")
    assert Arrival(("a", "b", "c"), 0, []).name == "b.c"


def test_a_value_is_visited_by_its_traces() -> None:
    assert Shown(traces=(Trace("upload", "a", 0),)).is_visited
    assert not Shown(traces=(Trace("remote", "a", 0),)).is_visited
