"""Window: bounded reads of a file at any offset, a piece kept so that neighbouring reads cost one."""

from __future__ import annotations

from collections.abc import Callable

ReadAt = Callable[[int, int], bytes]
"""Return at most so many bytes (second) of a file from an offset (first); raise ``OSError`` where it can't be read."""

_PIECE = 64 * 1024


class Window:
    """A file of a known size, read in pieces; never more than one piece is kept, nor ``budget_bytes`` read in all.

    ``has_end`` is false where the size is only a bound, so that nothing can be looked for at the end.
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
            self._left -= max(len(self._piece), 512)  # a read that yields little costs, too
        return self._piece[inside : inside + count]


def window_of(data: bytes) -> Window:
    """Return a window on bytes in memory."""
    return Window(lambda offset, count: data[offset : offset + count], len(data))
