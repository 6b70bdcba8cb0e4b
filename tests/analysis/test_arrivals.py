"""Arrivals as judging reads them."""

from __future__ import annotations

from webshellhunt.analysis.arrivals import NOTHING, Arrival, Arrivals


def test_arrivals_are_in_the_order_of_their_first_times() -> None:
    found = [Arrival(("b",), 2, []), Arrival(("a",), 1, [])]
    assert [*Arrivals(found)] == found
    assert not Arrivals(found).is_cut


def test_an_arrival_has_no_subject_unless_it_is_told() -> None:
    assert Arrival(("a",), 0, []).subject is NOTHING
    assert (NOTHING.forms, NOTHING.traces, NOTHING.is_doubtful) == ((), (), False)
