"""Time basis of an archive: whether the times of its members are those of the server."""

from __future__ import annotations

from webshellhunt.model.artifact import EntryKind
from webshellhunt.model.times import TimeBasis, TimesChoice
from webshellhunt.sources.archive.members import MemberTable, Times
from webshellhunt.sources.copying import LEAST_FILES, Sampled, is_created_by_copy, is_from_copy

_SAMPLE = 5_000
_MOST = 0.9
_COPIED = "the times in the archive come from a few copy operations"
_UNDECIDED = "it has too few files to decide"
_NOT_CREATED = "its files have times of modification, but few have one of creation, which a copy changes"
_COARSE = "the archive has only times of modification, which a copy keeps"


def archive_time_basis(place: str, table: MemberTable, choice: TimesChoice) -> TimeBasis:
    """Return the time basis of an archive with its reason.

    Args:
        place: The location as the user entered it.
        table: The members of the archive.
        choice: The choice of the user.
    """
    if choice is TimesChoice.COPY:
        return TimeBasis(place, False, "set by --times copy")
    times = _sample(table)
    created = tuple(each.created for each in times if each.created is not None)
    modified = tuple(each.modified for each in times if each.modified is not None)
    sampled = Sampled(created, (), modified)
    is_copy = len(created) >= LEAST_FILES and bool(modified) and is_created_by_copy(sampled)
    if choice is TimesChoice.ORIGINAL:
        ignored = "; its creation times come from a copy and are ignored" if is_copy else ""
        return TimeBasis(place, True, f"set by --times original{ignored}", created=not is_copy)
    exact = sum(each.exact for each in times)
    if not times or exact < _MOST * len(times):
        return TimeBasis(place, False, _COARSE)
    if len(created) < LEAST_FILES:
        return TimeBasis(place, False, _UNDECIDED if len(times) < LEAST_FILES else _NOT_CREATED)
    if is_copy or is_from_copy(created):
        return TimeBasis(place, False, _COPIED)
    return TimeBasis(place, True, "the archive has the times of NTFS, of many moments, not of a few copy operations")


def _sample(table: MemberTable) -> list[Times]:
    step = max(1, len(table) // _SAMPLE)
    return [table.times(number) for number in range(0, len(table), step) if table.kind(number) is EntryKind.FILE]
