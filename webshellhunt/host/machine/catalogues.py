"""Catalogues of Windows: signed lists of the digests of its files, which have no signature of their own.

They prove a file to be stock by its content, without a baseline. A list counts only if its signature ends in a pinned
root of Microsoft and is not that for drivers of others. The catalogues are read when the first file is in question:
the beginnings of their digests are kept for the hunt, and the catalogue with a match is read again and verified.

Source: Microsoft, Catalog Files and Digital Signatures; Certificate Trust List ([MS-CAESO] 4.4.5.2).
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from contextlib import suppress
from itertools import islice
from time import monotonic
from typing import Final

from webshellhunt.binaries.authenticode import image_digests
from webshellhunt.binaries.signed_data import pinned_roots, read_signed_data, verify
from webshellhunt.errors import SourceError
from webshellhunt.host.machine.volumes import HostPaths
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.artifact import Entry, EntryKind

NOT_IN_CATALOGUES: Final = "no catalogue of this Windows has its digest, and others of its folder are in one"
_FOLDER: Final = ("Windows", "System32", "CatRoot", "{F750E6C3-38EE-11D1-85E5-00C04FC295EE}")
_TRUST_LIST: Final = "1.3.6.1.4.1.311.10.1"
# The identifier of SHA-1 or SHA-256, and the digest after it, as DigestInfo of PKCS #1 has them.
_DIGEST: Final = lazy_pattern(
    rb"\x06\x05\x2b\x0e\x03\x02\x1a(?:\x05\0)?\x04\x14([\s\S]{20})"
    rb"|\x06\x09\x60\x86\x48\x01\x65\x03\x04\x02\x01(?:\x05\0)?\x04\x20([\s\S]{32})"
)
_KEPT: Final = 8
_LARGEST: Final = 16 * 1024 * 1024
_LARGEST_LIBRARY: Final = 4 * 1024 * 1024
_MOST_COMPARED: Final = 8
_FEWEST_COMPARED: Final = 2
_MOST_BYTES: Final = 1024 * 1024 * 1024
_MOST_FILES: Final = 20_000
_MOST_SECONDS: Final = 60
_MOST_CANDIDATES: Final = 32
"""The most catalogues that are verified for one digest: a crafted one may name it many times."""


class Catalogues:
    """The catalogues of a host; ``is_whole`` is false if there are none, or if not all could be read."""

    def __init__(self, paths: HostPaths) -> None:
        self._lookup, self._source = paths.lookup, paths.lookup.source
        self._files: list[str] = []
        self._starts: list[int] = []
        self._prefixes = bytearray()
        self.is_whole: bool = self._read_all(paths)

    def is_stock(self, entry: Entry, data: bytes) -> bool | None:
        """Return True for a file whose digest a catalogue has, and False if only others of its folder have theirs.

        ``None`` if the catalogues say nothing: they were not collected, or are not those of this Windows.
        """
        if self.has(data):
            return True
        return False if self.is_whole and self._covers(entry) else None

    def has(self, data: bytes) -> bool:
        """Return True if a verified catalogue of Microsoft has the digest of an image."""
        digests = [digest for name in ("sha256", "sha1") for digest in image_digests(data, name)]
        return bool(self._files) and any(self._has(digest) for digest in digests)

    def _covers(self, entry: Entry) -> bool:
        """Return True if the catalogues have some of the other libraries in a folder."""
        listed = self._lookup.entries(entry.path.rpartition("/")[0])
        others = (each for each in listed if each.name.lower().endswith(".dll") and each.path != entry.path)
        few = islice((each for each in others if 0 < each.size_bytes <= _LARGEST_LIBRARY), _MOST_COMPARED)
        return sum(self._has_file(each.path) for each in few) >= _FEWEST_COMPARED

    def _has_file(self, path: str) -> bool:
        with suppress(SourceError):
            return self.has(self._source.read(path, _LARGEST_LIBRARY))
        return False

    def _read_all(self, paths: HostPaths) -> bool:
        """Read the digests of all catalogues within the limits; return True if none is missing."""
        folders = [each for volume in paths.volumes for each in paths.lookup.find_all(volume.top, _FOLDER)]
        entries = [each for folder in folders for each in paths.lookup.entries(folder.path)]
        wanted = [each for each in entries if each.kind is EntryKind.FILE and each.name.lower().endswith(".cat")]
        left, end, is_whole = _MOST_BYTES, monotonic() + _MOST_SECONDS, bool(wanted) and len(wanted) <= _MOST_FILES
        for each in wanted[:_MOST_FILES]:
            left -= each.size_bytes
            if each.size_bytes > _LARGEST or left < 0 or monotonic() > end:
                is_whole = False
                continue
            try:
                data = self._source.read(each.path, _LARGEST)
            except SourceError:
                is_whole = False
                continue
            self._files.append(each.path)
            self._starts.append(len(self._prefixes))
            self._prefixes += b"".join((one or other)[:_KEPT] for one, other in _DIGEST.findall(data))
        return is_whole

    def _has(self, digest: bytes) -> bool:
        candidates = islice(dict.fromkeys(self._candidates(digest)), _MOST_CANDIDATES)
        return any(self._is_proof(path, digest) for path in candidates)

    def _candidates(self, digest: bytes) -> Iterator[str]:
        """Yield the catalogues that may have a digest."""
        at = self._prefixes.find(digest[:_KEPT])
        while at >= 0:
            if at % _KEPT == 0:
                yield self._files[bisect_right(self._starts, at) - 1]
            at = self._prefixes.find(digest[:_KEPT], at + 1)

    def _is_proof(self, path: str, digest: bytes) -> bool:
        """Return True if a catalogue has a digest in its signed content, and a valid signature of Microsoft."""
        with suppress(SourceError, ValueError, IndexError):  # a BinaryError is a ValueError
            signed = read_signed_data(self._source.read(path, _LARGEST))
            return (
                signed.content_type == _TRUST_LIST
                and digest in signed.content.content
                and verify(signed, pinned_roots()).is_microsoft
            )
        return False


def catalogues_of(paths: HostPaths) -> Catalogues:
    """Return the catalogues of a host, which are read once a hunt."""
    return paths.lookup.cached(("catalogues",), lambda: Catalogues(paths))
