"""Time basis: whether the file times of a folder are those of the server, by detection or by the user's choice."""

from __future__ import annotations

import os
from contextlib import suppress

from webshellhunt.errors import UsageError
from webshellhunt.model.times import TimeBasis, TimesChoice
from webshellhunt.sources.copying import LEAST_FILES, Sampled, is_created_by_copy, is_from_copy, sample_times
from webshellhunt.sources.drives import has_server_folder
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

    Args:
        place: The folder as the user entered it.
        folder: The absolute path of the folder.
        choice: The choice of the user.
        live: Whether the folder belongs to the running system.
        is_file: Whether the location is one file in this folder.
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
