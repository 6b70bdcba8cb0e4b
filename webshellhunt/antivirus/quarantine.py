r"""The quarantine of Defender: the threat, the time, and each resource that was taken away, with its content.

An entry (``Quarantine\Entries\{GUID}``) is a header, a section about the threat and a section of resources; each of the
three is hidden by itself. The content of a file is in ``Quarantine\ResourceData\AB\AB…``, named by the entry: a backup
stream, with the security of the file and its other streams.

Source: NCC Group, "Reverse, Reveal, Recover: Windows Defender Quarantine Forensics" (14 December 2023); Microsoft,
"WIN32_STREAM_ID structure" and "BackupRead function".
"""

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.antivirus.obfuscation import restore
from webshellhunt.antivirus.records import Detection, FileFacts, Outcome, recorded_utc

MOST_BYTES: Final = 1024 * 1024
"""The most bytes of an entry that are read; real ones have some hundreds."""

_HEADER: Final = struct.Struct("<4s36x4I4s")
_OPENING, _CLOSING = b"\xdb\xe8\xc5\x01", b"\xdb\xe8\xc5\x02"
_THREAT: Final = struct.Struct("<16s16sQQI")
_FIELD: Final = struct.Struct("<HH")
_MOST_RESOURCES = 1_000
_MOST_FIELDS = 64
_CONTENT, _PATH, _CREATED, _MODIFIED, _SIZE = 0x02, 0x0C, 0x0F, 0x11, 0x12
_DEVICE_PREFIX = "\\\\?\\"
_STREAM_HEADER: Final = struct.Struct("<IIQI")
_DATA, _ALTERNATE = 1, 4
_LARGEST_KIND = 11
_MOST_STREAMS = 64
_LONGEST_NAME = 1024


class Entry(NamedTuple):
    """A quarantine entry: its detections, and the number of resources that could not be read."""

    detections: tuple[Detection, ...]
    broken: int = 0


def read_entry(data: bytes, record: str = "") -> Entry | None:
    """Return the detections of a quarantine entry; ``None`` if it is damaged, or another kind of file.

    ``data``: the bytes of the file, at most ``MOST_BYTES``.
    """
    if not _HEADER.size <= len(data) <= MOST_BYTES:
        return None
    opening, first, second, _, _, closing = _HEADER.unpack(restore(data[: _HEADER.size]))
    end = _HEADER.size + first
    if (opening, closing) != (_OPENING, _CLOSING) or first < _THREAT.size or end + second > len(data):
        return None
    head = restore(data[_HEADER.size : end])
    _, _, ticks, _, _ = _THREAT.unpack_from(head)
    threat = head[_THREAT.size :].partition(b"\0")[0].decode("utf-8", "replace")
    base = Detection(threat, "", "", Outcome.QUARANTINED, record, acted_utc=recorded_utc(ticks))
    found, broken = list[Detection](), 0
    for each in _resources(restore(data[end : end + second])):
        if each is None:
            broken += 1
        else:
            kind, path, facts, content = each
            found.append(base._replace(kind=kind, resource=path, facts=facts, content=content))
    return Entry(tuple(found), broken)


def _resources(section: bytes) -> Iterator[tuple[str, str, FileFacts, str | None] | None]:
    """Yield the kind, path, facts and content of each resource, ``None`` for a damaged one."""
    if len(section) < 4:
        yield None
        return
    (count,) = struct.unpack_from("<I", section)
    for number in range(min(count, _MOST_RESOURCES, (len(section) - 4) // 4)):
        (offset,) = struct.unpack_from("<I", section, 4 + 4 * number)
        try:
            yield _resource(section, offset)
        except (struct.error, ValueError):
            yield None
    if count > min(_MOST_RESOURCES, (len(section) - 4) // 4):
        yield None


def _resource(section: bytes, offset: int) -> tuple[str, str, FileFacts, str | None]:
    """Return one resource.

    Raises:
        ValueError: A text has no end.
        struct.error: A number is cut.
    """
    path, at = _wide_text(section, offset)
    (count,) = struct.unpack_from("<H", section, at)
    end = section.index(b"\0", at + 2)
    kind, at = section[at + 2 : end].decode("utf-8", "replace"), end + 1
    fields = dict[int, bytes]()
    for _ in range(min(count, _MOST_FIELDS)):
        at = (at + 3) & ~3
        size, identifier = _FIELD.unpack_from(section, at)
        fields.setdefault(identifier & 0xFFF, section[at + 4 : at + 4 + size])
        at += 4 + size
    physical = fields.get(_PATH, b"").decode("utf-16-le", "replace").rstrip("\0")
    facts = FileFacts(
        size_bytes=int.from_bytes(fields[_SIZE][:8], "little") if _SIZE in fields else None,
        created_utc=recorded_utc(int.from_bytes(fields.get(_CREATED, b"")[:8], "little")),
        modified_utc=recorded_utc(int.from_bytes(fields.get(_MODIFIED, b"")[:8], "little")),
    )
    content = fields[_CONTENT].hex().upper() if _CONTENT in fields else None
    return kind, (physical or path).removeprefix(_DEVICE_PREFIX), facts, content


def _wide_text(section: bytes, offset: int) -> tuple[str, int]:
    """Return a text of UTF-16 that ends with a zero, and the offset after it.

    Raises:
        ValueError: The text has no end.
    """
    end = section.index(b"\0\0", offset)
    while (end - offset) % 2:
        end = section.index(b"\0\0", end + 1)
    return section[offset:end].decode("utf-16-le", "replace"), end + 2


class BackedUp(NamedTuple):
    """A stream of a file: its name (empty for the content itself) and its bytes; ``is_cut`` if its end is missing."""

    name: str
    data: bytes
    is_cut: bool = False


def iter_backed_up(data: bytes) -> Iterator[BackedUp]:
    """Yield the content of a file and its alternate streams, until the end or the first damage."""
    at = 0
    for _ in range(_MOST_STREAMS):
        if at + _STREAM_HEADER.size > len(data):
            return
        kind, _, size, name_size = _STREAM_HEADER.unpack_from(data, at)
        if not 0 < kind <= _LARGEST_KIND or name_size > _LONGEST_NAME:
            return
        start = at + _STREAM_HEADER.size + name_size
        name = data[at + _STREAM_HEADER.size : start].decode("utf-16-le", "replace")
        content = data[start : start + size]
        if kind in (_DATA, _ALTERNATE):
            yield BackedUp(_stream_name(name), content, is_cut=len(content) < size)
        at = start + size


def find_content(data: bytes) -> BackedUp | None:
    """Return the content of a file without its other streams; ``None`` if the backup has none."""
    return next((each for each in iter_backed_up(data) if not each.name), None)


def _stream_name(name: str) -> str:
    """Return the name of a stream without the colons and the type (``:x:$DATA``)."""
    return name.strip("\0").strip(":").partition(":")[0]
