"""The descriptor of a VMware disk: which files its extents are in; only files of its own folder are opened.

Source:
    VMware, "Virtual Disk Format 5.0", "The Disk Descriptor File".
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from typing import Final, NamedTuple

from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.errors import UnreadableError, WebShellHuntError
from webshellhunt.sources.image.disks import Disk, ImageFile, JoinedDisk, PartOfDisk, ZeroDisk
from webshellhunt.sources.image.dissect_door import DissectDisk

_MARK: Final = b"# Disk DescriptorFile"
_SECTOR: Final = 512
_MOST_BYTES: Final = 256 * 1024
_MOST_EXTENTS: Final = 4096
_EXTENT: Final = re.compile(
    r"^(?:RW|RDONLY|NOACCESS)[ \t]+(\d{1,15})[ \t]+([A-Z]+)"
    r'(?:[ \t]+"([^"\r\n]{1,255})"(?:[ \t]+(\d{1,15}))?)?',
    re.M,
)
_PARENT: Final = re.compile(r'^\s*parentCID\s*=\s*"?([0-9a-fA-F]{1,8})', re.M)
_HINT: Final = re.compile(r'^\s*parentFileNameHint\s*=\s*"([^"\r\n]{1,255})"', re.M)
_NO_PARENT: Final = 0xFFFFFFFF


class DiskExtent(NamedTuple):
    """An extent of a disk; ``name`` is empty for zeros, ``first`` the sector of a flat file at which it begins."""

    sectors: int
    kind: str
    name: str
    first: int


def is_descriptor(head: bytes) -> bool:
    """Return True if a file with this beginning is a descriptor."""
    return head.startswith(_MARK)


def open_described(path: str) -> Disk:
    """Return the disk of a descriptor.

    Raises:
        MissingDependencyError: An extent is sparse, and the optional package for it is not installed.
        UnreadableError: An extent is missing, damaged or of another kind, or the disk is a snapshot of another.
    """
    file = ImageFile(path)
    text = file.read(0, _MOST_BYTES).decode("utf-8", "replace")
    file.close()
    refuse_snapshot(text, path)
    folder = os.path.dirname(path)  # noqa: PTH120 - Path would normalise the spelling
    extents = extents_of(text)
    if not extents:
        raise UnreadableError("its descriptor names no extent", path=path)
    disks: list[Disk] = []
    try:
        disks.extend(_open_extent(each, folder, path) for each in extents)
    except WebShellHuntError:
        JoinedDisk(disks).close()
        raise
    return JoinedDisk(disks)


def extents_of(text: str) -> list[DiskExtent]:
    """Return the extents that a descriptor names."""
    found = [DiskExtent(int(m[1]), m[2], m[3] or "", int(m[4] or 0)) for m in _EXTENT.finditer(text)]
    return found[:_MOST_EXTENTS]


def refuse_snapshot(text: str, path: str) -> None:
    """Raise an error if a descriptor is that of a snapshot, which has only the changes of another disk."""
    parent = _PARENT.search(text)
    if parent is not None and int(parent[1], 16) != _NO_PARENT:
        hint = _HINT.search(text)
        base = f" of {hint[1]}" if hint else ""
        raise UnreadableError(
            f"it is a snapshot with the changes{base} only: merge it into one disk "
            "(qemu-img convert, or vmware-vdiskmanager -r), and hunt that",
            path=path,
        )


def _open_extent(extent: DiskExtent, folder: str, path: str) -> Disk:
    size = extent.sectors * _SECTOR
    if extent.kind == "ZERO":
        return ZeroDisk(size)
    if not extent.name or "/" in extent.name or "\\" in extent.name or extent.name in (".", ".."):
        raise UnreadableError("its descriptor names an extent outside of its folder, which is not opened", path=path)
    place = os.path.join(folder, extent.name)  # noqa: PTH118 - as above
    openers: dict[str, Callable[[], Disk]] = {
        "FLAT": lambda: PartOfDisk(ImageFile(place), extent.first * _SECTOR, size),
        "SPARSE": lambda: DissectDisk(ContainerFormat.VMDK, ImageFile(place)),
    }
    openers |= {"VMFS": openers["FLAT"], "VMFSSPARSE": openers["SPARSE"], "SESPARSE": openers["SPARSE"]}
    opener = openers.get(extent.kind)
    if opener is None:
        raise UnreadableError(f"its extent {extent.name} is of the kind {extent.kind}, which is not read", path=path)
    try:
        return opener()
    except UnreadableError as error:
        raise UnreadableError(f"its extent {extent.name}: {error.message}", path=path) from error
