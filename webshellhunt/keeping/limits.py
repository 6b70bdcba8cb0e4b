"""Limits of an evidence bag; a file that exceeds one is listed in the manifest, but not copied."""

from __future__ import annotations

from typing import NamedTuple


class BagLimits(NamedTuple):
    """The most files and bytes that are copied.

    ``growth_bytes`` is how much longer than listed a file may be when it is read. ``free_bytes`` of the disk are never
    used.

    Units: bytes.
    """

    files: int = 10_000
    file_bytes: int = 64 << 30
    bytes: int = 256 << 30
    growth_bytes: int = 64 << 20
    free_bytes: int = 64 << 20
