"""Opening of an image file as a disk, by its format."""

from __future__ import annotations

import os
from typing import Final

from webshellhunt.containers.formats import OPENED_IMAGES, ContainerFormat
from webshellhunt.containers.page_names import RUN_EXTENSIONS, extension_of
from webshellhunt.containers.recognition import recognise
from webshellhunt.containers.window import Window
from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.sources.image.differences import refuse_difference
from webshellhunt.sources.image.disks import Disk, ImageFile, KeptDisk, raw_disk
from webshellhunt.sources.image.dissect_door import DissectDisk
from webshellhunt.sources.image.ewf import EwfDisk
from webshellhunt.sources.image.pieces import first_piece, raw_pieces, segment_pieces
from webshellhunt.sources.image.unlisted_volumes import find_volumes
from webshellhunt.sources.image.vmdk import is_descriptor, open_described, refuse_snapshot
from webshellhunt.sources.local_paths import absolute, extended

_VMDK_HEAD_BYTES: Final = 64 * 1024
_IMAGE_NAMES: Final = frozenset({".dd", ".raw", ".img", ".image", ".bin", ".luks", ".000", ".001"})
_RAW: Final = frozenset({ContainerFormat.RAW_DISK, ContainerFormat.RAW_VOLUME})


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
