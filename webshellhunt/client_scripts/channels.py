"""Ways: by which means a value leaves a page, and where to."""

from __future__ import annotations

from enum import StrEnum


class Destination(StrEnum):
    """What an address is to the page that names it."""

    FOREIGN = "foreign"
    """Another host."""
    SENT = "sent"
    """A name of the own site that a server only sends, and has no use for what is posted to it."""
    OWN = "own"
    """Another page of the own site, or what can't be told."""
    KEPT = "kept"
    """Not sent, but kept in the browser, where others can fetch it."""


class Channel(StrEnum):
    """By which means a value leaves the page, in words that follow "by"."""

    REQUEST = "a request of a script"
    BEACON = "the address of something loaded"
    COOKIE = "a cookie"
    STORAGE = "the browser's storage"
    SOCKET = "a web socket"
    NAVIGATION = "the address of the next page"
    FORM = "the form's action"
