"""Mounts: the file system of a folder, and whether it is read-only.

Source: proc_pid_mountinfo(5); Microsoft, GetVolumeInformationW.
"""

from __future__ import annotations

import os
import re
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

from webshellhunt.sources import windows

_MOUNTS = "/proc/self/mountinfo"
_MOST_BYTES = 16 * 1024 * 1024
_ESCAPE = re.compile(r"\\([0-7]{3})")
_NTFS = frozenset({"ntfs", "ntfs3", "ufsd", "fuse.ntfs", "fuse.ntfs-3g", "fuse.lowntfs-3g", "refs", "csvfs"})
_FUSE = frozenset({"fuse", "fuseblk"})
CREATED = "system.ntfs_crtime_be"
"""The extended attribute of ntfs-3g with the creation time of a file: an NTFS time, big-endian."""


class Mount(NamedTuple):
    """A file system: where it is mounted, its type in lower case, and whether it is read-only.

    ``is_ntfs`` is true for NTFS and for ReFS, with any driver.
    """

    top: str
    kind: str
    read_only: bool
    is_ntfs: bool


def mount_of(folder: str) -> Mount | None:
    """Return the file system of a folder, or ``None`` if the system does not report it."""
    if os.name == "nt":
        facts = windows.volume_facts(folder)
        return None if facts is None else Mount(facts[0], facts[1].lower(), facts[2], facts[1].lower() in _NTFS)
    try:
        with Path(_MOUNTS).open("rb") as file:
            table = os.fsdecode(file.read(_MOST_BYTES))
    except OSError:
        return None
    found = find_mount(table, os.path.realpath(folder))
    if found is not None and found.kind in _FUSE and _has_creation_times(found.top):
        return found._replace(is_ntfs=True)
    return found


def find_mount(table: str, folder: str) -> Mount | None:
    """Return the mount of a folder from the system's table: the deepest one, of several at one path the last."""
    best: Mount | None = None
    for line in table.splitlines():
        before, dash, after = line.partition(" - ")
        fields, more = before.split(" "), after.split(" ")
        if not dash or len(fields) < 6 or len(more) < 3:
            continue
        top = _ESCAPE.sub(lambda match: chr(int(match[1], 8)), fields[4])
        inside = folder == top or folder.startswith(top.rstrip("/") + "/")
        if inside and (best is None or len(top) >= len(best.top)):
            options = {*fields[5].split(","), *more[2].split(",")}
            best = Mount(top, more[0].lower(), "ro" in options, more[0].lower() in _NTFS)
    return best


def _has_creation_times(folder: str) -> bool:
    with suppress(OSError, AttributeError):
        return len(os.getxattr(folder, CREATED)) == 8
    return False
