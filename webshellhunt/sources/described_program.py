"""Programs of a described host: PE files with a version resource and without code.

Source: PE format, headers and resource section; VS_VERSIONINFO, VS_FIXEDFILEINFO.
"""

from __future__ import annotations

import struct

_HEADERS = 0x200
_SECTION_AT = 0x1000
_RT_VERSION = 16
_LANGUAGE = 0x409
_DIRECTORIES = 16
_RESOURCES = 2  # the third of the data directories


def versioned_program(version: tuple[int, int, int, int]) -> bytes:
    """Return a PE file whose only section is a version resource; it has no code and no entry point."""
    section = _resources(_version_info(version))
    raw = len(section) + -len(section) % _HEADERS
    directories = [(_SECTION_AT, len(section)) if n == _RESOURCES else (0, 0) for n in range(_DIRECTORIES)]
    optional = struct.pack(
        "<HBBIIIIIIIIIHHHHHHIIIIHHIIIIII",
        0x10B, 14, 0, 0, raw, 0, 0, 0, _SECTION_AT, 0x400000, 0x1000, _HEADERS,
        6, 0, 0, 0, 6, 0, 0, 2 * _SECTION_AT, _HEADERS, 0, 3, 0x8540, 0x100000, 0x1000, 0x100000, 0x1000, 0,
        _DIRECTORIES,
    )  # fmt: skip
    optional += b"".join(struct.pack("<II", *each) for each in directories)
    file_header = struct.pack("<HHIIIHH", 0x14C, 1, 0, 0, 0, len(optional), 0x0102)
    table = struct.pack("<8sIIIIIIHHI", b".rsrc", len(section), _SECTION_AT, raw, _HEADERS, 0, 0, 0, 0, 0x40000040)
    dos = b"MZ".ljust(0x3C, b"\0") + struct.pack("<I", 0x40)
    return (dos + b"PE\0\0" + file_header + optional + table).ljust(_HEADERS, b"\0") + section.ljust(raw, b"\0")


def _version_info(version: tuple[int, int, int, int]) -> bytes:
    first, second, third, fourth = version
    numbers = (first << 16 | second, third << 16 | fourth)
    fixed = struct.pack("<13I", 0xFEEF04BD, 0x10000, *numbers, *numbers, 0x3F, 0, 0x40004, 1, 0, 0, 0)
    key = "VS_VERSION_INFO\0".encode("utf-16-le")
    head = 6 + len(key)
    padding = b"\0" * (-head % 4)
    size = head + len(padding) + len(fixed)
    return struct.pack("<HHH", size, len(fixed), 0) + key + padding + fixed


def _resources(content: bytes) -> bytes:
    """Return a resource tree of three levels (type, name, language) with one leaf."""
    level = 16 + 8
    leaf = 3 * level
    tree = b"".join(
        struct.pack("<IIHHHHII", 0, 0, 0, 0, 0, 1, number, at)
        for number, at in ((_RT_VERSION, level | 0x80000000), (1, 2 * level | 0x80000000), (_LANGUAGE, leaf))
    )
    return tree + struct.pack("<IIII", _SECTION_AT + leaf + 16, len(content), 0, 0) + content
