"""Opening of an image as a disk, by its format, with all files that belong to it.

Virtual disks that have only the changes of another disk, or encrypted content, are refused with the next step: read
without the other disk, such a disk would have zeros where it was not changed.

Source:
    Microsoft, "Virtual Hard Disk Image Format Specification" and [MS-VHDX] 2.6.2.1; QEMU, "QCOW2 format"; VirtualBox,
    ``VDICore.h``.
"""

from __future__ import annotations

import os
import re
import struct
import uuid
from collections.abc import Callable
from typing import Final

from webshellhunt.containers.formats import OPENED_IMAGES, ContainerFormat
from webshellhunt.containers.page_names import RUN_EXTENSIONS, extension_of
from webshellhunt.containers.recognition import recognise
from webshellhunt.containers.window import Window
from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.sources.filesystem import absolute, extended
from webshellhunt.sources.image.disks import Disk, ImageFile, KeptDisk, raw_disk
from webshellhunt.sources.image.dissect_door import DissectDisk
from webshellhunt.sources.image.ewf import EwfDisk
from webshellhunt.sources.image.unlisted_volumes import find_volumes
from webshellhunt.sources.image.vmdk import is_descriptor, open_described, refuse_snapshot

_VMDK_HEAD_BYTES: Final = 64 * 1024
_IMAGE_NAMES: Final = frozenset({".dd", ".raw", ".img", ".image", ".bin", ".luks", ".000", ".001"})
_RAW: Final = frozenset({ContainerFormat.RAW_DISK, ContainerFormat.RAW_VOLUME})
_NUMBERED: Final = re.compile(r"\.(\d{3,4})\Z")
_SEGMENT: Final = re.compile(r"\.([EeSs])([0-9A-Za-z]{2})\Z")
_MOST_PIECES: Final = 10_000

_REGIONS_AT: Final = (192 * 1024, 256 * 1024)
_METADATA: Final = uuid.UUID("8b7ca206-4790-4b9a-b8fe-575f050f886e").bytes_le
_PARAMETERS: Final = uuid.UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b").bytes_le
_REGION: Final = struct.Struct("<16sQII")
_ITEM: Final = struct.Struct("<16sIIII")
_MOST_ENTRIES: Final = 2047
_DIFFERENCING_VHD: Final = 4
_DIFFERENCING_VDI: Final = (3, 4)
_HAS_PARENT: Final = 0x2


def image_format(location: str) -> ContainerFormat | None:
    """Return the format of the image at a location, or ``None`` if it is none that is opened, or can't be read."""
    path = first_piece(location)
    if extension_of(path) in RUN_EXTENSIONS or not os.path.isfile(extended(absolute(path))):  # noqa: PTH113
        return None
    try:
        file = ImageFile(path)
        try:
            found = recognise(Window(file.read, file.size_bytes), os.path.basename(path))  # noqa: PTH119
            if found in (None, ContainerFormat.SPLIT_PART) and _is_named_image(path):
                found = _raw_format(path) or found
        finally:
            file.close()
    except (SourceError, OSError):
        return None
    return found if found in OPENED_IMAGES else None


def open_disk(location: str, form: ContainerFormat) -> Disk:
    """Return the disk of an image.

    Raises:
        MissingDependencyError: The format takes an optional package.
        UnreadableError: A file of the image is missing, damaged or can't be read.
    """
    path = first_piece(location)
    if form in _RAW:
        return KeptDisk(raw_disk(raw_pieces(path)))
    if form is ContainerFormat.VMDK:
        return KeptDisk(_open_vmdk(path))
    if form is ContainerFormat.ENCASE:
        return KeptDisk(EwfDisk([ImageFile(each) for each in segment_pieces(path)]))
    file = ImageFile(path)
    try:
        refuse_difference(form, file)
    except UnreadableError:
        file.close()
        raise
    return KeptDisk(DissectDisk(form, file))


def _is_named_image(path: str) -> bool:
    """Return True for a name of raw images; the marks of other systems' volumes are short, and not proof alone."""
    return os.path.splitext(path)[1].lower() in _IMAGE_NAMES  # noqa: PTH122 - the extension alone


def _raw_format(path: str) -> ContainerFormat | None:
    """Return the format of a raw image whose first sector is not one of Windows, by the volumes in it."""
    disk = KeptDisk(raw_disk(raw_pieces(path)))
    try:
        volumes = [each for each in find_volumes(disk.read, disk.size_bytes).partitions if each.file_system]
    finally:
        disk.close()
    if not volumes:
        return None
    return ContainerFormat.RAW_DISK if volumes[0].start else ContainerFormat.RAW_VOLUME


def _open_vmdk(path: str) -> Disk:
    """Return a VMware disk; a sparse one may have its descriptor in itself."""
    file = ImageFile(path)
    head = file.read(0, _VMDK_HEAD_BYTES)
    if is_descriptor(head):
        file.close()
        return open_described(path)
    refuse_snapshot(head.decode("utf-8", "replace"), path)
    return DissectDisk(ContainerFormat.VMDK, file)


def first_piece(path: str) -> str:
    """Return the path of the first file of an image, by the path of any of its numbered files."""
    match = _NUMBERED.search(path)
    if match is None:
        return path
    for number in (0, 1):
        first = f"{path[: match.start()]}.{number:0{len(match[1])}d}"
        if os.path.isfile(extended(absolute(first))):  # noqa: PTH113 - Path would normalise the spelling
            return first
    return path


def raw_pieces(path: str) -> list[str]:
    """Return the files of a raw image: the file itself, or all of a split one, by its numbers.

    Raises:
        UnreadableError: A number is missing between two others.
    """
    match = _NUMBERED.search(path)
    if match is None:
        return [path]
    stem, width, first = path[: match.start()], len(match[1]), int(match[1])
    numbers = _present(stem, width)
    return _without_holes(path, first, numbers, lambda number: f"{stem}.{number:0{width}d}")


def segment_pieces(path: str) -> list[str]:
    """Return the files of an EnCase image, from ``.E01`` on.

    Raises:
        UnreadableError: A segment is missing between two others, or the path is not that of the first.
    """
    match = _SEGMENT.search(path)
    if match is None:
        return [path]
    stem, letter = path[: match.start()], match[1]
    names: dict[int, str] = {}
    for name in _siblings(stem):
        found = re.fullmatch(r"\.([A-Za-z])([0-9A-Za-z]{2})", name)
        number = _segment_number(found[1], found[2], letter) if found else None
        if number is not None:
            names.setdefault(number, stem + name)
    if _segment_number(letter, match[2], letter) != 1:
        first = os.path.basename(names.get(1, f"{stem}.{letter}01"))  # noqa: PTH119 - as the user wrote it
        raise UnreadableError(f"it is not the first segment of its image: name {first}", path=path)
    last = max((number for number in names if number < 100), default=1)
    while last >= 99 and last + 1 in names:
        last += 1
    numbers = sorted(number for number in names if number <= last)
    return _without_holes(path, 1, numbers, lambda number: names.get(number, f"{stem}.{letter}{number:02d}"))


def _segment_number(letter: str, rest: str, first: str) -> int | None:
    """Return the number of a segment by its extension: E01 to E99, then EAA to EZZ, FAA and so on."""
    if rest.isdigit():
        return int(rest) or None if letter.upper() == first.upper() else None
    if not rest.isalpha():
        return None
    high, low = (ord(each) - ord("A") for each in rest.upper())
    return 100 + (ord(letter.upper()) - ord(first.upper())) * 676 + high * 26 + low


def _present(stem: str, width: int) -> list[int]:
    found = [re.fullmatch(rf"\.(\d{{{width}}})", name) for name in _siblings(stem)]
    return sorted(int(match[1]) for match in found if match)


def _siblings(stem: str) -> list[str]:
    """Return the extensions of the files next to a path that have its name, as this system compares names."""
    folder, name = os.path.split(stem)
    beginning = os.path.normcase(f"{name}.")
    try:
        names = os.listdir(extended(absolute(folder or ".")))  # noqa: PTH208 - names alone
    except OSError:
        return []
    return [each[len(name) :] for each in names if os.path.normcase(each).startswith(beginning)]


def _without_holes(path: str, first: int, numbers: list[int], name_of: Callable[[int], str]) -> list[str]:
    """Return the paths of numbered files from the first to the last, if none is missing."""
    last = max([*numbers, first])
    present = set(numbers) | {first}
    missing = next((number for number in range(first, last + 1) if number not in present), None)
    if missing is not None:
        lacking = os.path.basename(name_of(missing))  # noqa: PTH119 - as the user wrote it
        raise UnreadableError(f"its segment {lacking} is missing: put all of them into one folder", path=path)
    return [path, *(name_of(number) for number in range(first + 1, last + 1))][:_MOST_PIECES]


def refuse_difference(form: ContainerFormat, file: ImageFile) -> None:
    """Raise an error if a virtual disk is not complete by itself.

    Raises:
        UnreadableError: It is based on another disk, or encrypted; or the file can't be read.
    """
    find = _FINDERS.get(form)
    base = None if find is None else find(file)
    if base is not None:
        named = f" of {base}" if base else " of another disk"
        raise UnreadableError(
            f"it has only the changes{named}: merge the two into one disk (qemu-img convert, Merge-VHD), and hunt that",
            path=file.path,
        )


def _base_of_qcow2(file: ImageFile) -> str | None:
    """Return the name of the backing file, or ``None`` if there is none."""
    head = file.read(0, 104).ljust(104, b"\0")
    offset, size = struct.unpack_from(">QI", head, 8)
    if int.from_bytes(head[32:36], "big"):
        raise UnreadableError("it is encrypted: decrypt it (qemu-img convert), and hunt that", path=file.path)
    return file.read(offset, min(size, 1023)).decode("utf-8", "replace") if offset else None


def _base_of_vhd(file: ImageFile) -> str | None:
    foot = file.read(max(file.size_bytes - 512, 0), 512)
    return "" if foot[:8] == b"conectix" and int.from_bytes(foot[60:64], "big") == _DIFFERENCING_VHD else None


def _base_of_vdi(file: ImageFile) -> str | None:
    return "" if int.from_bytes(file.read(0x4C, 4), "little") in _DIFFERENCING_VDI else None


def _base_of_vhdx(file: ImageFile) -> str | None:
    for regions in _REGIONS_AT:
        table = _find(file, regions, b"regi", 8, 16, _METADATA)
        item = None if table is None else _find_item(file, table)
        if item is not None:
            return "" if int.from_bytes(file.read(item + 4, 4), "little") & _HAS_PARENT else None
    return None


def _find(file: ImageFile, at: int, mark: bytes, count_at: int, first: int, wanted: bytes) -> int | None:
    """Return the offset of a region, by the table of regions at an offset."""
    data = file.read(at, 64 * 1024)
    if not data.startswith(mark):
        return None
    count = min(int.from_bytes(data[count_at : count_at + 4], "little"), _MOST_ENTRIES)
    for number in range(count):
        entry = data[first + number * _REGION.size :][: _REGION.size]
        if len(entry) == _REGION.size and entry.startswith(wanted):
            return int(_REGION.unpack(entry)[1])
    return None


def _find_item(file: ImageFile, table: int) -> int | None:
    """Return the offset of the parameters of the disk, by its table of metadata."""
    data = file.read(table, 64 * 1024)
    count = min(int.from_bytes(data[10:12], "little"), _MOST_ENTRIES) if data.startswith(b"metadata") else 0
    for number in range(count):
        entry = data[32 + number * _ITEM.size :][: _ITEM.size]
        if len(entry) == _ITEM.size and entry.startswith(_PARAMETERS):
            return table + int(_ITEM.unpack(entry)[1])
    return None


_FINDERS: Final[dict[ContainerFormat, Callable[[ImageFile], str | None]]] = {
    ContainerFormat.QCOW2: _base_of_qcow2,
    ContainerFormat.VDI: _base_of_vdi,
    ContainerFormat.VHD: _base_of_vhd,
    ContainerFormat.VHDX: _base_of_vhdx,
}
