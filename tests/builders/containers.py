"""Containers of every kind, made with the standard library or byte by byte, as small as they can be."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Mapping

from webshellhunt.containers.formats import ContainerFormat

MEBIBYTE = 1024 * 1024
PAGE = {"site/default.aspx": b"<%@ Page %>"}
PICTURES = {"a.png": b"\x89PNG", "b.txt": b"text"}


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)
    return stream.getvalue()


def encrypted_zip(files: Mapping[str, bytes]) -> bytes:
    """Return a ZIP archive whose members say that they are encrypted."""
    data = bytearray(zipped(files))
    at = data.find(b"PK\x01\x02")
    while at >= 0:
        data[at + 8] |= 1
        at = data.find(b"PK\x01\x02", at + 1)
    return bytes(data)


def tarred(files: Mapping[str, bytes], form: int = tarfile.GNU_FORMAT) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w", format=form) as archive:
        for name, data in files.items():
            member = tarfile.TarInfo(name)
            member.size = len(data)
            archive.addfile(member, io.BytesIO(data))
    return stream.getvalue()


def cabinet(names: list[str]) -> bytes:
    """Return a cabinet that lists names, without their content."""
    entries = b"".join(struct.pack("<LLHHHH", 1, 0, 0, 0, 0, 0x20) + name.encode() + b"\0" for name in names)
    start = 36 + 8
    head = struct.pack("<4sLLLLLBBHHHHH", b"MSCF", 0, start + len(entries), 0, start, 0, 3, 1, 1, len(names), 0, 0, 0)
    return head + bytes(8) + entries


def volume(mark: bytes = b"NTFS    ", size: int = MEBIBYTE) -> bytes:
    """Return the boot sector of a volume, and nothing after it."""
    return b"\xeb\x52\x90" + mark.ljust(8) + bytes(499) + b"\x55\xaa" + bytes(size - 512)


def disk(size: int = MEBIBYTE) -> bytes:
    """Return a disk with one partition in its table."""
    entry = struct.pack("<B3xB3xII", 0x80, 7, 64, size // 512 - 64)
    return bytes(446) + entry + bytes(48) + b"\x55\xaa" + bytes(size - 512)


def gpt_disk(size: int = MEBIBYTE) -> bytes:
    return bytes(510) + b"\x55\xaa" + b"EFI PART" + bytes(size - 520)


def padded(head: bytes, size: int = MEBIBYTE) -> bytes:
    return head + bytes(max(0, size - len(head)))


SAMPLES: Mapping[str, tuple[ContainerFormat, bytes]] = {
    "x.zip": (ContainerFormat.ZIP, zipped(PAGE)),
    "empty.zip": (ContainerFormat.ZIP, zipped({})),
    "x.z01": (ContainerFormat.ZIP_PART, padded(b"PK\x07\x08" + zipped(PAGE))),
    "x.tar": (ContainerFormat.TAR, tarred(PAGE)),
    "x.tgz": (ContainerFormat.GZIP, gzip.compress(tarred(PAGE))),
    "x.tar.bz2": (ContainerFormat.BZIP2, bz2.compress(tarred(PAGE))),
    "x.tar.xz": (ContainerFormat.XZ, lzma.compress(tarred(PAGE))),
    "x.tar.zst": (ContainerFormat.ZSTANDARD, padded(b"\x28\xb5\x2f\xfd\x24")),
    "x.7z": (ContainerFormat.SEVEN_ZIP, padded(b"7z\xbc\xaf\x27\x1c\x00\x04")),
    "x.rar": (ContainerFormat.RAR, padded(b"Rar!\x1a\x07\x01\x00")),
    "x.cab": (ContainerFormat.CABINET, cabinet(["default.aspx"])),
    "x.wim": (ContainerFormat.WIM, padded(b"MSWIM\0\0\0")),
    "x.raw": (ContainerFormat.RAW_DISK, disk()),
    "gpt.dd": (ContainerFormat.RAW_DISK, gpt_disk()),
    "c.img": (ContainerFormat.RAW_VOLUME, volume()),
    "e.img": (ContainerFormat.RAW_VOLUME, volume(b"EXFAT   ")),
    "x.E01": (ContainerFormat.ENCASE, padded(b"EVF\t\r\n\xff\0\x01\x01\0")),
    "x.Ex01": (ContainerFormat.ENCASE_2, padded(b"EVF2\r\n\x81\0")),
    "x.L01": (ContainerFormat.ENCASE_LOGICAL, padded(b"LVF\t\r\n\xff\0")),
    "x.vmdk": (ContainerFormat.VMDK, padded(b"KDMV\x01\0\0\0")),
    "d.vmdk": (ContainerFormat.VMDK, b'# Disk DescriptorFile\nversion=1\nRW 8 FLAT "x-flat.vmdk" 0\n'),
    "x.vhd": (ContainerFormat.VHD, disk() + b"conectix" + bytes(504)),
    "dynamic.vhd": (ContainerFormat.VHD, padded(b"conectix")),
    "x.vhdx": (ContainerFormat.VHDX, padded(b"vhdxfile")),
    "x.qcow2": (ContainerFormat.QCOW2, padded(b"QFI\xfb\0\0\0\x03")),
    "x.vdi": (
        ContainerFormat.VDI,
        padded(b"<<< Oracle VM VirtualBox Disk Image >>>\n".ljust(64, b"\0") + b"\x7f\x10\xda\xbe"),
    ),
    "x.aff4": (ContainerFormat.AFF4, zipped({"container.description": b"", "information.turtle": b""})),
    "x.aff": (ContainerFormat.AFF, padded(b"AFF10\r\n\0")),
    "x.iso": (ContainerFormat.ISO, padded(bytes(32_769) + b"CD001")),
    "b.img": (ContainerFormat.BITLOCKER, volume(b"-FVE-FS-")),
    "collection.zip": (ContainerFormat.VELOCIRAPTOR, zipped({"metadata.json": b"{}", "data.zip": b"PK"})),
    "x.gpg": (ContainerFormat.OPENPGP, padded(b"\x85\x01\x0c\x03" + b"\x11" * 8 + b"\x01\x07")),
    "s.gpg": (ContainerFormat.OPENPGP, padded(b"\x8c\x0d\x04\x09\x03\x08" + bytes(8))),
    "x.asc": (ContainerFormat.OPENPGP, b"-----BEGIN PGP MESSAGE-----\n\nhQ=="),
    "x.age": (ContainerFormat.AGE, padded(b"age-encryption.org/v1\n-> X25519 ")),
    "x.enc": (ContainerFormat.OPENSSL, padded(b"Salted__")),
    "x.evtx": (ContainerFormat.EVTX, padded(b"ElfFile\0", 69_632)),
    "x.evt": (ContainerFormat.EVT, padded(b"\x30\0\0\0LfLe")),
    "NTUSER.DAT": (ContainerFormat.HIVE, padded(b"regf" + bytes(16) + b"\x01\0\0\0\x05\0\0\0", 8192)),
    "$MFT": (ContainerFormat.FILE_TABLE, padded(b"FILE0\0\x03\0", 65_536)),
    "$LogFile": (ContainerFormat.NTFS_LOG, padded(b"RSTR\x1e\0", 65_536)),
    "x.raw.002": (ContainerFormat.SPLIT_PART, bytes(MEBIBYTE)),
}
"""A container of each kind, by a name that it may have."""

PLAIN: Mapping[str, bytes] = {
    "x.aspx": b"<%@ Page %>",
    "empty.txt": b"",
    "text.txt": b"PK is no archive, nor is regf, nor ElfFile.",
    "hive-like.txt": b"regf" + b"x" * 600,
    "short.zip": b"PK",
    "qcow-like.txt": b"QFI\xfbtext",
    "log.001": b"2021-03-03 00:00:00 GET /\n" * 50_000,
    "zeros.bin": bytes(MEBIBYTE),
    "boot-like.bin": bytes(510) + b"\x55\xaa" + bytes(MEBIBYTE),
    "x.png": b"\x89PNG\r\n\x1a\n" + bytes(2 * MEBIBYTE),
    "x.dll": b"MZ" + bytes(2 * MEBIBYTE),
    "x.exe": b"MZ" + bytes(2 * MEBIBYTE),
    "lib.so.015": b"\x7fELF" + bytes(2 * MEBIBYTE),
    "key.gpg": b"\x99\x01\x0d\x04" + bytes(600),
    "card.txt": b"BEGIN:VCARD",
}
"""Files that are no container."""
