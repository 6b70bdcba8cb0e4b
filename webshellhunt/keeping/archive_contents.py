"""Contents of an evidence bag in an archive: each member is decrypted in pieces, and its code checked."""

from __future__ import annotations

import hmac
import zlib
from collections.abc import Iterator
from typing import IO

from webshellhunt.containers.aes_zip import CODE_BYTES, AesKey, find_key, header_bytes
from webshellhunt.keeping.archive_layout import Difference, Member

PIECE_BYTES = 1 << 20
_STRENGTH = 3


class ArchiveContents:
    """Reads the members of an open archive."""

    def __init__(self, stream: IO[bytes], password: bytes) -> None:
        self._stream = stream
        self._password = password
        self._keys: dict[int, AesKey | None] = {}

    def accepts_password(self, members: tuple[Member, ...]) -> bool:
        """Return True unless the password fits no encrypted member."""
        encrypted = [member for member in members if member.encrypted]
        return not encrypted or any(self._key(member) is not None for member in encrypted)

    def read(self, member: Member) -> Iterator[bytes | Difference]:
        """Yield the content of a member in pieces, and at the end a difference if it is damaged."""
        if not member.encrypted:
            yield from self._read_plain(member)
            return
        key = self._key(member)
        if key is None:
            words = "the password does not fit this member, though it fits others: it is damaged, or replaced"
            yield Difference(member.name, words, member.data, member.end)
            return
        code = key.new_code()
        start = member.data + header_bytes(_STRENGTH)
        offset = 0
        for piece in self._pieces(start, member.end - CODE_BYTES):
            code.update(piece)
            yield key.decrypt(piece, offset)
            offset += len(piece)
        self._stream.seek(member.end - CODE_BYTES)
        if not hmac.compare_digest(self._stream.read(CODE_BYTES), code.digest()[:CODE_BYTES]):
            yield Difference(member.name, "its content does not fit its authentication code", member.data, member.end)

    def _read_plain(self, member: Member) -> Iterator[bytes | Difference]:
        crc = 0
        for piece in self._pieces(member.data, member.end):
            crc = zlib.crc32(piece, crc)
            yield piece
        if crc != member.crc:
            yield Difference(member.name, "its content does not fit its CRC", member.data, member.end)

    def _pieces(self, start: int, end: int) -> Iterator[bytes]:
        while start < end:
            self._stream.seek(start)
            piece = self._stream.read(min(PIECE_BYTES, end - start))
            if not piece:
                return
            yield piece
            start += len(piece)

    def _key(self, member: Member) -> AesKey | None:
        if member.start not in self._keys:
            self._stream.seek(member.data)
            self._keys[member.start] = find_key(self._password, _STRENGTH, self._stream.read(header_bytes(_STRENGTH)))
        return self._keys[member.start]
