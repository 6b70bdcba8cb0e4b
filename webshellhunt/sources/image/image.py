"""An opened image: its disks, NTFS volumes with letters, their shadow copies, and the parts that are not read."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import cached_property
from typing import Final, NamedTuple

from webshellhunt.errors import MissingDependencyError, SourceError, UnopenedContainerError, UnreadableError
from webshellhunt.model.findings import Gap
from webshellhunt.model.source_form import Snapshot, SourceForm
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.sources.filesystem import letter_of
from webshellhunt.sources.image.disks import Disk, JoinedDisk
from webshellhunt.sources.image.letters import Lettered, is_collection, letters_of
from webshellhunt.sources.image.ntfs.volume import NtfsVolume
from webshellhunt.sources.image.opening import image_format, open_disk
from webshellhunt.sources.image.partitions import BITLOCKER, DYNAMIC, LUKS, NTFS, REMNANT, SPACES, UNKNOWN, Partition
from webshellhunt.sources.image.shadow_copies import ShadowCopy, has_shadow_copies, open_shadow_copies
from webshellhunt.sources.image.unlisted_volumes import find_volumes, reader_of

SHADOW_COPIES_NOT_READ = "shadow-copies-not-read"
"""The code of the gap for shadow copies that the user did not ask for."""

_SHADOWED = "it has volume shadow copies, earlier states of the drive, which are examined with --shadow-copies"
_SHOWN_COPIES = 20
_UNLOCK: Final = {
    BITLOCKER: "unlock it (manage-bde or dislocker), mount it read-only",
    LUKS: "unlock it (cryptsetup), mount it read-only",
}
_SMALL_BYTES: Final = 4 * 1024**3


class VolumePlace:
    """A volume in the source: its first directory is ``top``, such as ``C:``, or a name for one without a letter.

    ``number`` tells the volumes of the source apart; ``assumed`` is true if no registry states the letter.
    """

    def __init__(self, top: str, letter: str, *, assumed: bool, number: int, opener: Callable[[], NtfsVolume]) -> None:
        self.top = top
        self.letter = letter
        self.assumed = assumed
        self.number = number
        self._opener = opener

    @cached_property
    def volume(self) -> NtfsVolume:
        """Return the volume, which for a shadow copy is opened when it is first read.

        Raises:
            UnreadableError: It can't be read.
        """
        return self._opener()


class Image(NamedTuple):
    """An opened image: ``places`` are listed, ``by_top`` has the shadow copies, too."""

    disk: Disk
    places: list[VolumePlace]
    by_top: dict[str, VolumePlace]
    form: SourceForm


class _Found(NamedTuple):
    """An NTFS volume in one of the image files; ``letter`` is the one that the user named for it, or empty.

    ``missing_bytes`` are cut off at its end.
    """

    partition: Partition
    volume: NtfsVolume
    disk: Disk
    letter: str
    missing_bytes: int


def open_image(location: str, options: SourceOptions) -> Image:
    """Open an image with its volumes, and the images of further drives.

    Raises:
        UnreadableError: An image is damaged, encrypted, or has no NTFS volume, or its format takes a package that is
            not installed.
    """
    disks: list[Disk] = []
    with ExitStack() as stack:
        stack.callback(lambda: JoinedDisk(disks).close())
        label, found, gaps = _open_one(location, disks)
        for letter, path in options.drives.items():
            found += _further_drive(letter_of(letter), path, disks, gaps)
        collected = is_collection([each.volume for each in found])
        places = _places(location, found, gaps, collected=collected)
        snapshots = _snapshots(found, places, gaps, wanted=options.snapshots)
        stack.pop_all()
    count = "a collection" if collected else f"{len(places)} NTFS volume{'s' if len(places) != 1 else ''}"
    missing = sum(each.missing_bytes for each in found)
    cut = f", cut: its last {missing:,} bytes are missing" if missing else ""
    form = SourceForm(
        f"{label} with {count}{_in_words([each for each, _ in snapshots])}{cut}",
        is_collection=collected,
        gaps=tuple(gaps),
        snapshots=tuple(each for each, _ in snapshots),
    )
    by_top = {place.top: place for place in (*places, *(each for _, each in snapshots))}
    return Image(JoinedDisk(disks), places, by_top, form)


def _open_one(location: str, disks: list[Disk]) -> tuple[str, list[_Found], list[Gap]]:
    """Return the name of an image's format, its volumes, and a gap for each other partition."""
    form = image_format(location)
    if form is None:
        raise UnreadableError("it is not a disk image of a format that is read", path=location)
    try:
        disk = open_disk(location, form)
        disks.append(disk)
        partitions, left_out = find_volumes(disk.read, disk.size_bytes)
    except MissingDependencyError as error:
        raise UnopenedContainerError(error.message, path=location) from error
    except UnreadableError as error:
        raise UnreadableError(f"it is {form.label}: {error.message}", path=error.path or location) from error
    found: list[_Found] = []
    gaps: list[Gap] = [not_searched(location, left_out)] if left_out else []
    for number, each in enumerate(partitions, 1):
        place = _place(location, number, each)
        if each.file_system == NTFS:
            try:
                volume = NtfsVolume(reader_of(disk.read, each), each.size_bytes)
                missing = _missing_bytes(each, volume, disk)
                gaps += filter(None, (found_volume(place, each),))
                found.append(_Found(each, volume, disk, "", missing))
                if missing:
                    reason = f"the image is cut: its last {missing:,} bytes are missing, with the files in them"
                    gaps.append(Gap("cut-image", "open", place, f"{reason}: copy or make it again", True))
            except UnreadableError as error:
                reason = f"its NTFS volume can't be read: {error.message}"
                gaps.append(Gap("unreadable-volume", "open", place, reason, True))
        elif each.file_system:
            gaps.append(unread_partition(place, each))
    if not found:
        raise UnopenedContainerError(no_volume(form.label, partitions, gaps), path=location)
    return form.label, found, gaps


def _place(location: str, number: int, partition: Partition) -> str:
    if not partition.is_listed:
        return f"{location} byte {partition.start}"
    return f"{location} partition {number}" if partition.start else location


def _missing_bytes(partition: Partition, volume: NtfsVolume, disk: Disk) -> int:
    """Return how many bytes at the end of a volume are not in its image."""
    stated = max(volume.table.geometry.volume, partition.size_bytes)
    held = min(partition.start + partition.size_bytes, disk.size_bytes) - partition.start
    return max(stated - held, 0)


def _further_drive(letter: str, path: str, disks: list[Disk], gaps: list[Gap]) -> list[_Found]:
    """Return the volume of a further image to which the user gave a letter: the largest in it."""
    if image_format(path) is None:
        raise UnreadableError("a further drive of an image is an image, too, but this is none that is read", path=path)
    _, found, more = _open_one(path, disks)
    gaps += more
    largest = max(found, key=lambda each: each.volume.size_bytes)
    return [largest._replace(letter=letter)]


def _places(location: str, found: list[_Found], gaps: list[Gap], *, collected: bool) -> list[VolumePlace]:
    """Return the volumes with letters; the user's own come first. The volumes of a collection have none."""
    named = {each.letter for each in found if each.letter}
    own = [(each.partition, each.volume) for each in found if not each.letter]
    if collected:
        lettered = [Lettered(number, "", False) for number in range(len(own))]
    else:
        lettered = [each if each.letter not in named else each._replace(letter="") for each in letters_of(own)]
    total = len(own)
    lettered += [Lettered(total + at, each.letter, False) for at, each in enumerate(found[total:])]
    assumed = [each.letter for each in lettered if each.assumed and each.letter]
    if len(assumed) > 1:
        reason = f"the letters of its drives ({', '.join(assumed)}) are assumed: the registry of the image states none"
        gaps.append(Gap("drive-letters-assumed", "open", location, reason))
    return [
        VolumePlace(
            f"{each.letter}:" if each.letter else f"volume {each.number + 1}",
            each.letter,
            assumed=each.assumed,
            number=number,
            opener=lambda volume=found[each.number].volume: volume,  # type: ignore[misc]
        )
        for number, each in enumerate(lettered, 1)
    ]


def _snapshots(
    found: list[_Found], places: list[VolumePlace], gaps: list[Gap], *, wanted: bool
) -> list[tuple[Snapshot, VolumePlace]]:
    """Return the shadow copies of each volume; if they are not wanted, a gap tells that there are some."""
    by_volume = {id(place.volume): place for place in places}
    opened: list[tuple[Snapshot, VolumePlace]] = []
    for each in found:
        place, partition = by_volume[id(each.volume)], each.partition
        read = reader_of(each.disk.read, partition)
        if not has_shadow_copies(read):
            continue
        if not wanted:
            gaps.append(Gap(SHADOW_COPIES_NOT_READ, "open", _display(place), _SHADOWED))
            continue
        try:
            copies = open_shadow_copies(read, partition.size_bytes)
        except MissingDependencyError as error:
            raise UnreadableError(f"{error.message}, or leave --shadow-copies out") from error
        except SourceError as error:
            gaps.append(Gap("unreadable-shadow-copies", "open", _display(place), error.message, True))
            continue
        for number, copy in enumerate(copies, 1):
            opened.append(_snapshot(place, number, len(places) + len(opened) + 1, copy))
    return opened


def _snapshot(place: VolumePlace, number: int, own_number: int, copy: ShadowCopy) -> tuple[Snapshot, VolumePlace]:
    name = f"shadow copy {number} of {place.top}"
    hidden = VolumePlace(
        name, "", assumed=False, number=own_number, opener=lambda: NtfsVolume(copy.read, copy.size_bytes)
    )
    return Snapshot(name, name, place.letter or None, copy.created_utc), hidden


def _display(place: VolumePlace) -> str:
    r"""Return the name of a volume as reports show it (``C:\``)."""
    return f"{place.top}\\" if place.letter else place.top


def _in_words(snapshots: Sequence[Snapshot]) -> str:
    """Return the number of shadow copies with their times, for the name of the form."""
    if not snapshots:
        return ""
    times = [each.created_utc.strftime("%Y-%m-%dT%H:%M:%SZ") if each.created_utc else "?" for each in snapshots]
    shown = [*times[:_SHOWN_COPIES], *(["…"] if len(times) > _SHOWN_COPIES else [])]
    return f" and {len(times)} shadow cop{'ies' if len(times) != 1 else 'y'} ({', '.join(shown)})"


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
