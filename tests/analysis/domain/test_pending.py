"""Pending sequences run when somebody asks for their items, and each time."""

from __future__ import annotations

from webshellhunt.analysis.domain.pending import all_forced, forced
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.domain.values import Choice, Pending, Tainted
from webshellhunt.analysis.traces import Trace


def test_a_pending_value_is_made_each_time() -> None:
    made: list[int] = []

    def make() -> int:
        made.append(1)
        return len(made)

    pending = Pending(make)

    assert not made
    assert [forced(pending), forced(pending)] == [1, 2]


def test_a_pending_value_may_be_made_of_another() -> None:
    assert forced(Pending(lambda: Pending(lambda: "a"))) == "a"


def test_the_options_of_a_choice_are_made() -> None:
    assert all_forced([Choice((Pending(lambda: "a"), "b")), "c"]) == [Choice(("a", "b")), "c"]


def test_the_traces_of_a_pending_value_are_those_of_its_sources() -> None:
    trace = Trace("visitor", "Req", 0)

    assert traces_of(Pending(lambda: "a", (Tainted((trace,)),))) == (trace,)
