"""What is known of names."""

from __future__ import annotations

from webshellhunt.analysis.flows import Trace
from webshellhunt.code.names import Names

CARRIED = Trace("visitor", "somewhere", 0)


def test_what_is_known_first_stays_and_is_news_once() -> None:
    names = Names()
    names.carry("f\0a", CARRIED)
    names.carry("f\0a", Trace("remote", "elsewhere", 1))
    names.type_as("b", "fso")
    names.returned("g", CARRIED)
    names.carry("session(k)", CARRIED)
    names.carry("f\0cache(k)", CARRIED)
    assert names.traces["f\0a"] is CARRIED
    assert names.returns["g"].steps == ("g",)
    assert names.take_news() == [
        ("f", "a", False), ("", "b", True), ("", "g", False), ("", "session", False), ("f", "cache", False),
    ]  # fmt: skip
    assert names.take_news() == []
