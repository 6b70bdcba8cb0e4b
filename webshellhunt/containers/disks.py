"""Raw images of disks and volumes, recognised by the first and last sectors of a disk.

Source: UEFI specification 5.2 and 5.3 (MBR, GPT); Microsoft, "Virtual Hard Disk Image Format Specification"; ECMA-119.
"""

from __future__ import annotations

import struct

from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.containers.window import Window

_SECTOR = 512
_BOOT_SIGNATURE = b"\x55\xaa"
_VOLUMES = (b"NTFS    ", b"EXFAT   ", b"ReFS\0\0\0\0")
_LEAST_BYTES = 64 * 1024
_ISO_MARK_AT = 32_769
_PARTITION = struct.Struct("<B3xB3xII")


def disk_format(window: Window) -> ContainerFormat | None:
    """Return the format of a disk image, or ``None``; a file of less than 64 KiB is not an image."""
    if window.size_bytes < _LEAST_BYTES:
        return None
    boot = window.at(0, 2 * _SECTOR)
    if boot[3:11] == b"-FVE-FS-":
        return ContainerFormat.BITLOCKER
    if window.has_end and window.size_bytes % _SECTOR == 0 and window.at(window.size_bytes - _SECTOR, 8) == b"conectix":
        return ContainerFormat.VHD
    if _is_disk(boot, window.size_bytes):
        return ContainerFormat.RAW_DISK
    if boot[510:512] == _BOOT_SIGNATURE and (boot[3:11] in _VOLUMES or _is_fat(boot)):
        return ContainerFormat.RAW_VOLUME
    if window.at(_ISO_MARK_AT, 5) == b"CD001":
        return ContainerFormat.ISO
    return None


def _is_disk(boot: bytes, size_bytes: int) -> bool:
    """Return True if the first sectors are a partition table: a GPT, or an MBR with consistent entries."""
    if boot[_SECTOR : _SECTOR + 8] == b"EFI PART":
        return True
    if boot[510:512] != _BOOT_SIGNATURE or boot[3:11] in _VOLUMES or _is_fat(boot):
        return False
    sectors, used = size_bytes // _SECTOR, 0
    for number in range(4):
        status, kind, first, count = _PARTITION.unpack_from(boot, 446 + 16 * number)
        if status not in (0, 0x80):
            return False
        if kind and not (first and count):
            return False
        used += kind != 0 and first < sectors  # a part of a split image ends before the later ones
    return used > 0


def _is_fat(boot: bytes) -> bool:
    return boot[54:57] == b"FAT" or boot[82:85] == b"FAT"
