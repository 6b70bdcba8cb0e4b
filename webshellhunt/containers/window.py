"""Windows on files: bounded reads at any offset, with a cached piece for adjacent reads."""

from __future__ import annotations

from collections.abc import Callable

ReadAt = Callable[[int, int], bytes]
"""Returns the bytes of a file from an offset (first argument), at most a number (second); may raise ``OSError``."""

_PIECE = 64 * 1024


class Window:
    """A file of a known size read in pieces; one piece is cached, and at most ``budget_bytes`` are read in total.

    ``has_end`` is false if the size is only an upper bound, so that the end of the file can't be read.
    """

    def __init__(
        self, read: ReadAt, size_bytes: int, budget_bytes: int = 32 * 1024 * 1024, *, has_end: bool = True
    ) -> None:
        self.size_bytes = size_bytes
        self.has_end = has_end
        self._read = read
        self._left = budget_bytes
        self._start = 0
        self._piece = b""

    def at(self, offset: int, count: int) -> bytes:
        """Return at most ``count`` bytes from an offset; fewer at the end of the file or of the budget."""
        if offset < 0 or offset >= self.size_bytes or count <= 0:
            return b""
        inside = offset - self._start
        if not 0 <= inside <= len(self._piece) - count:
            wanted = min(max(count, _PIECE), self.size_bytes - offset, self._left)
            if wanted <= 0:
                return b""
            self._piece, self._start, inside = self._read(offset, wanted), offset, 0
            self._left -= max(len(self._piece), 512)  # a short read has a cost, too
        return self._piece[inside : inside + count]


def window_of(data: bytes) -> Window:
    """Return a window on bytes in memory."""
    return Window(lambda offset, count: data[offset : offset + count], len(data))
