r"""Signs of witnesses: the places of their records in a source. Without them, no reader of records is loaded.

File records are ``$MFT`` and ``$Extend\$UsnJrnl:$J``, the second also under the name ``$Extend\$J``, as KAPE writes it.
"""

from collections.abc import Iterator
from typing import Final

from webshellhunt.errors import SourceError
from webshellhunt.examined_host import ExaminedHost
from webshellhunt.host.machine.paths import Lookup
from webshellhunt.host.walk.survey import Survey
from webshellhunt.model.artifact import Entry, EntryKind
from webshellhunt.sources.source import Source

TABLE: Final = ("$MFT",)
_JOURNALS: Final = (
    ("$Extend", "$UsnJrnl:$J"),
    ("$Extend", "$J"),
    ("$Extend", "$UsnJrnl_$J"),
    ("$Extend", "$UsnJrnl"),
    ("$J",),
)
_DEFENDER = (("ProgramData", "Microsoft", "Windows Defender"), ("ProgramData", "Microsoft", "Microsoft Antimalware"))

_REPOSITORIES = tuple(
    ("Windows", "System32", "wbem", "Repository", *names) for names in (("OBJECTS.DATA",), ("FS", "OBJECTS.DATA"))
)
_QUEUES = tuple(
    ("ProgramData", "Microsoft", "Network", "Downloader", name) for name in ("qmgr.db", "qmgr0.dat", "qmgr1.dat")
)


def has_file_records(host: ExaminedHost) -> bool:
    """Return True if a drive of the source has a file table or a change journal."""
    if host.source.live:  # the running system keeps its records to itself
        return False
    source, paths = host.source, host.surveyed.paths
    tops = ["", *(volume.top for volume in paths.volumes)]
    return any(
        find_table(source, paths.lookup, top) is not None or find_journal(source, paths.lookup, top) is not None
        for top in dict.fromkeys(tops)
    )


def asks_for_all_files(host: ExaminedHost) -> bool:
    """Return True if a witness compares its records with each file, also with those without a finding."""
    return has_file_records(host) or any(iter_defender_folders(host.surveyed))


def find_table(source: Source, lookup: Lookup, top: str) -> Entry | None:
    """Return the entry of the file table at the top of a drive, if the source has it."""
    return _find(source, lookup, top, TABLE)


def find_journal(source: Source, lookup: Lookup, top: str) -> Entry | None:
    """Return the entry of the change journal of a drive, if the source has one that is not empty."""
    entries = (_find(source, lookup, top, names) for names in _JOURNALS)
    return next((entry for entry in entries if entry is not None and entry.size_bytes), None)


def iter_defender_folders(surveyed: Survey) -> Iterator[Entry]:
    """Yield the folders of Microsoft Defender on each drive."""
    for top in dict.fromkeys(volume.top for volume in surveyed.paths.volumes):
        for names in _DEFENDER:
            yield from surveyed.paths.lookup.find_all(top, names)


def iter_wmi_repositories(surveyed: Survey) -> Iterator[Entry]:
    """Yield the repositories of WMI on each drive."""
    return _files(surveyed, _REPOSITORIES)


def iter_download_queues(surveyed: Survey) -> Iterator[Entry]:
    """Yield the queues of the download service of Windows (BITS) on each drive."""
    return _files(surveyed, _QUEUES)


def _files(surveyed: Survey, places: tuple[tuple[str, ...], ...]) -> Iterator[Entry]:
    lookup = surveyed.paths.lookup
    for top in dict.fromkeys(volume.top for volume in surveyed.paths.volumes):
        for names in places:
            yield from (each for each in lookup.find_all(top, names) if each.kind is EntryKind.FILE)


def _find(source: Source, lookup: Lookup, top: str, names: tuple[str, ...]) -> Entry | None:
    """Return an entry by its exact name, which no directory need list, or in another spelling."""
    path = "/".join((top, *names) if top else names)
    try:
        entry = source.stat(path)
    except SourceError:
        entry = None
    if entry is None:
        with lookup.ignore_unreadable():
            entry = lookup.find(top, names)
    return entry if entry is not None and entry.kind is EntryKind.FILE else None
