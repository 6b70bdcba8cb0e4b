"""The traditional encryption of ZIP archives (ZipCrypto), which is weak, slow here, and common.

Source: PKWARE, APPNOTE.TXT 6.3.10, section 6.1.
"""

from __future__ import annotations

HEADER_BYTES = 12


def _table() -> tuple[int, ...]:
    values = []
    for value in range(256):
        for _ in range(8):
            value = value >> 1 ^ 0xEDB88320 if value & 1 else value >> 1
        values.append(value)
    return tuple(values)


_CRC = _table()


class ZipCipher:
    """The decryption of one member, forward only."""

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
