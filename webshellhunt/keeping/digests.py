"""Digests of a copied file, computed while its bytes pass."""

from __future__ import annotations

import hashlib
from typing import NamedTuple


class Digests(NamedTuple):
    """The digests of one content in hexadecimal; SHA-1 and MD5 are for search only, as other tools list them."""

    sha256: str
    sha1: str
    md5: str


class Digester:
    """Computes the three digests of a stream, and counts its bytes."""

    def __init__(self) -> None:
        self.size_bytes: int = 0
        self._sha256 = hashlib.sha256()
        self._sha1 = hashlib.sha1(usedforsecurity=False)
        self._md5 = hashlib.md5(usedforsecurity=False)

    def update(self, data: bytes) -> None:
        """Add the next bytes."""
        self.size_bytes += len(data)
        for each in (self._sha256, self._sha1, self._md5):
            each.update(data)

    @property
    def digests(self) -> Digests:
        """The digests of all bytes so far."""
        return Digests(self._sha256.hexdigest(), self._sha1.hexdigest(), self._md5.hexdigest())
