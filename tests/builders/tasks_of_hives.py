"""Builds scheduled tasks as the registry has them: the tree, and the actions as a binary value."""

from __future__ import annotations

import struct
from typing import Any
from uuid import UUID


def _text(text: str) -> bytes:
    raw = text.encode("utf-16-le")
    return struct.pack("<I", len(raw)) + raw


def execute(program: str, arguments: str = "", folder: str = "") -> bytes:
    """Return an action that starts a program."""
    parts = (_text(""), _text(program), _text(arguments), _text(folder))
    return struct.pack("<H", 0x6666) + b"".join(parts) + struct.pack("<H", 0)


def com_handler(clsid: str, data: str = "") -> bytes:
    """Return an action that starts a COM class."""
    return struct.pack("<H", 0x7777) + _text("") + UUID(clsid).bytes_le + _text(data)


def actions(*made: bytes) -> bytes:
    """Return the value ``Actions`` of a task."""
    return struct.pack("<H", 3) + _text("Author") + b"".join(made)


def task_cache(
    name: str,
    blob: bytes,
    *,
    id_: str = "{1}",
    descriptor: bool = True,
    index: int | None = 3,
    listed: bool = True,
) -> dict[str, Any]:
    """Return the keys of one task below SOFTWARE, by their paths."""
    top = "Microsoft\\Windows NT\\CurrentVersion\\Schedule\\TaskCache"
    listing: dict[str, Any] = {"Id": id_}
    if descriptor:
        listing["SD"] = b"\1\0\4\x80"
    if index is not None:
        listing["Index"] = index
    tree = {f"{top}\\Tree\\{name}": listing} if listed else {f"{top}\\Tree": {"SD": b"\1\0\4\x80"}}
    return {**tree, f"{top}\\Tasks\\{id_}": {"Path": f"\\{name}", "Actions": blob, "Author": "SYSTEM"}}
