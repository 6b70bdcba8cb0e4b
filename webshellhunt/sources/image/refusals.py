"""The words for partitions and images that are not read, each with the next step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from webshellhunt.model.findings import Gap
from webshellhunt.sources.image.partitions import BITLOCKER, DYNAMIC, LUKS, REMNANT, SPACES, UNKNOWN, Partition

_UNLOCK: Final = {
    BITLOCKER: "unlock it (manage-bde or dislocker), mount it read-only",
    LUKS: "unlock it (cryptsetup), mount it read-only",
}
_SMALL_BYTES: Final = 4 * 1024**3


def unread_partition(place: str, partition: Partition) -> Gap:
    """Return the gap for a partition of another file system."""
    kind = partition.file_system
    if kind in _UNLOCK:
        reason = f"it is encrypted by {kind}: {_UNLOCK[kind]}, and hunt that folder, too"
    elif kind in (DYNAMIC, SPACES):
        reason = f"it is a part of {kind}, which is not read: mount the image on Windows, and hunt the drive, too"
    elif kind == UNKNOWN:
        reason = (
            "it is a Windows partition, but its first sector is that of no file system: if it was overwritten, "
            "repair it in a copy of the image, and hunt that (the last sector, where NTFS has a copy of it, has none)"
        )
    elif kind == REMNANT:
        reason = "it is the rest of an NTFS volume that no partition names, and parts of it are overwritten: not read"
    else:
        reason = f"its file system is {kind}, which is not read: mount it read-only, and hunt that folder, too"
    # A small FAT partition only starts the machine.
    matters = kind != REMNANT and (not kind.startswith("FAT") or partition.size_bytes > _SMALL_BYTES)
    return Gap("unread-volume", "open", place, reason, matters)


def found_volume(place: str, partition: Partition) -> Gap | None:
    """Return the gap for a volume that is read, although the disk does not name it, or its first sector is lost."""
    lost = "its first sector was overwritten, so it is read by the copy of that sector" if partition.boot else ""
    if not partition.is_listed:
        reason = "no partition names this NTFS volume, so it was deleted or hidden; it is examined"
        reason = f"{reason}, and {lost}" if lost else reason
        return Gap("unlisted-volume", "open", place, reason)
    return Gap("lost-first-sector", "open", place, lost) if lost else None


def not_searched(location: str, left_out_bytes: int) -> Gap:
    """Return the gap for a large part of a disk outside its partitions that was not searched for volumes."""
    reason = f"{left_out_bytes:,} bytes outside its partitions were not searched for NTFS volumes"
    return Gap("disk-not-searched", "open", location, reason)


def no_volume(label: str, partitions: Sequence[Partition], gaps: Sequence[Gap]) -> str:
    """Return the sentence for an image without a volume that can be read."""
    kinds = {each.file_system for each in partitions if each.file_system}
    for kind, unlock in _UNLOCK.items():
        if kind in kinds:
            return f"it is {label} with a volume that {kind} encrypted: {unlock}, and hunt the folder"
    broken = next((gap.reason for gap in gaps if gap.code == "unreadable-volume"), None)
    if broken is not None:
        return f"it is {label}, but {broken}: copy or make the image again"
    step = "name the image of the server's system drive"
    if UNKNOWN in kinds:
        reason = "so not that of a Windows server, or its first sectors are damaged"
        return f"it is {label} without an NTFS volume, {reason}: {step}, or copy or make the image again"
    if kinds:
        return f"it is {label} without an NTFS volume (it has {', '.join(sorted(kinds))}): {step}, or mount it"
    return f"it is {label} without an NTFS volume, so not that of a Windows server: {step}"
