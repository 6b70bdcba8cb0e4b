"""Parts of NTFS, written by hand: records, indexes, extents, the first sector of a volume, and small volumes."""

from __future__ import annotations

import struct
from collections.abc import Mapping

SECTOR = 512
CLUSTER = 4096
RECORD = 1024


def with_fixups(block: bytes, at: int) -> bytes:
    """Return a block with the last two bytes of each sector in its list at an offset."""
    changed, mark = bytearray(block), b"\x07\0"
    sectors = len(block) // SECTOR
    struct.pack_into("<HH", changed, 4, at, sectors + 1)
    changed[at : at + 2] = mark
    for number in range(sectors):
        end = (number + 1) * SECTOR
        changed[at + 2 + 2 * number : at + 4 + 2 * number] = block[end - 2 : end]
        changed[end - 2 : end] = mark
    return bytes(changed)


def resident(kind: int, content: bytes, name: str = "", flags: int = 0) -> bytes:
    """Return an attribute with its content."""
    encoded = name.encode("utf-16-le", "surrogatepass")
    at = -(-(24 + len(encoded)) // 8) * 8
    length = -(-(at + len(content)) // 8) * 8
    head = struct.pack("<IIBBHHHIHH", kind, length, 0, len(name), 24, flags, 0, len(content), at, 0)
    return ((head + encoded).ljust(at, b"\0") + content).ljust(length, b"\0")


def streamed(
    kind: int, runs: bytes, size: int, *, name: str = "", flags: int = 0, unit: int = 0, first: int = 0, valid: int = -1
) -> bytes:
    """Return an attribute with extents."""
    encoded = name.encode("utf-16-le")
    at = -(-(64 + len(encoded)) // 8) * 8
    length = -(-(at + len(runs) + 1) // 8) * 8
    head = struct.pack("<IIBBHHH", kind, length, 1, len(name), 64, flags, 0)
    head += struct.pack("<QQHBxxxxxQQQ", first, 0, at, unit, size, size, size if valid < 0 else valid)
    return ((head + encoded).ljust(at, b"\0") + runs).ljust(length, b"\0")


def record(*attributes: bytes, sequence: int = 1, flags: int = 1, base: int = 0, size: int = RECORD) -> bytes:
    """Return a record of the file table."""
    body = b"".join(attributes) + b"\xff\xff\xff\xff\0\0\0\0"
    first = -(-(48 + 2 * (size // SECTOR + 1)) // 8) * 8
    used = first + len(body)
    assert used <= size, "the attributes are too large for a record"
    head = b"FILE" + struct.pack("<HHQHHHHIIQ", 48, 3, 0, sequence, 1, first, flags, used, size, base)
    return with_fixups((head.ljust(first, b"\0") + body).ljust(size, b"\0"), 48)


def runs(*extents: tuple[int, int | None]) -> bytes:
    """Return extents in encoded form, each by its number of clusters and its first one, ``None`` for a hole."""
    found, last = b"", 0
    for clusters, place in extents:
        count = clusters.to_bytes(4, "little")
        if place is None:
            found += b"\x04" + count
            continue
        found += b"\x44" + count + (place - last).to_bytes(4, "little", signed=True)
        last = place
    return found


def file_name(name: str, parent: int, *, ticks: int = 0, space: int = 3, flags: int = 0, tag: int = 0) -> bytes:
    """Return the content of a name attribute."""
    encoded = name.encode("utf-16-le", "surrogatepass")
    head = struct.pack("<Q4QQQIIBB", parent | 1 << 48, ticks, ticks, ticks, ticks, 0, 0, flags, tag, len(name), space)
    return head + encoded


def index_entry(name: str, number: int, *, sequence: int = 1, flags: int = 0, tag: int = 0, space: int = 3) -> bytes:
    """Return an entry of a directory."""
    key = file_name(name, 5, flags=flags, tag=tag, space=space)
    length = -(-(16 + len(key)) // 8) * 8
    return (struct.pack("<QHHI", number | sequence << 48, length, len(key), 0) + key).ljust(length, b"\0")


LAST = struct.pack("<QHHI", 0, 16, 0, 2)


def index_root(*entries: bytes) -> bytes:
    """Return the content of the root of an index."""
    body = b"".join(entries) + LAST
    return struct.pack("<IIIIIIII", 0x30, 1, 4096, 1, 16, 16 + len(body), 16 + len(body), 0) + body


def index_block(*entries: bytes, size: int = 4096) -> bytes:
    """Return a block of an index."""
    body = b"".join(entries) + LAST
    head = b"INDX" + struct.pack("<HHQQ", 40, 9, 0, 0) + struct.pack("<IIII", 40, 40 + len(body), size - 24, 0)
    return with_fixups((head.ljust(64, b"\0") + body).ljust(size, b"\0"), 40)


def standard(ticks: int = 0, bits: int = 0) -> bytes:
    """Return the content of the attribute with the times and the bits of a file."""
    return struct.pack("<QQQQI", ticks, ticks + 1, ticks + 2, ticks + 3, bits).ljust(72, b"\0")


def boot(clusters: int, table: int = 4, mirror: int = 2) -> bytes:
    """Return the first sector of a volume."""
    sector = bytearray(SECTOR)
    sector[3:11] = b"NTFS    "
    struct.pack_into("<HB", sector, 11, SECTOR, CLUSTER // SECTOR)
    struct.pack_into("<QQQbxxxbxxxQ", sector, 40, clusters * 8, table, mirror, -10, 1, 0x1122334455667788)
    sector[510:] = b"\x55\xaa"
    return bytes(sector)


def volume(records: Mapping[int, bytes], clusters: Mapping[int, bytes] | None = None, count: int = 64) -> bytes:
    """Return a volume with records of the file table, of which 0 and 5 are made if they are absent."""
    table_clusters = 16
    own = record(resident(0x10, standard()), streamed(0x80, runs((table_clusters, 4)), table_clusters * CLUSTER))
    top = record(resident(0x10, standard()), resident(0x90, index_root(), "$I30"), flags=3)
    placed = {0: own, 5: top} | dict(records)
    disk = bytearray(count * CLUSTER)
    disk[:SECTOR] = boot(count)
    for number, data in placed.items():
        at = 4 * CLUSTER + number * RECORD
        disk[at : at + RECORD] = data
    disk[2 * CLUSTER : 2 * CLUSTER + RECORD] = placed[0]
    for number, data in (clusters or {}).items():
        disk[number * CLUSTER : number * CLUSTER + len(data)] = data
    return bytes(disk)
