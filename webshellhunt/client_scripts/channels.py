"""The channels by which a value leaves a page, and its destinations."""

from __future__ import annotations

from enum import StrEnum


class Destination(StrEnum):
    """The kind of an address, relative to the page that names it."""

    FOREIGN = "foreign"
    """Another host."""
    SENT = "sent"
    """A static file of the own site, whose server ignores the data of a request."""
    OWN = "own"
    """Another page of the own site, or an unknown address."""
    KEPT = "kept"
    """Stored in the browser, where other scripts can read it."""


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


def page_of(address: str) -> str:
    """Return the name of the page in an address of the own site, in lower case; ``""`` if it names none."""
    path = address.partition("?")[0].partition("#")[0].strip().lower()
    return "" if ":" in path or "<%" in path else path.rstrip("/").rpartition("/")[2]
