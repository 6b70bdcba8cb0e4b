"""Time basis: whether the file times of a folder are those of the server, by detection or by the user's choice."""

from __future__ import annotations

import os
from collections import deque
from collections.abc import Iterator, Sequence
from contextlib import suppress
from itertools import islice, pairwise
from typing import NamedTuple

from webshellhunt.errors import UsageError
from webshellhunt.model.times import TimeBasis, TimesChoice
from webshellhunt.sources.access_times import scan_directory
from webshellhunt.sources.drives import has_server_folder
from webshellhunt.sources.filesystem import birth_ns, changed_ns, created_ns, with_separator
from webshellhunt.sources.mounts import Mount, mount_of

_NO_SERVER = frozenset(
    {"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "zfs", "bcachefs", "tmpfs", "ramfs", "squashfs"}
    | {"iso9660", "udf", "cdfs", "vfat", "msdos", "exfat", "fat", "fat32", "hfs", "hfsplus", "apfs", "nfs", "nfs4"}
)
"""File systems that a Windows server does not have for its web roots."""

LONE_FILE = "one file is too little evidence for its times to be original"
"""The reason for a single file without a decision."""

_NOT_CREATED = "its creation times come from a copy and are ignored"
_COPIED = "its files were created or changed by a few copy operations"

PAUSE_NS = 3600 * 10**9
"""Times with gaps of at most an hour belong to one copy operation of any length."""

LEAST_FILES = 20
"""Minimum number of files for a decision."""

_MOST = 0.9
_COPYINGS = 3
_FOLDERS = 400
_OF_FOLDER = 12
_NAMES = 4_000


def times_choice(word: str) -> TimesChoice:
    """Return the choice for a word.

    Raises:
        UsageError: The word is not a choice.
    """
    try:
        return TimesChoice(word)
    except ValueError as error:
        accepted = ", ".join(TimesChoice)
        raise UsageError(f"times must be one of {accepted}, not {word!r}") from error


def find_time_basis(place: str, folder: str, choice: TimesChoice, *, live: bool, is_file: bool = False) -> TimeBasis:
    """Return the time basis of a folder with its reason.

    ``place``: the folder as the user entered it. ``folder``: the absolute path of the folder. ``live``: whether the
    folder belongs to the running system.
    """
    if choice is TimesChoice.COPY:
        return TimeBasis(place, False, "set by --times copy")
    if choice is TimesChoice.ORIGINAL:
        return _as_chosen(place, folder)
    if live:
        return TimeBasis(place, True, "it is the running system")
    mount = mount_of(folder)
    if mount is not None and mount.is_ntfs and mount.read_only:
        return _of_image(place, folder, mount)
    if is_file:
        return TimeBasis(place, False, LONE_FILE)
    if mount is not None and mount.kind in _NO_SERVER:
        return TimeBasis(place, False, f"drives of Windows servers do not have the file system {mount.kind}")
    return TimeBasis(place, *_by_sample(sample_times(folder)))


def _as_chosen(place: str, folder: str) -> TimeBasis:
    """Return the basis for original times; the creation times of a copy are ignored even if it kept other times."""
    why, mount = "set by --times original", mount_of(folder)
    if (mount is not None and mount.kind in _NO_SERVER) or is_created_by_copy(sample_times(folder)):
        return TimeBasis(place, True, f"{why}; {_NOT_CREATED}", created=False)
    return TimeBasis(place, True, why)


def _of_image(place: str, folder: str, mount: Mount) -> TimeBasis:
    """Return the basis of a read-only mount of NTFS: an image of the server's drive, or another drive with a copy."""
    why = f"it is a read-only mount of {'ReFS' if mount.kind == 'refs' else 'NTFS'}"
    if not is_created_by_copy(sample_times(folder)):
        return TimeBasis(place, True, why)
    if _is_drive_of_server(mount.top):
        return TimeBasis(place, True, f"{why}; {_NOT_CREATED}", created=False)
    return TimeBasis(place, False, f"{why}, but {_COPIED}")


def _by_sample(sampled: Sampled) -> tuple[bool, str]:
    """Return the decision by the times of a sample: files of a server do not come from a few copy operations."""
    known = [times for times in (sampled.created, sampled.changed) if len(times) >= LEAST_FILES]
    if not known:
        return False, "it has too few files to decide"
    if any(is_from_copy(times) for times in known):
        return False, _COPIED
    return True, "its files were created and changed at many times, not by a few copy operations"


def _is_drive_of_server(top: str) -> bool:
    with suppress(OSError):
        return has_server_folder(os.listdir(top))  # noqa: PTH208 - names alone
    return False


class Sampled(NamedTuple):
    """The times of a sample of files in nanoseconds; creation and record change only if the file system has them."""

    created: tuple[int, ...]
    changed: tuple[int, ...]
    modified: tuple[int, ...]


def sample_times(folder: str) -> Sampled:
    """Return the times of some files below a folder: a dozen from each of the first 400 folders, nearest first."""
    created: list[int] = []
    changed: list[int] = []
    modified: list[int] = []
    for path, status in _iter_files(folder):
        birth = birth_ns(status)
        birth = created_ns(path) if birth is None else birth
        change = changed_ns(status)
        created += [birth] if birth is not None else []
        changed += [change] if change is not None else []
        modified.append(status.st_mtime_ns)
    return Sampled(tuple(created), tuple(changed), tuple(modified))


def is_from_copy(times: Sequence[int]) -> bool:
    """Return True if 90 % of the times are in at most three runs without gaps of more than an hour."""
    return bool(_largest_runs(times))


def is_created_by_copy(sampled: Sampled) -> bool:
    """Return True if a few copy operations created the files, and no file changed afterwards.

    Nearly all files of a copy were last changed before their creation. This is also the case after an installation, but
    then the server continues to write files.
    """
    runs = _largest_runs(sampled.created)
    if not runs:
        return False
    first, last = runs[0][0], runs[-1][-1] + PAUSE_NS
    before = sum(modified < first for modified in sampled.modified)
    return before >= _MOST * len(sampled.modified) and max(sampled.modified) <= last


def _largest_runs(times: Sequence[int]) -> list[list[int]]:
    """Return at most three runs with 90 % of the times, in order; empty if more runs would be needed."""
    if len(times) < LEAST_FILES:
        return []
    ordered = sorted(times)
    runs = [[ordered[0]]]
    for before, after in pairwise(ordered):
        if after - before > PAUSE_NS:
            runs.append([])
        runs[-1].append(after)
    largest = sorted(sorted(runs, key=len)[-_COPYINGS:])
    return largest if sum(map(len, largest)) >= _MOST * len(ordered) else []


def _iter_files(folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Yield files below a folder with their status; links are not followed, unreadable entries are skipped."""
    waiting: deque[str] = deque([folder])
    for _ in range(_FOLDERS):
        if not waiting:
            return
        files, top = 0, waiting.popleft()
        with suppress(OSError), scan_directory(top) as found:
            for entry in islice(found, _NAMES):
                with suppress(OSError):
                    if entry.is_dir(follow_symlinks=False):
                        if len(waiting) < _FOLDERS:
                            waiting.append(with_separator(top) + entry.name)
                    elif entry.is_file(follow_symlinks=False) and files < _OF_FOLDER:
                        files += 1
                        yield with_separator(top) + entry.name, entry.stat(follow_symlinks=False)
