r"""The layout of KAPE: a folder for each drive letter, and its logs next to them.

Source: KapeFiles, Targets (``SaveAsFileName``); KAPE's documentation, Log files; logs of KAPE 1.2 and 1.3.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import EntryKind, Timestamps
from webshellhunt.model.findings import Gap
from webshellhunt.sources.collection.control import ControlFiles, add_times, read_time
from webshellhunt.sources.collection.layout import Layout, Mount, Records
from webshellhunt.sources.collection.missing_files import Missing, iter_gaps
from webshellhunt.sources.collection.names import drive_path, folded
from webshellhunt.sources.drives import find_folder, folders_in, names_in
from webshellhunt.sources.source import Source, join

_COPY_LOG = "_copylog.csv"
_SKIP_LOG = ("_skiplog.csv", "_skiplog.csv.csv")
_CONSOLE_LOG = "_consolelog.txt"
_SHADOW = lazy_pattern(r"(?i)VSS(\d{1,4})")
_MOUNTED_SHADOW = lazy_pattern(r"(?i)[A-Za-z]:/_+vssmount/vss0*(\d{1,4})/")
_FAILED = "Could not copy "
_DESTINATION = lazy_pattern(r" to (?=[A-Za-z]:\\|\\\\)")
_COMPUTER = lazy_pattern(r"Machine name: ([^,\s]{1,255}),")
_TARGET_SOURCE = lazy_pattern(r"Command line:.{0,4000}?--tsource ([A-Za-z]):?[\\ ]")
_SPECIAL = frozenset({"$MFT", "$EXTEND", "$LOGFILE", "$SECURE_$SDS"})
_SYSTEM_FILES = frozenset({"NTDLL.DLL", "KERNEL32.DLL", "NTOSKRNL.EXE"})
_MOST_DUPLICATES = 200_000
_LONGEST_LINE = 8192
_BASIS = "the copy log of KAPE has the times of the server"


def recognise(source: Source, top: str, names: Mapping[str, EntryKind]) -> Layout | None:
    """Return the layout if a directory has drive letters and a log of KAPE, special files of NTFS or a shadow copy."""
    letters = [name for name, kind in names.items() if _is_letter(name) and kind is EntryKind.DIRECTORY]
    logs = {join(top, name) for name, kind in names.items() if kind is EntryKind.FILE and _is_log(name)}
    shadowed = [name for name in folders_in(source, top) if _SHADOW.fullmatch(name)] if letters else []
    shadows = tuple(_shadow(source, top, name, letters) for name in shadowed)
    is_ours = logs or any(each.letter for each in shadows)
    if not letters or not (is_ours or any(_is_raw_copy(source, join(top, letter)) for letter in letters)):
        return None
    drives = tuple(Mount(f"{letter.upper()}:", (join(top, letter),)) for letter in letters)
    hidden = logs | {join(top, name) for name in shadowed}
    label = "a KAPE collection" if logs else "a collection by drive letters"
    return Layout(label, drives + shadows, frozenset(hidden), read_records, top, has_duplicates=bool(logs))


def read_records(source: Source, layout: Layout) -> Records:
    """Return times, duplicates and failed copies from the logs of KAPE."""
    files = ControlFiles(source)
    copied = _Copied(layout)
    for path in _logs(layout, _COPY_LOG):
        for row in files.table(path):
            copied.add(row)
    missing, duplicates = _read_skipped(files, layout, copied)
    computer = None
    for path in _logs(layout, _CONSOLE_LOG):
        console = _read_console(files, path)
        missing += console.failed
        computer = computer or console.computer
    for each in missing:
        copied.stored.pop(each.path, None)
    record = next(iter(_logs(layout, _COPY_LOG, *_SKIP_LOG, _CONSOLE_LOG)), layout.top or source.location)
    gaps = [*files.all_gaps(), *iter_gaps(missing, "left-out-by-collector", record)]
    if len(duplicates) >= _MOST_DUPLICATES:
        gaps.append(
            Gap("left-out-by-collector", "survey", record, "it has more duplicates than are shown", matters=True)
        )
    return Records(copied.times, duplicates, {}, tuple(gaps), computer, _BASIS if copied.times else "", copied.stored)


def _is_letter(name: str) -> bool:
    return len(name) == 1 and name.isascii() and name.isalpha()


def _is_log(name: str) -> bool:
    return name.lower().endswith((_COPY_LOG, *_SKIP_LOG, _CONSOLE_LOG))


def _is_raw_copy(source: Source, drive: str) -> bool:
    """Return True if a drive has special files of NTFS, which only a raw copy has, but is no complete system."""
    if not _SPECIAL & set(map(folded, names_in(source, drive))):
        return False
    system = find_folder(source, drive, ("Windows", "System32"))
    return system is None or not _SYSTEM_FILES & set(map(folded, names_in(source, system)))


def _shadow(source: Source, top: str, name: str, letters: Sequence[str]) -> Mount:
    """Return the mount of a shadow copy, which has the drive itself or one folder with its letter."""
    inside = join(top, name)
    names = list(names_in(source, inside))
    if len(names) == 1 and names[0] in letters:
        return Mount(name.upper(), (join(inside, names[0]),), is_snapshot=True, letter=names[0].upper())
    return Mount(name.upper(), (inside,), is_snapshot=True)


def _logs(layout: Layout, *ends: str) -> list[str]:
    return sorted(path for path in layout.hidden if path.lower().endswith(ends))


class _Copied:
    """The copied files: their times and sizes by path in the tree, and one path in the tree for each content."""

    def __init__(self, layout: Layout) -> None:
        self.times: dict[str, Timestamps] = {}
        self.by_digest: dict[str, str] = {}
        self.stored: dict[str, tuple[int, ...]] = {}
        self._tops = {folded(mount.top): mount.top for mount in layout.mounts}
        self._target = ""

    def add(self, row: Mapping[str, str]) -> None:
        """Add a row of the copy log."""
        path = self._path(row.get("SourceFile", ""), row.get("DestinationFile", ""))
        if path is None:
            return
        size = row.get("FileSize", "")
        if size.isascii() and size.isdigit() and 0 < len(size) < 20 and int(size):
            self.stored[path] = (int(size),)
        names = ("ModifiedOnUtc", "CreatedOnUtc", "", "LastAccessedOnUtc")
        add_times(self.times, path, [read_time(row.get(name)) for name in names])
        digest = row.get("SourceFileSha1", "").upper()
        if digest:
            self.by_digest.setdefault(digest, path)

    def _path(self, source: str, destination: str) -> str | None:
        """Return the path in the tree of a copied file, whose name KAPE may have changed.

        The folder of the collection is what remains of the destination without the drive letter and path of the source.
        """
        at_source = drive_path(source)
        name = re.split(r"[\\/]", destination)[-1]
        if at_source is None or not name:
            return None
        renamed = join(at_source.rpartition("/")[0], name)
        ending = "\\" + renamed.replace(":", "", 1).replace("/", "\\")
        if folded(destination).endswith(folded(ending)):
            self._target = destination[: len(destination) - len(ending)]
            return renamed
        if self._target and folded(destination).startswith(folded(self._target) + "\\"):
            top, *rest = re.split(r"[\\/]", destination[len(self._target) + 1 :])
            known = self._tops.get(folded(f"{top}:" if _is_letter(top) else top))
            return None if known is None else "/".join((known, *rest))
        return renamed


def _read_skipped(files: ControlFiles, layout: Layout, copied: _Copied) -> tuple[list[Missing], dict[str, str]]:
    """Return the files that were left out, and those of them whose content is present under another path."""
    missing: list[Missing] = []
    duplicates: dict[str, str] = {}
    tops = {mount.top for mount in layout.mounts}
    for log in _logs(layout, *_SKIP_LOG):
        for row in files.table(log):
            path = _skipped_path(row.get("SourceFile", ""), tops)
            if path is None:
                continue
            duplicate = copied.by_digest.get(row.get("SourceFileSha1", "").upper())
            reason = row.get("Reason", "")
            if duplicate is None or reason.lower() not in {"deduped", "deduplicated"}:
                missing.append(Missing(path, f"the collector left it out: {reason[:100] or 'no reason'}"))
            elif len(duplicates) < _MOST_DUPLICATES:
                duplicates[path] = duplicate
    return missing, duplicates


def _skipped_path(source: str, tops: set[str]) -> str | None:
    """Return the path in the tree of a file that was left out; in a mounted shadow copy, if this is in the tree."""
    path = drive_path(source)
    shadow = _MOUNTED_SHADOW.match(path) if path is not None else None
    if path is None or shadow is None:
        return path
    top = f"VSS{shadow[1]}"
    return join(top, path[shadow.end() :]) if top in tops else None


class _Console(NamedTuple):
    """What the console log says: the files that could not be copied, and the computer if it ran on the server."""

    failed: list[Missing]
    computer: str | None


def _read_console(files: ControlFiles, path: str) -> _Console:
    failed: list[Missing] = []
    computer, on_server = None, False
    for line in files.lines(path):
        if len(line) > _LONGEST_LINE:
            continue
        failed += _failed(line)
        named = _COMPUTER.search(line) if computer is None else None
        computer = named[1] if named is not None else computer
        on_server = on_server or ((drive := _TARGET_SOURCE.search(line)) is not None and drive[1].upper() == "C")
    return _Console(failed, computer if on_server else None)


def _failed(line: str) -> Iterator[Missing]:
    r"""Yield the file of a line such as ``Could not copy file C:\x to D:\out\C\x. Error: …``."""
    _, found, rest = line.partition(_FAILED)
    if found:
        copy, _, error = rest.partition(". Error: ")
        source = _DESTINATION.split(copy, maxsplit=1)[0]
        place = drive_path(source[source.find(":") - 1 :]) if ":" in source else None
        if place is not None:
            yield Missing(place, f"the collector could not copy it: {error.strip()[:300] or 'no reason'}")
