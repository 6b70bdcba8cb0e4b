"""Time basis: whether the times of a folder are the server's own, as found out or as the user says."""

from __future__ import annotations

import os
from contextlib import suppress

from webshellhunt.errors import UsageError
from webshellhunt.model.times import TimeBasis, TimesChoice
from webshellhunt.sources.copying import LEAST_FILES, Sampled, is_created_by_copying, is_of_copying, sample_times
from webshellhunt.sources.mounts import Mount, mount_of

_NO_SERVER = frozenset(
    {"ext2", "ext3", "ext4", "xfs", "btrfs", "f2fs", "jfs", "zfs", "bcachefs", "tmpfs", "ramfs", "squashfs"}
    | {"iso9660", "udf", "cdfs", "vfat", "msdos", "exfat", "fat", "fat32", "hfs", "hfsplus", "apfs", "nfs", "nfs4"}
)
"""File systems that no web root of a Windows server lies on."""

LONE_FILE = "one file does not show whose times it has"
"""The reason where nothing was decided."""

_SERVER_FOLDERS = frozenset({"windows", "inetpub", "program files"})
_NOT_CREATED = "its times of creation are those of a copying, and left out"
_COPIED = "its files were created or changed at one copying"


def times_choice(word: str) -> TimesChoice:
    """Return the choice that a word names.

    Raises:
        UsageError: It names none.
    """
    try:
        return TimesChoice(word)
    except ValueError as error:
        accepted = ", ".join(TimesChoice)
        raise UsageError(f"times are {accepted}, not {word!r}") from error


def find_time_basis(place: str, folder: str, choice: TimesChoice, *, live: bool, is_file: bool = False) -> TimeBasis:
    """Return how the times below a folder are taken, and why.

    Args:
        place: The folder as the user gave it.
        folder: Where it is.
        choice: What the user asked for.
        live: Whether it is of the running system.
        is_file: Whether only one file of it is looked at.
    """
    if choice is TimesChoice.COPY:
        return TimeBasis(place, False, "as --times copy says")
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
        return TimeBasis(place, False, f"no drive of a Windows server has the file system {mount.kind}")
    return TimeBasis(place, *_by_sample(sample_times(folder)))


def _as_chosen(place: str, folder: str) -> TimeBasis:
    """Return the basis that the user asked for: also a copy that kept times was itself created later."""
    why, mount = "as --times original says", mount_of(folder)
    if (mount is not None and mount.kind in _NO_SERVER) or is_created_by_copying(sample_times(folder)):
        return TimeBasis(place, True, f"{why}; {_NOT_CREATED}", created=False)
    return TimeBasis(place, True, why)


def _of_image(place: str, folder: str, mount: Mount) -> TimeBasis:
    """Return the basis of a read-only mount of NTFS: an image of the server's drive, or a drive that took a copy."""
    why = f"it is a read-only mount of {'ReFS' if mount.kind == 'refs' else 'NTFS'}"
    if not is_created_by_copying(sample_times(folder)):
        return TimeBasis(place, True, why)
    if _is_drive_of_server(mount.top):
        return TimeBasis(place, True, f"{why}; {_NOT_CREATED}", created=False)
    return TimeBasis(place, False, f"{why}, but {_COPIED}")


def _by_sample(sampled: Sampled) -> tuple[bool, str]:
    """Return what the times themselves decide: those of a server were never made by a few copyings."""
    told = [times for times in (sampled.created, sampled.changed) if len(times) >= LEAST_FILES]
    if not told:
        return False, "it has too few files to decide"
    if any(is_of_copying(times) for times in told):
        return False, _COPIED
    return True, "its files were created and changed at many times, not at one copying"


def _is_drive_of_server(top: str) -> bool:
    with suppress(OSError):
        return any(name.lower() in _SERVER_FOLDERS for name in os.listdir(top))  # noqa: PTH208 - names alone
    return False
