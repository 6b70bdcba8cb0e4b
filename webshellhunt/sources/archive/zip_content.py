"""The contents of the members of a ZIP archive, decrypted and decompressed.

Source: PKWARE, APPNOTE.TXT 6.3.10, 4.3.7, 4.4.5 and 6.1; WinZip, AE-1 and AE-2.
"""

from __future__ import annotations

import zlib

from webshellhunt.containers.aes_zip import CODE_BYTES, METHOD, AesKey, find_key, header_bytes, is_available
from webshellhunt.containers.compressed import bzip2, xz
from webshellhunt.errors import MissingDependencyError, UnreadableError
from webshellhunt.sources.archive.inflated import DEFLATE, InflatedView
from webshellhunt.sources.archive.kept import KeptView, has_zstandard, zstandard
from webshellhunt.sources.archive.members import Place
from webshellhunt.sources.archive.problems import Problem
from webshellhunt.sources.archive.zip_directory import (
    ENCRYPTED,
    LOCAL_BYTES,
    aes_strength,
    local_header,
    sizes_are_later,
)
from webshellhunt.sources.views import BytesView, PartView, View

STORED, DEFLATED = 0, 8
_ZSTANDARD = 93
_KEPT = {12: bzip2, _ZSTANDARD: zstandard, 95: xz}
_STRONG = 0x2040
_FULL_32 = 0xFFFFFFFF
_MEMORY_BYTES = 64 * 1024 * 1024
_PIECE = 1024 * 1024
_MOST_STRENGTH = 3
_DAMAGED = "its encryption is damaged"
_OTHER_KEY = "it is encrypted with another password"
CIPHER_HEADER_BYTES = 12


class WrongPasswordError(UnreadableError):
    """A member is encrypted with another password."""


def method_problem(method: int) -> Problem | None:
    """Return the reason why members of a method of compression are not read, or ``None``."""
    if method == _ZSTANDARD and not has_zstandard():
        return Problem.ZSTANDARD
    return None if method in (STORED, DEFLATED, *_KEPT) else Problem.METHOD


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
        return KeptView(packed, _KEPT[place.method], most_bytes=size_bytes + 1)

    def encryption_problem(self, place: Place) -> Problem | None:
        """Return the reason why an encrypted member can't be read with any password, or without one, or ``None``."""
        if not place.flags & ENCRYPTED:
            return None
        strength = aes_strength(place.flags)
        if place.flags & _STRONG or place.method == METHOD or strength > _MOST_STRENGTH:
            return Problem.ENCRYPTION
        if self._password is not None:
            return None
        return Problem.NO_PASSWORD if not strength or is_available() else Problem.NO_PASSWORD_NO_EXTRA

    def password_problem(self, place: Place) -> Problem | None:
        """Return the reason why an encrypted member can't be read with the password, as its beginning shows it.

        Raises:
            SourceError: It is damaged.
        """
        start, clock = self._start(place, None)
        try:
            self._decrypted(PartView(self._view, start, place.packed), place, clock, check_alone=True)
        except MissingDependencyError:
            return Problem.NO_EXTRA
        except WrongPasswordError:
            return Problem.WRONG_PASSWORD
        return None

    def _start(self, place: Place, size_bytes: int | None) -> tuple[int, int]:
        """Return the offset of the data of a member and the last byte of its time, from its local header."""
        header = local_header(self._view.read(place.offset, LOCAL_BYTES)) if place.offset >= 0 else None
        if header is None:
            raise UnreadableError("its local header is damaged, or not at the place that the directory has")
        name = self._view.read(place.offset + LOCAL_BYTES, header.name_bytes)
        if zlib.crc32(name) != place.name:
            raise UnreadableError("its local header has another name than the directory")
        sizes = (header.packed, header.size_bytes)
        later = header.has_sizes_later or _FULL_32 in sizes
        if size_bytes is not None and not later and sizes != (place.packed, size_bytes):
            raise UnreadableError("its local header has other sizes than the directory")
        return place.offset + LOCAL_BYTES + header.name_bytes + header.extra_bytes, header.clock

    def _decrypted(self, packed: View, place: Place, clock: int, *, check_alone: bool = False) -> View:
        password, strength = self._password or b"", aes_strength(place.flags)
        if strength:
            return _aes(packed, strength, password, check_alone=check_alone)
        cipher = ZipCipher(password)
        header = cipher.decrypt(packed.read(0, CIPHER_HEADER_BYTES))
        if len(header) < CIPHER_HEADER_BYTES:
            raise UnreadableError(_DAMAGED)
        expected = clock >> 8 if sizes_are_later(place.flags) else place.checksum >> 24
        if header[-1] != expected & 0xFF:
            raise WrongPasswordError(_OTHER_KEY)
        if check_alone:
            return packed
        if packed.size_bytes > _MEMORY_BYTES:
            raise UnreadableError("it is encrypted by ZipCrypto, and larger than 64 MiB: decrypt the archive first")
        return BytesView(cipher.decrypt(packed.read(CIPHER_HEADER_BYTES, packed.size_bytes)))


class _DecryptedView:
    """The plain bytes of a view that AES encrypted."""

    def __init__(self, packed: View, key: AesKey) -> None:
        self.size_bytes = packed.size_bytes
        self._packed = packed
        self._key = key

    def read(self, offset: int, count: int) -> bytes:
        """Return plain bytes."""
        try:
            return self._key.decrypt(self._packed.read(offset, count), offset)
        except MissingDependencyError as error:
            raise UnreadableError(error.message) from error


def _aes(packed: View, strength: int, password: bytes, *, check_alone: bool) -> View:
    head = header_bytes(strength)
    if strength > _MOST_STRENGTH or packed.size_bytes < head + CODE_BYTES:
        raise UnreadableError(_DAMAGED)
    key = find_key(password, strength, packed.read(0, head))
    if key is None:
        raise WrongPasswordError(_OTHER_KEY)
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


def _table() -> tuple[int, ...]:
    values = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ 0xEDB88320 if value & 1 else value >> 1
        values.append(value)
    return tuple(values)


_CRC = _table()


class ZipCipher:
    """The decryption of one member with the traditional encryption, which is weak, slow here, and common."""

    def __init__(self, password: bytes) -> None:
        self._keys = (0x12345678, 0x23456789, 0x34567890)
        for byte in password:
            self._keys = _updated(*self._keys, byte)

    def decrypt(self, data: bytes) -> bytes:
        """Return the next plain bytes."""
        first, second, third = self._keys
        crc, plain = _CRC, bytearray(data)
        for at, byte in enumerate(data):
            mixed = third | 2
            byte ^= mixed * (mixed ^ 1) >> 8 & 0xFF
            plain[at] = byte
            first = first >> 8 ^ crc[(first ^ byte) & 0xFF]
            second = ((second + (first & 0xFF)) * 134_775_813 + 1) & 0xFFFFFFFF
            third = third >> 8 ^ crc[(third ^ second >> 24) & 0xFF]
        self._keys = (first, second, third)
        return bytes(plain)


def _updated(first: int, second: int, third: int, byte: int) -> tuple[int, int, int]:
    first = first >> 8 ^ _CRC[(first ^ byte) & 0xFF]
    second = ((second + (first & 0xFF)) * 134_775_813 + 1) & 0xFFFFFFFF
    return first, second, third >> 8 ^ _CRC[(third ^ second >> 24) & 0xFF]
