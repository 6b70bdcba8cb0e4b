"""Open contents: the last few members that were read, so that reading a file in pieces costs one pass."""

from __future__ import annotations

import threading
import zlib
from collections import OrderedDict

from webshellhunt.errors import UnreadableError
from webshellhunt.sources.archive.index import ArchiveIndex
from webshellhunt.sources.archive.views import View

_MOST_OPEN = 4


class _Opened:
    """The content of one member; its checksum is compared when it was read from its beginning to its end."""

    def __init__(self, view: View, size_bytes: int, checksum: int) -> None:
        self._view = view
        self._size = size_bytes
        self._checksum = checksum
        self._read_until = 0
        self._sum = 0

    def read(self, offset: int, count: int) -> bytes:
        """Return bytes of the content."""
        wanted = max(0, min(count, self._size - offset))
        data = self._view.read(offset, wanted) if wanted else b""
        if len(data) < wanted:
            raise UnreadableError("its data ends before its size: the archive is damaged or cut off")
        if offset == 0:
            self._read_until, self._sum = 0, 0
        if offset == self._read_until:
            self._read_until += len(data)
            self._sum = zlib.crc32(data, self._sum)
            if self._read_until == self._size:
                self._require_end()
        return data

    def _require_end(self) -> None:
        if self._checksum >= 0 and self._sum != self._checksum:
            raise UnreadableError("its checksum is wrong: the archive is damaged")
        if self._view.size_bytes != self._size or self._view.read(self._size, 1):
            raise UnreadableError("its data is longer than the directory of the archive says")


class OpenContents:
    """Reads the files of an index; a few of them stay open."""

    def __init__(self, index: ArchiveIndex) -> None:
        self._index = index
        self._opened: OrderedDict[int, _Opened] = OrderedDict()
        self._lock = threading.RLock()

    def read(self, number: int, offset: int, count: int) -> bytes:
        """Return bytes of a file.

        Raises:
            SourceError: It is damaged, or can't be read.
        """
        with self._lock:
            opened = self._opened.get(number)
            if opened is None:
                table = self._index.tree.table
                opened = _Opened(self._index.open(number), table.size_bytes(number), table.place(number).checksum)
                self._opened[number] = opened
                if len(self._opened) > _MOST_OPEN:
                    self._opened.popitem(last=False)
            self._opened.move_to_end(number)
            return opened.read(max(0, offset), count)
