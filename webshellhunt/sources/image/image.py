"""An opened image: its disk, its NTFS volumes with their letters, and the parts that are not read."""

from __future__ import annotations

from typing import NamedTuple

from webshellhunt.errors import SourceError, UnopenedContainerError, UnreadableError
from webshellhunt.model.findings import Gap
from webshellhunt.model.source_form import SourceForm
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.sources.image.disks import Disk, part_of
from webshellhunt.sources.image.letters import Lettered, letters_of
from webshellhunt.sources.image.ntfs.volume import NtfsVolume
from webshellhunt.sources.image.opening import image_format, open_disk
from webshellhunt.sources.image.partitions import BITLOCKER, LUKS, NTFS, Partition, find_partitions


class Place(NamedTuple):
    """A volume in the source: its first directory is ``top``, ``C:`` or a name for one without a letter."""

    top: str
    letter: str
    assumed: bool
    number: int
    volume: NtfsVolume


class Image(NamedTuple):
    """An opened image."""

    disk: Disk
    places: list[Place]
    by_top: dict[str, Place]
    form: SourceForm


def open_image(location: str, options: SourceOptions) -> Image:
    """Open an image with its volumes.

    Raises:
        MissingDependencyError: The format takes an optional package.
        UnreadableError: The image is damaged, encrypted, or has no NTFS volume.
    """
    form = image_format(location)
    if form is None:
        raise UnreadableError("it is not a disk image that is read", path=location)
    disk: Disk | None = None
    try:
        disk = open_disk(location, form)
        partitions = find_partitions(disk.read, disk.size_bytes)
        volumes, gaps = _volumes(location, disk, partitions)
        if not volumes:
            raise UnopenedContainerError(_nothing(form.label, partitions, gaps), path=location)
    except SourceError as error:
        if disk is not None:
            disk.close()
        if isinstance(error, UnopenedContainerError):
            raise
        raise UnreadableError(f"{form.label}: {error.message}", path=error.path or location) from error
    places = [
        Place(_top_of(each, number), each.letter, each.assumed, number, volumes[each.index][1])
        for number, each in enumerate(letters_of(volumes), 1)
    ]
    count = f"{len(places)} NTFS volume{'s' if len(places) != 1 else ''}"
    label = f"{form.label} with {count}"
    return Image(disk, places, {place.top: place for place in places}, SourceForm(label, gaps=tuple(gaps)))


def _top_of(lettered: Lettered, number: int) -> str:
    return f"{lettered.letter}:" if lettered.letter else f"volume {number}"


def _volumes(
    location: str, disk: Disk, partitions: list[Partition]
) -> tuple[list[tuple[Partition, NtfsVolume]], list[Gap]]:
    found: list[tuple[Partition, NtfsVolume]] = []
    gaps: list[Gap] = []
    for number, each in enumerate(partitions, 1):
        place = f"{location} partition {number}"
        if each.file_system == NTFS:
            read = part_of(disk.read, each.start, each.size_bytes)
            try:
                found.append((each, NtfsVolume(read, each.size_bytes)))
            except UnreadableError as error:
                gaps.append(
                    Gap("unreadable-volume", "open", place, f"its NTFS volume can't be read: {error.message}", True)
                )
        elif each.file_system:
            gaps.append(Gap("unread-volume", "open", place, _reason(each), _may_matter(each)))
    return found, gaps


def _may_matter(partition: Partition) -> bool:
    """Return True unless the partition is one that starts a machine: small, with a FAT file system."""
    return partition.file_system not in ("FAT", "exFAT") or partition.size_bytes > 4 * 1024**3


def _reason(partition: Partition) -> str:
    if partition.file_system in (BITLOCKER, LUKS):
        return f"it is encrypted by {partition.file_system}: unlock it, mount it read-only, and hunt that folder, too"
    if partition.file_system.startswith(("a ", "Storage")):
        return (
            f"it is a part of {partition.file_system}, which is not read: mount it on Windows, and hunt the drive, too"
        )
    return f"its file system is {partition.file_system}, which is not read: mount it, and hunt that folder, too"


def _nothing(label: str, partitions: list[Partition], gaps: list[Gap]) -> str:
    """Return the sentence for an image without a volume that is read."""
    kinds = {each.file_system for each in partitions}
    for kind in (BITLOCKER, LUKS):
        if kind in kinds:
            return f"{label}: it is encrypted by {kind}: unlock it, mount it read-only, and hunt the folder"
    broken = next((gap.reason for gap in gaps if gap.code == "unreadable-volume"), None)
    if broken is not None:
        return f"{label}: {broken}; make the image again, or mount a repaired copy"
    others = sorted(kind for kind in kinds if kind)
    if others:
        return f"{label} has no NTFS volume, only {', '.join(others)}: name the image of the server's system drive"
    return f"{label} has no NTFS volume, so it is not that of a Windows server: name the image of its system drive"
