"""Listing of a cabinet, whose names are uncompressed at its beginning.

Source: Microsoft, [MS-CAB] 2.1 and 2.3.
"""

from __future__ import annotations

import struct

from webshellhunt.containers.listing import ContainerListing
from webshellhunt.containers.window import Window

_NAME_BYTES = 257


def list_cabinet(window: Window) -> ContainerListing:
    """Return the names in a cabinet."""
    listing, header = ContainerListing(), window.at(0, 36)
    if len(header) < 36:
        return listing
    offset, count = struct.unpack_from("<16xL8xH", header)
    for _ in range(count):
        entry = window.at(offset, 16 + _NAME_BYTES)
        name, ended, _ = entry[16:].partition(b"\0")
        if not ended:
            return listing
        listing.add(name.decode("utf-8", "replace"))
        offset += 17 + len(name)
    listing.complete = True
    return listing
