"""The observer: each sink once, with everything that arrived there."""

from __future__ import annotations

from tests.builders.library_runs import TAINTED
from webshellhunt.analysis.domain.values import options_of
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
