"""File tables and change journals of NTFS, built record by record."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from datetime import UTC, datetime

from tests.builders import ntfs_parts as parts
from tests.builders.filetimes import filetime

ROOT = 5
PAGE = 4096
CREATE, DELETE, EXTEND, OLD_NAME, NEW_NAME, TIMES, CLOSE = 0x100, 0x200, 0x2, 0x1000, 0x2000, 0x8000, 0x80000000


def reference(number: int, sequence: int = 1) -> int:
    return sequence << 48 | number


class TableBuilder:
    """Builds a file table: directories by their paths, and files in them."""

    def __init__(self, size: int = 1024, when: datetime = datetime(2020, 1, 1, 12, tzinfo=UTC)) -> None:
        self.size = size
        self.records: dict[int, bytes] = {}
        self.directories: dict[str, int] = {"": ROOT}
        self._when = when
        self._next = 64
        self.put(0, "$MFT", ROOT, when)
        self.put(ROOT, ".", ROOT, when, sequence=5, directory=True)

    def sequence(self, number: int) -> int:
        return 5 if number == ROOT else 1

    def directory(self, path: str) -> int:
        """Add a directory with those above it, and return its number."""
        if path not in self.directories:
            above, _, name = path.rpartition("/")
            parent = self.directory(above)
            number = self.directories[path] = self.number()
            self.put(number, name, parent, self._when, directory=True)
        return self.directories[path]

    def number(self) -> int:
        self._next += 1
        return self._next - 1

    def file(self, path: str, created: datetime, **more: object) -> int:
        """Add a file, and return the number of its record; further arguments are those of ``put``."""
        above, _, name = path.rpartition("/")
        parent, number = self.directory(above), self.number()
        self.put(number, name, parent, created, **more)  # type: ignore[arg-type]
        return number

    def put(
        self,
        number: int,
        name: str,
        parent: int,
        created: datetime,
        *,
        set_to: datetime | None = None,
        modified: datetime | None = None,
        content: bytes | None = None,
        size_bytes: int = 0,
        in_use: bool = True,
        directory: bool = False,
        sequence: int = 1,
        streams: Sequence[tuple[str, bytes]] = (),
    ) -> None:
        """Add a record; ``set_to`` is the creation that programs see, ``created`` that of the name."""
        seen = filetime(set_to or created)
        last = filetime(modified or set_to or created)
        named = filetime(created)
        standard = struct.pack("<QQQQ", seen, last, named, last) + bytes(16)
        letters = name.encode("utf-16-le", "surrogatepass")
        value = struct.pack("<QQQQQQQII", reference(parent, self.sequence(parent)), *[named] * 4, 0, size_bytes, 0, 0)
        value += struct.pack("<BB", len(letters) // 2, 1) + letters
        attributes = [parts.resident(0x10, standard), parts.resident(0x30, value)]
        if content is not None:
            attributes.append(parts.resident(0x80, content))
        elif not directory:
            attributes.append(parts.streamed(0x80, b"", size_bytes))
        attributes += [parts.resident(0x80, each, stream) for stream, each in streams]
        flags = in_use | directory << 1
        times_used = sequence if in_use else sequence + 1
        self.records[number] = parts.record(*attributes, sequence=times_used, flags=flags, size=self.size)

    def build(self) -> bytes:
        """Return the table."""
        count = max(self.records) + 1
        return b"".join(self.records.get(at, bytes(self.size)) for at in range(count))


class JournalBuilder:
    """Builds a change journal; the number of a record is its offset, as in NTFS."""

    def __init__(self, version: int = 2, empty: int = 0) -> None:
        self.version = version
        self.data = bytearray(empty)
        self._empty = empty

    def add(
        self, when: datetime, reason: int, name: str, number: int, parent: int, *, sequence: int = 1,
        parent_sequence: int = 1, directory: bool = False,
    ) -> None:  # fmt: skip
        """Add one record."""
        letters = name.encode("utf-16-le", "surrogatepass")
        head = 60 if self.version == 2 else 76
        length = (head + len(letters) + 7) // 8 * 8
        if len(self.data) % PAGE + length > PAGE:
            self.data += bytes(PAGE - len(self.data) % PAGE)
        file, above = reference(number, sequence), reference(parent, 5 if parent == ROOT else parent_sequence)
        rest = (len(self.data), filetime(when), reason, 0, 0, 0x10 if directory else 0x20, len(letters), head)
        form, wide = ("<QQ", (file, above)) if self.version == 2 else ("<QQQQ", (file, 0, above, 0))
        record = struct.pack("<IHH", length, self.version, 0) + struct.pack(form, *wide)
        record += struct.pack("<qQIIIIHH", *rest)
        self.data += (record + letters).ljust(length, b"\0")

    def write(self, when: datetime, name: str, number: int, parent: int, **more: int) -> None:
        """Add the records of a new file with content."""
        for reason in (CREATE, CREATE | EXTEND, CREATE | EXTEND | CLOSE):
            self.add(when, reason, name, number, parent, **more)  # type: ignore[arg-type]

    def remove(self, when: datetime, name: str, number: int, parent: int, **more: int) -> None:
        """Add the record of a deletion."""
        self.add(when, DELETE | CLOSE, name, number, parent, **more)  # type: ignore[arg-type]

    def rename(self, when: datetime, old: str, new: str, number: int, parent: int, to: int | None = None) -> None:
        """Add the records of a renaming."""
        self.add(when, OLD_NAME, old, number, parent)
        self.add(when, NEW_NAME, new, number, parent if to is None else to)
        self.add(when, NEW_NAME | CLOSE, new, number, parent if to is None else to)

    def build(self) -> bytes:
        """Return the journal."""
        return bytes(self.data)
