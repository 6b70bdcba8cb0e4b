# SPDX-License-Identifier: AGPL-3.0-or-later
"""The volumes of a target that a hunt reads: drives with a letter, and NTFS volumes without one."""

from __future__ import annotations

import re
from typing import NamedTuple

from dissect.target import Target
from dissect.target.filesystem import Filesystem
from dissect.target.volume import is_encrypted

from webshellhunt import Gap

_LETTER = re.compile(r"([a-z]):")
_SERVER_FILE_SYSTEMS = frozenset({"ntfs", "refs"})


class Drive(NamedTuple):
    """A volume by the name of its directory in the source, such as ``C:`` or ``volume 2``."""

    top: str
    files: Filesystem
    letter: str | None = None

    @property
    def is_original(self) -> bool:
        """True if it is a volume of the server itself, with its own times, and not a folder or archive of copies."""
        return _is_volume(self.files)


def find_drives(target: Target) -> list[Drive]:
    """Return the drives of a target, each volume once.

    dissect mounts the system drive twice, at ``sysvol`` and at its letter; only letters are names of the server.
    """
    drives: list[Drive] = []
    for mount, files in sorted(target.fs.mounts.items()):
        letter = _LETTER.fullmatch(mount.strip("/"))
        if letter is not None and all(files is not each.files for each in drives):
            drives.append(Drive(f"{letter[1].upper()}:", files, letter[1].upper()))
    for number, files in enumerate(target.filesystems, start=1):
        if _is_volume(files) and all(files is not each.files for each in drives):
            drives.append(Drive(f"volume {number}", files))
    return drives


def locked_volumes(target: Target) -> tuple[Gap, ...]:
    """Return a gap for each volume that is encrypted, and for which no key was given."""
    advice = "it is encrypted; pass its key or password to target-query with -Kv or -K"
    locked = [volume for volume in target.volumes if volume.fs is None and _is_encrypted(volume)]
    return tuple(Gap("encrypted", "open", str(volume.name or volume), advice, matters=True) for volume in locked)


def _is_volume(files: Filesystem) -> bool:
    """Return True for a volume; dissect makes an empty one of a collected ``$MFT``, which has names and no content."""
    return files.__type__ in _SERVER_FILE_SYSTEMS and files.volume is not None


def _is_encrypted(volume: object) -> bool:
    try:
        return bool(is_encrypted(volume))
    except Exception:  # noqa: BLE001 - a parser of dissect may raise anything on a damaged volume
        return False
