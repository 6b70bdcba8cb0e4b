"""The contents of the members of a ZIP archive.

Source: PKWARE, APPNOTE.TXT 6.3.10, 4.3.7, 4.4.5 and 6.1; WinZip, AE-1 and AE-2.
"""

from __future__ import annotations

import struct
import zlib

from webshellhunt.containers.aes_zip import CODE_BYTES, AesKey, find_key, header_bytes
from webshellhunt.errors import MissingDependencyError, UnreadableError
from webshellhunt.sources.archive.inflated import DEFLATE, InflatedView
from webshellhunt.sources.archive.kept import KeptView, bzip2, xz, zstandard
from webshellhunt.sources.archive.members import Place
from webshellhunt.sources.archive.problems import Problem
from webshellhunt.sources.archive.views import BytesView, PartView, View
from webshellhunt.sources.archive.zip_cipher import HEADER_BYTES, ZipCipher
from webshellhunt.sources.archive.zip_directory import ENCRYPTED, STRENGTH_SHIFT

STORED, DEFLATED = 0, 8
_KEPT = {12: bzip2, 93: zstandard, 95: xz}
METHODS = frozenset({STORED, DEFLATED, *_KEPT})
"""The methods of compression that are read."""

_LOCAL = struct.Struct("<4sHHHHHLLLHH")
_SIZES_LATER = 0x8
_STRONG = 0x2040
_FULL_32 = 0xFFFFFFFF
_MEMORY_BYTES = 64 * 1024 * 1024
_PIECE = 1024 * 1024


class ZipContents:
    """Opens the contents of one archive."""

    def __init__(self, view: View, password: bytes | None) -> None:
        self._view = view
        self._password = password

    def open(self, place: Place, size_bytes: int) -> View:
        """Return the content of a member.

        Raises:
            SourceError: It is damaged, or encrypted with another password.
        """
        start, clock = self._start(place, size_bytes)
        packed: View = PartView(self._view, start, place.packed)
        if place.flags & ENCRYPTED:
            packed = self._decrypted(packed, place, clock)
        if place.method == STORED:
            if packed.size_bytes < size_bytes:
                raise UnreadableError("its sizes in the directory contradict each other")
            return packed
        if place.method == DEFLATED:
            return InflatedView(packed, DEFLATE, size_bytes)
        return KeptView(packed, _KEPT[place.method])

    def encryption_problem(self, place: Place) -> Problem | None:
        """Return the reason why an encrypted member can't be read, as its header shows it, or ``None``."""
        if not place.flags & ENCRYPTED:
            return None
        if place.flags & _STRONG or place.method not in METHODS:
            return Problem.ENCRYPTION
        if self._password is None:
            return Problem.NO_PASSWORD
        try:
            start, clock = self._start(place, None)
            self._decrypted(PartView(self._view, start, place.packed), place, clock, check_alone=True)
        except MissingDependencyError:
            return Problem.NO_EXTRA
        except UnreadableError:
            return Problem.WRONG_PASSWORD
        return None

    def _start(self, place: Place, size_bytes: int | None) -> tuple[int, int]:
        """Return the offset of the data of a member and the last byte of its time, from its local header."""
        header = self._view.read(place.offset, _LOCAL.size) if place.offset >= 0 else b""
        if len(header) < _LOCAL.size or not header.startswith(b"PK\x03\x04"):
            raise UnreadableError("its local header is damaged, or not at the place that the directory has")
        _, _, flags, _, clock, _, _, packed, size, name_bytes, extra_bytes = _LOCAL.unpack(header)
        name = self._view.read(place.offset + _LOCAL.size, name_bytes)
        if zlib.crc32(name) != place.name:
            raise UnreadableError("its local header has another name than the directory")
        later = flags & _SIZES_LATER or _FULL_32 in (packed, size)
        if size_bytes is not None and not later and (packed, size) != (place.packed, size_bytes):
            raise UnreadableError("its local header has other sizes than the directory")
        return place.offset + _LOCAL.size + name_bytes + extra_bytes, clock

    def _decrypted(self, packed: View, place: Place, clock: int, *, check_alone: bool = False) -> View:
        password, strength = self._password or b"", place.flags >> STRENGTH_SHIFT
        if strength:
            return _aes(packed, strength, password, check_alone=check_alone)
        cipher = ZipCipher(password)
        last = cipher.decrypt(packed.read(0, HEADER_BYTES))[-1:]
        expected = clock >> 8 if place.flags & _SIZES_LATER else place.checksum >> 24
        if last != bytes([expected & 0xFF]):
            raise UnreadableError("it is encrypted with another password")
        if check_alone:
            return packed
        if packed.size_bytes > _MEMORY_BYTES:
            raise UnreadableError("it is encrypted by ZipCrypto, and larger than 64 MiB: decrypt the archive first")
        return BytesView(cipher.decrypt(packed.read(HEADER_BYTES, packed.size_bytes)))


class _DecryptedView:
    """The plain bytes of a view that AES encrypted."""

    def __init__(self, packed: View, key: AesKey) -> None:
        self.size_bytes = packed.size_bytes
        self._packed = packed
        self._key = key

    def read(self, offset: int, count: int) -> bytes:
        """Return plain bytes."""
        return self._key.decrypt(self._packed.read(offset, count), offset)


def _aes(packed: View, strength: int, password: bytes, *, check_alone: bool) -> View:
    head = header_bytes(strength)
    if strength > 3 or packed.size_bytes < head + CODE_BYTES:
        raise UnreadableError("its encryption is damaged")
    key = find_key(password, strength, packed.read(0, head))
    if key is None:
        raise UnreadableError("it is encrypted with another password")
    body = PartView(packed, head, packed.size_bytes - head - CODE_BYTES)
    if check_alone:
        key.decrypt(b"")
    elif body.size_bytes <= _MEMORY_BYTES:
        code = key.new_code()
        for at in range(0, body.size_bytes, _PIECE):
            code.update(body.read(at, _PIECE))
        if code.digest()[:CODE_BYTES] != packed.read(head + body.size_bytes, CODE_BYTES):
            raise UnreadableError("its encrypted data was changed or damaged: its authentication code is wrong")
    return _DecryptedView(body, key)
