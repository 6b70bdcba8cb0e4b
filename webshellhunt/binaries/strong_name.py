"""Strong names of .NET assemblies, verified: the file is unchanged since a publisher signed it.

A public key, its token and a resource with a company are texts that anyone may copy. Only a signature over the file
that fits a key of ``publishers.tsv`` proves an origin; keys whose private half is public, as of many open projects,
prove nothing and are not listed there.

Source: ECMA-335, II.6.2.1.3 and II.25.3.3; PE format; RFC 8017, section 8.2.2 (PKCS #1 v1.5).
"""

from __future__ import annotations

import hashlib
import struct
from functools import lru_cache
from importlib.resources import files
from typing import Final

_MAGICS: Final = {0x10B: 96, 0x20B: 112}
_CHECKSUM, _SECURITY, _DOTNET = 64, 4, 14
_STRONG_NAME, _SECTION = 32, 40
_MOST_SECTIONS = 96
_HASHES: Final = {0x8004: "sha1", 0x800C: "sha256", 0x800D: "sha384", 0x800E: "sha512"}
_DIGEST_INFO: Final = {
    "sha1": "3021300906052b0e03021a05000414",
    "sha256": "3031300d060960864801650304020105000420",
    "sha384": "3041300d060960864801650304020205000430",
    "sha512": "3051300d060960864801650304020305000440",
}
_KEY_HEADER, _LARGEST_KEY = 32, 2048


def verified_publisher(data: bytes, public_key: bytes) -> str | None:
    """Return the known publisher whose strong-name signature is on an assembly, or ``None``."""
    publisher = _publishers().get(hashlib.sha256(public_key).hexdigest())
    return publisher if publisher is not None and is_signed_with(data, public_key) else None


def is_signed_with(data: bytes, public_key: bytes) -> bool:
    """Return True if the strong-name signature of an assembly fits a public key."""
    try:
        algorithm, exponent, modulus = _read_key(public_key)
        signature, digest = _read_file(data, algorithm)
    except (struct.error, ValueError, KeyError):
        return False
    size = (modulus.bit_length() + 7) // 8
    if len(signature) != size:
        return False
    info = bytes.fromhex(_DIGEST_INFO[algorithm]) + digest
    padded = b"\0\1" + b"\xff" * (size - len(info) - 3) + b"\0" + info
    return pow(int.from_bytes(signature, "little"), exponent, modulus) == int.from_bytes(padded, "big")


def _read_key(blob: bytes) -> tuple[str, int, int]:
    """Return the hash, exponent and modulus of a public key."""
    _, hashed, size, kind, _, magic, bits, exponent = struct.unpack_from("<IIIIIIII", blob)
    modulus = int.from_bytes(blob[_KEY_HEADER : _KEY_HEADER + bits // 8], "little")
    is_rsa = kind & 0xFF == 6 and magic == 0x31415352 and 0 < bits // 8 <= _LARGEST_KEY and size <= len(blob)
    if not is_rsa or exponent < 3 or modulus < 1 << 512:
        raise ValueError
    return _HASHES[hashed], exponent, modulus


def _read_file(data: bytes, algorithm: str) -> tuple[bytes, bytes]:
    """Return the signature in a file, and the digest of all that it covers."""
    (pe,) = struct.unpack_from("<I", data, 0x3C)
    count, size = struct.unpack_from("<H", data, pe + 6)[0], struct.unpack_from("<H", data, pe + 20)[0]
    optional = pe + 24
    directories = optional + _MAGICS[struct.unpack_from("<H", data, optional)[0]]
    table = optional + size
    if count > _MOST_SECTIONS or data[pe : pe + 4] != b"PE\0\0":
        raise ValueError
    sections = [struct.unpack_from("<IIII", data, table + _SECTION * at + 8) for at in range(count)]
    (dotnet,) = struct.unpack_from("<I", data, directories + 8 * _DOTNET)
    at, length = struct.unpack_from("<II", data, _offset(dotnet, sections) + _STRONG_NAME)
    start = _offset(at, sections)
    head = bytearray(data[: table + _SECTION * count])
    head[optional + _CHECKSUM : optional + _CHECKSUM + 4] = bytes(4)
    head[directories + 8 * _SECURITY : directories + 8 * _SECURITY + 8] = bytes(8)
    hashed = hashlib.new(algorithm, head, usedforsecurity=False)
    for _, _, raw, first in sections:
        cut = min(max(start, first), first + raw), min(max(start + length, first), first + raw)
        hashed.update(data[first : cut[0]])
        hashed.update(data[cut[1] : first + raw])
    return data[start : start + length], hashed.digest()


def _offset(rva: int, sections: list[tuple[int, int, int, int]]) -> int:
    """Return the offset in the file of a relative address."""
    for virtual_size, address, raw, first in sections:
        if address <= rva < address + max(virtual_size, raw):
            return rva - address + first
    raise ValueError


@lru_cache(maxsize=1)
def _publishers() -> dict[str, str]:
    """Return the publishers by the SHA-256 of their public keys."""
    text = (files(__package__) / "publishers.tsv").read_text(encoding="utf-8")
    rows = (line.split("\t") for line in text.splitlines() if line and not line.startswith("#"))
    return {digest: publisher for digest, _, publisher, _ in rows}
