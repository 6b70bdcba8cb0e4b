"""Recognition of containers by the first bytes of a file, and of disk images also by later sectors.

Source: the formats' own specifications (APPNOTE, libewf, VHDX, QCOW2, NTFS boot sector, RFC 1952, RFC 9580; for disks
UEFI 5.2 and 5.3, "Virtual Hard Disk Image Format Specification" and ECMA-119).
"""

from __future__ import annotations

import re
import struct

from webshellhunt.containers.formats import ContainerFormat, Family
from webshellhunt.containers.window import Window

HEAD_BYTES = 4096
"""Bytes at the beginning of a file that recognition uses."""

LARGE_BYTES = 1024 * 1024
"""A file of this size is large enough for a disk image, or for the backup of a web site."""

_BEGINNINGS = (
    (b"PK\x03\x04", ContainerFormat.ZIP),
    (b"PK\x05\x06", ContainerFormat.ZIP),
    (b"PK\x07\x08", ContainerFormat.ZIP_PART),
    (b"Rar!\x1a\x07", ContainerFormat.RAR),
    (b"7z\xbc\xaf\x27\x1c", ContainerFormat.SEVEN_ZIP),
    (b"MSCF\0\0\0\0", ContainerFormat.CABINET),
    (b"MSWIM\0\0\0", ContainerFormat.WIM),
    (b"\x1f\x8b\x08", ContainerFormat.GZIP),
    (b"\xfd7zXZ\0", ContainerFormat.XZ),
    (b"\x28\xb5\x2f\xfd", ContainerFormat.ZSTANDARD),
    (b"EVF\t\r\n\xff\0", ContainerFormat.ENCASE),
    (b"EVF2\r\n\x81\0", ContainerFormat.ENCASE_2),
    (b"LVF\t\r\n\xff\0", ContainerFormat.ENCASE_LOGICAL),
    (b"LEF2\r\n\x81\0", ContainerFormat.ENCASE_LOGICAL),
    (b"KDMV", ContainerFormat.VMDK),
    (b"COWD", ContainerFormat.VMDK),
    (b"# Disk DescriptorFile", ContainerFormat.VMDK),
    (b"conectix", ContainerFormat.VHD),
    (b"vhdxfile", ContainerFormat.VHDX),
    (b"QFI\xfb", ContainerFormat.QCOW2),
    (b"AFF10\r\n\0", ContainerFormat.AFF),
    (b"ElfFile\0", ContainerFormat.EVTX),
    (b"\x30\0\0\0LfLe", ContainerFormat.EVT),
    (b"regf", ContainerFormat.HIVE),
    (b"RSTR\x1e\0", ContainerFormat.NTFS_LOG),
    (b"Salted__", ContainerFormat.OPENSSL),
    (b"U2FsdGVkX1", ContainerFormat.OPENSSL),  # the same in base64
    (b"age-encryption.org/v1\n", ContainerFormat.AGE),
    (b"-----BEGIN AGE ENCRYPTED FILE-----", ContainerFormat.AGE),
    (b"-----BEGIN PGP MESSAGE-----", ContainerFormat.OPENPGP),
)
_STARTS = tuple(mark for mark, _ in _BEGINNINGS)
_STARTS_OF_SERVERS = tuple(
    mark for mark, form in _BEGINNINGS if form.family in (Family.ARCHIVE, Family.IMAGE) and mark[:4] != b"MSCF"
)
_BZIP2 = re.compile(rb"BZh[1-9](?:1AY&SY|\x17rE8P\x90)")
_FILE_RECORD = re.compile(rb"FILE[\x2a\x30]\0\x03\0")
# An encrypted OpenPGP message begins with a session key for a recipient (tag 1) or a pass phrase (tag 3).
_FOR_RECIPIENT = re.compile(
    rb"(?:\x84.|\x85..|\xc1(?:[\0-\xbf]|[\xc0-\xdf].))\x03.{8}[\x01\x02\x10\x12\x19]", re.DOTALL
)
_FOR_PHRASE = re.compile(
    rb"(?:\x8c|\xc3)[\x04-\x40](?:\x04[\x01-\x0d][\0\x01\x03]|\x05[\x01-\x0d][\x01-\x03])[\x01-\x0e]", re.DOTALL
)
_PART_NAME = re.compile(r"(?i)\.(?:0\d\d|[zr]\d\d)")
_PROGRAMS = (b"MZ", b"\x7fELF")
_VDI_MARK = b"\x7f\x10\xda\xbe"
_NTFS_BOOT = (b"NTFS    ", b"EXFAT   ", b"-FVE-FS-", b"ReFS\0\0\0\0")
_SECTOR = 512
_BOOT_SIGNATURE = b"\x55\xaa"
_VOLUMES = (b"NTFS    ", b"EXFAT   ", b"ReFS\0\0\0\0")
_LEAST_BYTES = 64 * 1024
_ISO_MARK_AT = 32_769
_PARTITION = struct.Struct("<B3xB3xII")


def may_be_container(head: bytes, size_bytes: int) -> bool:
    """Return False if a file is certainly not a container: a prefilter for the many small files of a site."""
    if size_bytes >= LARGE_BYTES or head.startswith(_STARTS):
        return True
    return (
        head[3:11] in _NTFS_BOOT
        or head[257:262] == b"ustar"
        or head[:1] in (b"B", b"F", b"\x84", b"\x85", b"\x8c", b"\xc1", b"\xc3")
    )


def begins_container(head: bytes) -> bool:
    """Return True if the first 512 bytes of a file are those of an archive or an image that may have a server in it."""
    return head.startswith(_STARTS_OF_SERVERS) or _BZIP2.match(head) is not None or is_tar_header(head)


def recognise(window: Window, name: str) -> ContainerFormat | None:
    """Return the container format of a file, or ``None`` if it has none; any bytes are accepted.

    ``window``: the file; its first 4 KiB are read, of a large file also a few later sectors. ``name``: its name, which
    is used only for the parts of a split file, which have no signature.

    Raises:
        OSError: The file can't be read.
    """
    head = window.at(0, HEAD_BYTES)
    if not may_be_container(head, window.size_bytes):
        return None
    for mark, found in _BEGINNINGS:
        if head.startswith(mark):
            return _confirmed(found, head, window)
    if _BZIP2.match(head):
        return ContainerFormat.BZIP2
    if _FILE_RECORD.match(head) and len(head) >= 1024:
        return ContainerFormat.FILE_TABLE
    if is_tar_header(head[:512]):
        return ContainerFormat.TAR
    if _FOR_RECIPIENT.match(head) or _FOR_PHRASE.match(head):
        return ContainerFormat.OPENPGP
    if head[0x40:0x44] == _VDI_MARK and head.startswith(b"<<<"):
        return ContainerFormat.VDI
    found_disk = disk_format(window)
    if found_disk is None and window.size_bytes >= LARGE_BYTES and _PART_NAME.fullmatch(_extension(name)):
        return ContainerFormat.SPLIT_PART if b"\0" in head and not head.startswith(_PROGRAMS) else None
    return found_disk


def is_tar_header(block: bytes) -> bool:
    """Return True if a block of 512 bytes is the header of a tar member: its checksum is correct, and it has a name.

    Source: POSIX.1-2017, pax, "ustar Interchange Format".
    """
    if len(block) < 512 or not block[0]:
        return False
    checksum = block[148:156].strip(b" \0")
    try:
        return int(checksum, 8) == sum(block[:148]) + 8 * 0x20 + sum(block[156:512])
    except ValueError:
        return False


def _confirmed(found: ContainerFormat, head: bytes, window: Window) -> ContainerFormat | None:
    """Return the format if further fields confirm it: some signatures are short, and a text may begin with them."""
    if found is ContainerFormat.HIVE:
        # Signature, two sequence numbers, a time, then the version of the format: 1.0 to 1.6.
        return found if len(head) >= 512 and struct.unpack_from("<I", head, 20)[0] == 1 else None
    if found is ContainerFormat.NTFS_LOG or found is ContainerFormat.EVTX:
        return found if window.size_bytes >= 4096 else None
    if found is ContainerFormat.QCOW2:
        return found if len(head) >= 8 and struct.unpack_from(">I", head, 4)[0] in (1, 2, 3) else None
    if found is ContainerFormat.VMDK and head.startswith((b"KDMV", b"COWD")):
        return found if len(head) >= 8 and struct.unpack_from("<I", head, 4)[0] in (1, 2, 3) else None
    return found


def _extension(name: str) -> str:
    return f".{name.rpartition('.')[2]}" if "." in name else ""


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
