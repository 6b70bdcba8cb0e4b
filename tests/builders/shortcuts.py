"""Shortcuts as Windows writes them, as far as their reader looks at them."""

from __future__ import annotations

import struct

from tests.builders.inert import live


def shortcut(target: str, arguments: str = "", *, variables: bool = False, name: str = "") -> bytes:
    """Return a shortcut to a program; with ``variables`` its target is in the block for paths with variables."""
    flags = 0x80 | 0x1 | (0 if variables else 0x2) | (0x20 if arguments else 0) | (0x4 if name else 0)
    head = bytes.fromhex("4c0000000114020000000000c000000000000046") + struct.pack("<I", flags)
    parts = [head.ljust(76, b"\0"), struct.pack("<H", 4), b"\2\0\0\0"]
    if not variables:
        path = live(target).encode("cp1252") + b"\0"
        info = struct.pack("<IIIIIII", 28 + len(path) + 1, 28, 1, 0, 28, 0, 28 + len(path)) + path + b"\0"
        parts.append(info)
    texts = filter(None, (name, live(arguments)))
    parts += [struct.pack("<H", len(text)) + text.encode("utf-16-le") for text in texts]
    if variables:
        wide = target.encode("utf-16-le").ljust(520, b"\0")
        parts.append(struct.pack("<II", 788, 0xA0000001) + target.encode("cp1252").ljust(260, b"\0") + wide)
    return b"".join(parts) + bytes(4)
