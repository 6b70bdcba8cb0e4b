"""The channels by which a value leaves a page, and the table of calls and assignments that open them."""

from __future__ import annotations

from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple


class Channel(StrEnum):
    """A channel by which a value leaves the page; its value follows "by" in messages."""

    REQUEST = "a request of a script"
    BEACON = "the address of something loaded"
    COOKIE = "a cookie"
    STORAGE = "the browser's storage"
    SOCKET = "a web socket"
    PEER = "a connection to another browser"
    NAME_LOOKUP = "the look-up of a host name"
    NAVIGATION = "the address of the next page"
    FORM = "the form's action"


STORES = frozenset({"localstorage", "sessionstorage"})


class Way(NamedTuple):
    """A pattern of dotted names that opens a channel; ``owner`` is ``""`` for a bare name, ``*`` for any object.

    ``address`` is the argument that is the address; a call with less than ``fewest`` arguments does something else.
    """

    channel: Channel
    owner: str
    name: str
    address: int = 0
    fewest: int = 1

    def matches(self, names: tuple[str, ...]) -> bool:
        """True if dotted names in lower case are of this pattern."""
        if not self.owner:
            return len(names) == 1
        return len(names) > 1 if self.owner == "*" else self.owner in names[:-1]


class Ways(NamedTuple):
    """The ways out of a page, by their last names."""

    calls: dict[str, tuple[Way, ...]]
    assignments: dict[str, tuple[Way, ...]]

    def of_call(self, names: tuple[str, ...], count: int) -> Way | None:
        """Return the way that a call with some arguments is; one with an owner before one of any object."""
        found = [each for each in self.calls.get(names[-1], ()) if each.matches(names) and count >= each.fewest]
        return max(found, key=lambda each: each.owner != "*", default=None)

    def of_assignment(self, names: tuple[str, ...]) -> Channel | None:
        """Return the channel of an assignment to dotted names."""
        if not STORES.isdisjoint(names[:-1]):
            return Channel.STORAGE
        found = [each for each in self.assignments.get(names[-1], ()) if each.matches(names)]
        best = max(found, key=lambda each: each.owner != "*", default=None)
        return None if best is None else best.channel


@lru_cache(maxsize=1)
def ways() -> Ways:
    """Load the table; the data file is part of the package."""
    import tomllib  # A page without a password field never needs it.

    raw: dict[str, Any] = tomllib.loads(Path(__file__).with_name("client.toml").read_text(encoding="utf-8"))
    return Ways(_by_name(raw["calls"]), _by_name(raw["assignments"]))


def _by_name(groups: list[dict[str, Any]]) -> dict[str, tuple[Way, ...]]:
    found: dict[str, tuple[Way, ...]] = {}
    for group in groups:
        channel = Channel[group["channel"].upper()]
        for text in group["names"]:
            owner, _, name = text.rpartition(".")
            way = Way(channel, owner, name, group.get("address", 0), group.get("fewest", 1))
            found[name] = (*found.get(name, ()), way)
    return found
