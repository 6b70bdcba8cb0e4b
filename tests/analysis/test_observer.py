"""The observer: each sink once, with everything that arrived there."""

from __future__ import annotations

from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import Thing, options_of
from webshellhunt.analysis.observer import Observer

NAMES = ("process", "start")


def test_a_sink_that_is_reached_again_joins_its_values() -> None:
    observer = Observer()
    first = observer.arrive(NAMES, 3, ["a"], "s")
    again = observer.arrive(NAMES, 3, ["b", TAINTED], "s")
    assert first is again
    assert observer.arrivals == [first]
    assert options_of(first.arguments[0]) == ("a", "b")
    assert first.arguments[1] == TAINTED
    assert first.subject == "s"


def test_sinks_are_in_the_order_of_their_first_times() -> None:
    observer = Observer()
    for token in (9, 3, 9, 5):
        observer.arrive(NAMES, token, [])
    assert [each.place for each in observer.arrivals] == [9, 3, 5]


def test_two_names_at_one_token_are_two_sinks() -> None:
    observer = Observer()
    observer.arrive(NAMES, 3, ["a"], is_made=True)
    observer.arrive(("run",), 3, ["b"], is_assigned=True)
    assert [(each.names, each.is_made, each.is_assigned) for each in observer.arrivals] == [
        (NAMES, True, False),
        (("run",), False, True),
    ]


def test_what_is_passed_on_later_changes_nothing_of_an_arrival() -> None:
    observer, arguments = Observer(), ["a"]
    arrival = observer.arrive(NAMES, 3, arguments)
    arguments.append("b")
    assert arrival.arguments == ["a"]


def test_an_assignment_that_is_surely_overwritten_is_withdrawn() -> None:
    observer, thing = Observer(), Thing("object")
    observer.assign(NAMES, 3, TAINTED, thing, (1, 2))
    observer.assign(NAMES, 5, "a", thing, (1,))
    assert [(each.place, each.arguments) for each in observer.arrivals] == [(5, ["a"])]


def test_an_assignment_that_may_be_overwritten_stays() -> None:
    observer, thing = Observer(), Thing("object")
    observer.assign(NAMES, 3, TAINTED, thing, (1,))
    observer.assign(NAMES, 5, "a", thing, (1, 2))
    observer.assign(NAMES, 5, "b", Thing("object"), (1,))
    assert [each.place for each in observer.arrivals] == [3, 5]


def test_the_other_values_of_an_assignment_stay() -> None:
    observer, thing = Observer(), Thing("object")
    observer.assign(NAMES, 3, TAINTED, Thing("object"), ())
    observer.assign(NAMES, 3, "a", thing, ())
    observer.assign(NAMES, 5, "b", thing, ())
    assert [each.arguments for each in observer.arrivals] == [[TAINTED], ["b"]]


def test_an_object_is_seen_as_it_is_then() -> None:
    observer, thing = Observer(), Thing("process", fields={"startinfo": TAINTED})
    arrival = observer.arrive(NAMES, 3, [], thing)
    thing.fields.clear()
    assert traces_of(arrival.subject) == TAINTED.traces
