"""Doors: the places at which bytes of evidence enter, each with seeds and with what must hold whatever the bytes are.

What must hold: no exception but the documented ones, a bounded number of steps, a bounded result, and the same result
for the same bytes.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from tests.builders.steps import at_most
from webshellhunt.memo import Memo

_SHOWN = 300


class Find(Exception):  # noqa: N818 - what a fuzzer looks for
    """Something that must not happen: ``kind`` says what, ``place`` where, so that two finds of one cause are alike."""

    def __init__(self, kind: str, place: str, detail: str) -> None:
        super().__init__(f"{kind} at {place}: {detail}"[:_SHOWN])
        self.kind = kind
        self.place = place


class Door(NamedTuple):
    """One door.

    ``enter`` reads bytes and returns all that it found as plain values, whose ``repr`` is compared. ``rooms`` are the
    modules whose lines count as its coverage. A result may have ``shown`` characters for each byte, and work ``steps``
    for each byte, both over a fixed part that small inputs need.
    """

    name: str
    seeds: Callable[[], Iterable[bytes]]
    enter: Callable[[bytes], object]
    rooms: tuple[str, ...]
    words: Sequence[bytes] = ()
    errors: tuple[type[Exception], ...] = ()
    steps: int = 4_000
    first_steps: int = 1_000_000
    shown: int = 400
    first_shown: int = 50_000
    most_bytes: int = 4_096

    def steps_for(self, data: bytes) -> int:
        """Return the number of steps that these bytes may take."""
        return self.first_steps + self.steps * len(data)

    def outcome(self, data: bytes) -> str:
        """Return what the door makes of some bytes: the documented error, or the result.

        Raises:
            Find: It raised another error, or the result is too large.
        """
        Memo.forget_all()
        try:
            found = repr(self.enter(data))
        except self.errors as error:
            return f"{type(error).__name__}: {error}"
        except Find:
            raise
        except Exception as error:
            raise Find("crash", _place_of(error), f"{type(error).__name__}: {error}") from error
        most = self.first_shown + self.shown * len(data)
        if len(found) > most:
            raise Find("large result", self.name, f"{len(found):,} characters of {len(data):,} bytes")
        return found


def _place_of(error: Exception) -> str:
    """Return the type of an error, and the file and the function of the package that raised it."""
    trace, place = error.__traceback__, "?"
    while trace is not None:
        name = trace.tb_frame.f_code.co_filename
        if "webshellhunt" in name or place == "?":
            place = f"{name.rpartition('webshellhunt/')[2]}:{trace.tb_frame.f_code.co_name}"
        trace = trace.tb_next
    return f"{type(error).__name__} in {place}"


def check(door: Door, data: bytes, *, steps: bool = False) -> str:
    """Return the outcome of some bytes after a look at all that must hold; steps are counted only if they are to be.

    Raises:
        Find: Something does not hold.
    """
    if steps:
        try:
            with at_most(door.steps_for(data)):
                first = door.outcome(data)
        except AssertionError as error:
            raise Find("too many steps", door.name, f"{error} for {len(data):,} bytes") from None
    else:
        first = door.outcome(data)
    if door.outcome(data) != first:
        raise Find("not deterministic", door.name, first)
    return first
