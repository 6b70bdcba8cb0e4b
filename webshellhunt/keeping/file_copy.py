"""The copy of one file into a bag: read once, in pieces, and digested while it is written."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import NamedTuple

from webshellhunt.containers.aes_zip_writer import MemberStream
from webshellhunt.errors import SourceError
from webshellhunt.sources.source import Source


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


PIECE_BYTES = 4 << 20
"""The most bytes that are in memory at once."""

Stop = Callable[[], bool]


class Copied(NamedTuple):
    """The result of a copy: the bytes in the bag, and why they are not the whole file, if so."""

    size_bytes: int
    digests: Digests
    failure: str | None = None
    interrupted: bool = False


def copy_file(
    source: Source, path: str, listed_bytes: int, most_bytes: int, stream: MemberStream, should_stop: Stop
) -> Copied:
    """Copy a file to a stream, at most ``most_bytes`` bytes of it; it ends early where its listed size says so."""
    digester = Digester()
    failure, interrupted = None, False
    while True:
        left = most_bytes - digester.size_bytes
        wanted = min(PIECE_BYTES, left + 1)
        try:
            interrupted = should_stop()
            piece = b"" if interrupted else source.read(path, wanted, digester.size_bytes)
        except SourceError as error:
            failure = f"it could not be read from byte {digester.size_bytes:,} on: {error.message}"
            break
        except KeyboardInterrupt:
            interrupted = True
            break
        stream.write(piece[:left])
        digester.update(piece[:left])
        if len(piece) > left:
            failure = f"it grew while it was copied, and only {most_bytes:,} bytes of it are kept"
            break
        if not piece or (len(piece) < wanted and digester.size_bytes >= listed_bytes):
            break
    if interrupted:
        failure = f"the copy was interrupted after {digester.size_bytes:,} bytes"
    return Copied(digester.size_bytes, digester.digests, failure, interrupted)
