"""Programs that the server loads: the properties of their files, and which of them are absent or not collected."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final, NamedTuple

from webshellhunt.binaries.origin import Origin, iter_kinship, read_origin
from webshellhunt.errors import SourceError
from webshellhunt.host.machine.paths import split_server_path
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.model.artifact import Entry, EntryKind, Timestamps
from webshellhunt.model.findings import Gap

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


class AbsentPrograms(NamedTuple):
    """Programs as the configuration writes their paths.

    ``absent`` programs do not exist although most others do, and although their folder contains programs. For
    ``uncollected`` programs the source does not show whether they exist.
    """

    absent: frozenset[str] = frozenset()
    uncollected: tuple[str, ...] = ()
    total: int = 0

    def gap(self, declared_in: str) -> Gap | None:
        """Return one gap for all programs that were not collected, or ``None`` if there is none."""
        if not self.uncollected:
            return None
        count = len(self.uncollected)
        reason = (
            f"{count} of the {self.total} native modules and filters that it loads were not collected "
            f"(for example {self.uncollected[0][:200]}), so their files were not examined"
        )
        return Gap("modules-not-collected", "survey", declared_in, reason)


def find_absent_programs(paths: HostPaths, targets: Iterable[str]) -> AbsentPrograms:
    """Return the programs that are absent or were not collected."""
    distinct = tuple(dict.fromkeys(targets))
    missing = [target for target in distinct if not paths.find_all(target)]
    if len(missing) * 2 > len(distinct):
        return AbsentPrograms(uncollected=tuple(missing), total=len(distinct))
    absent = frozenset(target for target in missing if _is_in_folder_of_programs(paths, target))
    return AbsentPrograms(absent, tuple(target for target in missing if target not in absent), len(distinct))


def _is_in_folder_of_programs(paths: HostPaths, target: str) -> bool:
    path = split_server_path(paths.expand(target))
    if path.letter is None or not path.names:
        return False
    folders = paths.find_all(str(path).rpartition("\\")[0])
    listed = (
        entry for each in folders if each.kind is EntryKind.DIRECTORY for entry in paths.lookup.entries(each.path)
    )
    return any(entry.name.lower().endswith(_KINDS) for entry in listed)
