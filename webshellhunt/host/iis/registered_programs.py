"""Programs that the server loads: the properties of their files, if the source contains them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Final, NamedTuple

from webshellhunt.binaries.origin import Origin, iter_kinship, read_origin
from webshellhunt.errors import SourceError
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.model.artifact import Entry, EntryKind, Timestamps

LARGEST_BYTES: Final = 8 * 1024 * 1024
_LEAST_AGE_DIFFERENCE: Final = timedelta(days=30)
_FEWEST: Final = 3
_KINDS: Final = (".dll", ".exe")


class Program(NamedTuple):
    """A program that the configuration registers.

    ``kinship`` describes its similarities to modules of intruders, if it belongs to no known product. ``days_later`` is
    the number of days by which it is younger than every other program in its folder, if that is a month or more and the
    times are original.
    """

    origin: Origin
    kinship: tuple[str, ...] = ()
    days_later: int | None = None


def read_program(paths: HostPaths, target: str, *, is_known: bool = False) -> Program | None:
    """Return the properties of a program, or ``None`` if the file is missing, too large, or not a program."""
    entry = paths.find(target)
    if entry is None or entry.kind is not EntryKind.FILE or entry.size_bytes > LARGEST_BYTES:
        return None
    return paths.lookup.cached(("program", entry.path, is_known), lambda: _read(paths, entry, is_known=is_known))


def _read(paths: HostPaths, entry: Entry, *, is_known: bool) -> Program | None:
    try:
        data = paths.lookup.source.read(entry.path, LARGEST_BYTES)
    except SourceError:
        return None
    origin = read_origin(data)
    if origin is None:
        return None
    return Program(origin, () if is_known else tuple(iter_kinship(data)), _days_later(paths, entry))


def _days_later(paths: HostPaths, entry: Entry) -> int | None:
    created = _creation_time(entry.times)
    if created is None:
        return None
    folder = entry.path.rpartition("/")[0]
    others = [each for each in paths.lookup.entries(folder) if each.path != entry.path and _is_program(each)]
    times = [time for each in others if (time := _creation_time(each.times)) is not None]
    if len(times) < _FEWEST or created - max(times) < _LEAST_AGE_DIFFERENCE:
        return None
    return (created - max(times)).days


def _creation_time(times: Timestamps) -> datetime | None:
    return (times.created_utc or times.modified_utc) if times.original else None


def _is_program(entry: Entry) -> bool:
    return entry.kind is EntryKind.FILE and entry.name.lower().endswith(_KINDS)
