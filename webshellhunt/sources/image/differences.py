"""Virtual disks that have only the changes of another disk, or encrypted content; they are refused with the next step.

Read without the other disk, such a disk would have zeros where it was not changed.

Source:
    Microsoft, "Virtual Hard Disk Image Format Specification" and [MS-VHDX] 2.6.2.1; QEMU, "QCOW2 format"; VirtualBox,
    ``VDICore.h``.
"""

from __future__ import annotations

import struct
import uuid
from collections.abc import Callable
from typing import Final

from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.image.disks import ImageFile

_REGIONS_AT: Final = (192 * 1024, 256 * 1024)
_METADATA: Final = uuid.UUID("8b7ca206-4790-4b9a-b8fe-575f050f886e").bytes_le
_PARAMETERS: Final = uuid.UUID("caa16737-fa36-4d43-b3b6-33f0aa44e76b").bytes_le
_REGION: Final = struct.Struct("<16sQII")
_ITEM: Final = struct.Struct("<16sIIII")
_MOST_ENTRIES: Final = 2047
_DIFFERENCING_VHD: Final = 4
_DIFFERENCING_VDI: Final = (3, 4)
_HAS_PARENT: Final = 0x2


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
