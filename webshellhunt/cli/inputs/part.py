"""Part: one of several parts of a list of locations, each hunted through by itself."""

from __future__ import annotations

from typing import NamedTuple


class Part(NamedTuple):
    """One of several parts of a list, such as the third of twenty.

    The digest of a location decides, so that the parts have each location once, whatever the order of the list is where
    each of them is hunted through.
    """

    number: int
    parts: int

    def has(self, location: str) -> bool:
        """Return True if a location belongs to this part."""
        import hashlib  # here, so that --version starts without it

        digest = hashlib.sha256(location.encode("utf-8", "surrogatepass")).digest()
        return int.from_bytes(digest) % self.parts == self.number - 1

    def __str__(self) -> str:
        return f"{self.number}/{self.parts}"
