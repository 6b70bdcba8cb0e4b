r"""BITS jobs: the command that a download job of Windows runs when it ends, in ``qmgr.db`` and ``qmgr0.dat``.

Neither file is read as a database. The record of a job has five texts in a row, each after the number of its
characters: name, description, command, arguments, and the SID of the owner, by which the record is found.

Sources:
    https://github.com/ANSSI-FR/bits_parser
    https://github.com/fireeye/BitsParser
    https://learn.microsoft.com/windows/win32/api/bits1_5/nf-bits1_5-ibackgroundcopyjob2-setnotifycmdline
"""

from __future__ import annotations

import struct
from collections.abc import Callable, Iterator
from typing import Final, NamedTuple

from webshellhunt.lazy_pattern import lazy_pattern

Read = Callable[[int, int], bytes]
LARGEST_BYTES: Final = 256 * 1024**2
_WINDOW: Final = 8 * 1024**2
_OVERLAP: Final = 64 * 1024
_LONGEST: Final = 1_024
_MOST_JOBS: Final = 1_000
_MOST_TRIED: Final = 2_000
_OWNER = lazy_pattern(rb"S\0-\0001\0-\0(?:[0-9-]\0){3,180}\0\0")


class BitsJob(NamedTuple):
    """A job with a command: its name, the program and the arguments, its owner, and its place in the file."""

    name: str
    program: str
    arguments: str
    owner: str
    offset: int

    @property
    def command(self) -> str:
        """Return the command line; the arguments of a job begin with the program again."""
        first = self.arguments.split(" ", 1)[0].strip('"').lower()
        again = first == self.program.lower() or first == self.program.replace("/", "\\").rpartition("\\")[2].lower()
        return self.arguments if again else f"{self.program} {self.arguments}".strip()


def read_jobs(read: Read, size_bytes: int) -> Iterator[BitsJob]:
    """Yield the jobs that run a command, each once, in the order of the file."""
    seen: set[tuple[str, str, str]] = set()
    tried = 0
    for start in range(0, min(size_bytes, LARGEST_BYTES), _WINDOW):
        data = read(start, _WINDOW + _OVERLAP)
        for owner in _OWNER.finditer(data):
            tried += 1
            if tried > _MOST_TRIED or len(seen) >= _MOST_JOBS:
                return
            texts = _texts_before(data, owner.start() - 4, 4)
            if texts is None or not texts[2]:
                continue
            name, _, program, arguments = texts
            if (name, program, arguments) not in seen:
                seen.add((name, program, arguments))
                sid = owner[0].decode("utf-16-le").rstrip("\0")
                yield BitsJob(name, program, arguments, sid, start + owner.start())


def _texts_before(data: bytes, end: int, count: int) -> list[str] | None:
    """Return the texts that end at an offset, in the order of the file; ``None`` if there are fewer."""
    texts: list[str] = []
    while len(texts) < count:
        found = next((each for each in (*range(1, _LONGEST), 0) if _is_text(data, end, each)), None)
        if found is None:
            return None
        texts.insert(0, data[end - 2 * found : end].decode("utf-16-le", "replace").rstrip("\0"))
        end -= 2 * found + 4
    return texts


def _is_text(data: bytes, end: int, count: int) -> bool:
    """Return True if a text of this many characters, the zero at its end included, ends at an offset."""
    start = end - 2 * count - 4
    if start < 0 or struct.unpack_from("<I", data, start)[0] != count:
        return False
    return count == 0 or data[end - 2 : end] == b"\0\0"
