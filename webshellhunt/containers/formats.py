"""Container formats, their families, and the instructions for the user."""

from __future__ import annotations

from enum import Enum, StrEnum
from typing import Final, NamedTuple


class Family(StrEnum):
    """The family of a container format; its value is the prefix of the gap code."""

    ARCHIVE = "archive"
    IMAGE = "image"
    ENCRYPTED = "encrypted"
    EVENT_LOG = "event-log"
    HIVE = "hive"
    FILE_TABLE = "file-table"


class _Described(NamedTuple):
    label: str
    family: Family


class ContainerFormat(Enum):
    """A container format; ``label`` is its name with the article."""

    ZIP = _Described("a ZIP archive", Family.ARCHIVE)
    ZIP_PART = _Described("a part of a split ZIP archive", Family.ARCHIVE)
    TAR = _Described("a tar archive", Family.ARCHIVE)
    GZIP = _Described("a gzip file", Family.ARCHIVE)
    BZIP2 = _Described("a bzip2 file", Family.ARCHIVE)
    XZ = _Described("an xz file", Family.ARCHIVE)
    ZSTANDARD = _Described("a Zstandard file", Family.ARCHIVE)
    SEVEN_ZIP = _Described("a 7-Zip archive", Family.ARCHIVE)
    RAR = _Described("a RAR archive", Family.ARCHIVE)
    CABINET = _Described("a cabinet (CAB)", Family.ARCHIVE)
    WIM = _Described("a Windows image (WIM)", Family.ARCHIVE)
    SPLIT_PART = _Described("a part of a split archive or image", Family.ARCHIVE)
    RAW_DISK = _Described("a raw disk image", Family.IMAGE)
    RAW_VOLUME = _Described("a raw image of a volume", Family.IMAGE)
    ENCASE = _Described("an EnCase image (E01)", Family.IMAGE)
    ENCASE_2 = _Described("an EnCase image (Ex01)", Family.IMAGE)
    ENCASE_LOGICAL = _Described("a logical EnCase image (L01)", Family.IMAGE)
    VMDK = _Described("a VMware disk image (VMDK)", Family.IMAGE)
    VHD = _Described("a virtual disk (VHD)", Family.IMAGE)
    VHDX = _Described("a virtual disk (VHDX)", Family.IMAGE)
    QCOW2 = _Described("a QEMU disk image (QCOW2)", Family.IMAGE)
    VDI = _Described("a VirtualBox disk image (VDI)", Family.IMAGE)
    AFF4 = _Described("an AFF4 image", Family.IMAGE)
    AFF = _Described("an AFF image", Family.IMAGE)
    ISO = _Described("an ISO image", Family.IMAGE)
    BITLOCKER = _Described("a volume encrypted by BitLocker", Family.ENCRYPTED)
    VELOCIRAPTOR = _Described("an encrypted Velociraptor collection", Family.ENCRYPTED)
    OPENPGP = _Described("a file encrypted by OpenPGP (GPG)", Family.ENCRYPTED)
    AGE = _Described("a file encrypted by age", Family.ENCRYPTED)
    OPENSSL = _Described("a file encrypted by OpenSSL", Family.ENCRYPTED)
    EVTX = _Described("an event log (EVTX)", Family.EVENT_LOG)
    EVT = _Described("an event log (EVT)", Family.EVENT_LOG)
    HIVE = _Described("a registry hive", Family.HIVE)
    FILE_TABLE = _Described("the file table of an NTFS volume ($MFT)", Family.FILE_TABLE)
    NTFS_LOG = _Described("the log of an NTFS volume ($LogFile)", Family.FILE_TABLE)

    @property
    def label(self) -> str:
        """Return the name with its article."""
        return self.value.label

    @property
    def family(self) -> Family:
        """Return the family of the format."""
        return self.value.family


OPENED_IMAGES: Final = frozenset(
    {
        ContainerFormat.RAW_DISK,
        ContainerFormat.RAW_VOLUME,
        ContainerFormat.ENCASE,
        ContainerFormat.VMDK,
        ContainerFormat.VHD,
        ContainerFormat.VHDX,
        ContainerFormat.QCOW2,
        ContainerFormat.VDI,
    }
)
"""The formats of images that can be the location of a hunt."""

_UNPACK = "unpack it with its folders, and hunt the folder"
_ITSELF = "hunt this file itself (extract it first if it is in an archive or image)"
_HUNT = f"{_ITSELF}, or {_UNPACK}"
_MOUNT = "mount it read-only, and hunt the folder where it is mounted"
_HUNT_IMAGE = f"{_ITSELF}, or {_MOUNT}"
_DRIVE = "hunt the folder with the server's drive"
_ADVICE = {
    Family.ARCHIVE: _UNPACK,
    Family.IMAGE: _MOUNT,
    Family.ENCRYPTED: "decrypt it, unpack or mount it read-only, and hunt the folder",
    Family.EVENT_LOG: f"it has no web pages; {_DRIVE}",
    Family.HIVE: f"it has no web pages; {_DRIVE}, with the hive at Windows\\System32\\config",
    Family.FILE_TABLE: f"it has no folders to hunt; {_DRIVE}",
}
_FORMAT_ADVICE = {
    **dict.fromkeys(OPENED_IMAGES, _HUNT_IMAGE),
    ContainerFormat.ZIP: _HUNT,
    ContainerFormat.TAR: _HUNT,
    ContainerFormat.SEVEN_ZIP: _HUNT,
    ContainerFormat.EVTX: f"it has no web pages; read it with 'webshellhunt logs', or {_DRIVE}",
    ContainerFormat.ISO: "mount or unpack it, and hunt the folder",
    ContainerFormat.WIM: "mount or unpack it, and hunt the folder",
    ContainerFormat.BITLOCKER: "unlock it, mount it read-only, and hunt the folder where it is mounted",
    ContainerFormat.VELOCIRAPTOR: "hunt this file itself with --password, or decrypt it, and hunt the folder",
    ContainerFormat.SPLIT_PART: "join the parts, unpack or mount them, and hunt the folder",
    ContainerFormat.ZIP_PART: "join the parts, unpack them with their folders, and hunt the folder",
}


def advice(form: ContainerFormat) -> str:
    """Return the instruction that makes the content of a container of this format available to a hunt."""
    return _FORMAT_ADVICE.get(form) or _ADVICE[form.family]
