"""Joined requests: the rows of several logs about one request for an exploit, as one act with several witnesses.

The front end, its proxy, the back end, the control panel and the shell each log their part of a request. Rows of
different logs are one act if they have the identifier of the front end in common, or if they are at most five seconds
apart, and neither their clients nor their addresses differ. A server that works for a client logs itself as the client,
and a forged address names that of the back end.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import groupby
from typing import NamedTuple

from webshellhunt.model.exploitation import Grade, Pattern, Sighting
from webshellhunt.model.traffic import LogKind

APART = timedelta(seconds=5)
_MOST_COMPARED = 100
"""The most acts that a row is compared with."""

IsOwn = Callable[[str], bool]
Writer = tuple[LogKind | None, str]
"""The kind of a log, and its folder: of one request, each of them has one row."""


class Row(NamedTuple):
    """A row with the pattern that it fits, and the request with the grade that the whole host gives it.

    ``logged`` is the grade that follows from the row alone.
    """

    pattern: Pattern
    sighting: Sighting
    logged: Grade


def join_rows(rows: Iterable[Row], is_own: IsOwn) -> list[list[Row]]:
    """Return the acts of the rows; a row that fits several patterns is one row, and rows without a time are not joined.

    ``is_own``: returns True for an address of the server itself.
    """
    acts: list[list[Row]] = []
    recent: list[list[Row]] = []
    for group in _by_place(rows):
        when = group[0].sighting.when_utc
        recent = [act for act in recent if _is_near(act, when)][-_MOST_COMPARED:]
        fitting = [act for act in recent if _is_one_act(act, group, is_own)]
        if not fitting:
            acts.append(group)
            recent.append(group)
            continue
        first, *others = fitting
        first += group
        for other in others:
            if _writers(first).isdisjoint(_writers(other)):
                first += other
                other.clear()
    return [act for act in acts if act]


def order(sighting: Sighting) -> tuple[bool, datetime, str, int]:
    """Return the key by which requests are sorted: by time, those without one last."""
    when = sighting.when_utc
    return when is None, datetime.min if when is None else when.replace(tzinfo=None), sighting.log, sighting.line


def _by_place(rows: Iterable[Row]) -> Iterator[list[Row]]:
    """Yield the rows of each line of a log, in the order of time."""
    for _, group in groupby(sorted(rows, key=lambda row: order(row.sighting)), key=lambda row: order(row.sighting)):
        yield list(group)


def _is_near(act: Sequence[Row], when: datetime | None) -> bool:
    return (
        bool(act)
        and when is not None
        and act[0].sighting.when_utc is not None
        and (when - act[0].sighting.when_utc <= APART)
    )


def _is_one_act(act: Sequence[Row], group: Sequence[Row], is_own: IsOwn) -> bool:
    """Return True if a row belongs to an act."""
    row = group[0].sighting
    if not act or not _writers(act).isdisjoint(_writers(group)):
        return False
    if row.request_id and any(each.sighting.request_id == row.request_id for each in act):
        return True
    same_client = all(_fits_client(each.sighting, row, is_own) for each in act)
    return same_client and any(_fits_address(each.sighting, row) for each in act)


def _writers(act: Iterable[Row]) -> set[Writer]:
    return {(row.sighting.kind, row.sighting.log.replace("\\", "/").rpartition("/")[0]) for row in act}


def _fits_client(one: Sighting, other: Sighting, is_own: IsOwn) -> bool:
    names = [(each.client or "").lower().removeprefix("::ffff:") for each in (one, other)]
    return names[0] == names[1] or any(
        not name or is_own(name) or (each.user or "").endswith("$")
        for name, each in zip(names, (one, other), strict=True)
    )


def _fits_address(one: Sighting, other: Sighting) -> bool:
    """Return True if the address of one request is in the other; the row of a command has none."""
    paths = [each.request.partition("?")[0].partition(" as ")[0].lower() for each in (one, other)]
    return paths[0] in other.request.lower() or paths[1] in one.request.lower()
