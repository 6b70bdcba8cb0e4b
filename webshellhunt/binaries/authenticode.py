"""Authenticode signatures of PE images, verified offline.

A signature is valid if the digest of the image is the signed one, the signature fits its certificate, and the chain of
certificates ends in a root that this package ships. ``is_microsoft`` needs a root of Microsoft itself. Neither the name
nor the place of a file matters. Revocation is not checked; a signature of another publisher counts only with a verified
time stamp from within the validity of its certificate.

Source: Microsoft, Windows Authenticode Portable Executable Signature Format; PE format, attribute certificate table.
"""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final, NamedTuple

from webshellhunt.binaries.der import OCTETS, SEQUENCE, Der
from webshellhunt.binaries.pe import LARGEST_BYTES, is_image
from webshellhunt.binaries.signed_data import (
    DIGESTS,
    Root,
    SignatureState,
    Signer,
    pinned_roots,
    read_signed_data,
    verify,
)
from webshellhunt.errors import BinaryError

_INDIRECT_DATA: Final = "1.3.6.1.4.1.311.2.1.4"
_NESTED: Final = "1.3.6.1.4.1.311.2.4.1"
_PKCS: Final = 2
_MOST_SIGNATURES: Final = 4
_SECURITY_DIRECTORY: Final = 4
_DIRECTORIES_AT: Final = {0x10B: 96, 0x20B: 112}
_CHECKSUM_AT: Final = 64
_ORDER: Final = (
    SignatureState.VALID,
    SignatureState.CHANGED,
    SignatureState.FORGED,
    SignatureState.UNTRUSTED,
    SignatureState.UNVERIFIED,
)


class _Places(NamedTuple):
    """Offsets of the parts of an image that its digest leaves out."""

    checksum: int
    directory: int
    table: int
    table_bytes: int


def read_signature(data: bytes, roots: Sequence[Root] | None = None) -> Signer:
    """Verify the embedded signature of a PE image; of several, the best one is the result.

    ``roots``: the roots in which a chain may end; those that are shipped if omitted.
    """
    places = _find_places(data)
    if places is None or not places.table:
        return Signer(SignatureState.UNVERIFIED if len(data) > LARGEST_BYTES else SignatureState.UNSIGNED)
    known = pinned_roots() if roots is None else roots
    found = [*_signers(data, places, known)] or [Signer(SignatureState.UNVERIFIED)]
    return min(found, key=lambda each: (_ORDER.index(each.state), not each.is_microsoft))


def image_digests(data: bytes, name: str) -> tuple[bytes, ...]:
    """Return the digests that a signature of an image may have, for a ``hashlib`` name; none for other files.

    Of an image whose size is no multiple of eight, the digest may be with the zeros that signing adds.
    """
    places = _find_places(data)
    if places is None:
        return ()
    view, hashed = memoryview(data), hashlib.new(name)
    end = places.table or len(data)
    hashed.update(view[: places.checksum])
    hashed.update(view[places.checksum + 4 : places.directory])
    hashed.update(view[places.directory + 8 : end])
    hashed.update(view[end + places.table_bytes :])
    padded = hashed.copy()
    padded.update(bytes(-len(data) % 8))
    return tuple(dict.fromkeys((hashed.digest(), padded.digest())))


def _find_places(data: bytes) -> _Places | None:
    if not is_image(data) or len(data) > LARGEST_BYTES:
        return None
    (at,) = struct.unpack_from("<I", data, 0x3C)
    header = at + 24
    magic = int.from_bytes(data[header : header + 2], "little")
    directory = header + _DIRECTORIES_AT.get(magic, 0) + 8 * _SECURITY_DIRECTORY
    if magic not in _DIRECTORIES_AT or directory + 8 > len(data):
        return None
    start, size = struct.unpack_from("<II", data, directory)
    if not directory + 8 <= start < start + size <= len(data):
        start = size = 0
    return _Places(header + _CHECKSUM_AT, directory, start, size)


def _signers(data: bytes, places: _Places, roots: Sequence[Root]) -> Iterator[Signer]:
    """Yield the result for each signature in the attribute certificate table, and for those nested in it."""
    at, end = places.table, places.table + places.table_bytes
    for _ in range(_MOST_SIGNATURES):
        if at + 8 > end:
            return
        size, _, kind = struct.unpack_from("<IHH", data, at)
        if size < 8 or at + size > end:
            return
        if kind == _PKCS:
            yield from _verified(data, data[at + 8 : at + size], 0, roots)
        at += size + -size % 8


def _verified(
    data: bytes, signature: bytes, at: int, roots: Sequence[Root], *, nested: bool = False
) -> Iterator[Signer]:
    """Yield the result for a signature, and for one nested in it."""
    with suppress(BinaryError, IndexError, ValueError):
        signed = read_signed_data(signature, at)
        signer = verify(signed, roots)
        is_intact = signer.state in (SignatureState.VALID, SignatureState.UNTRUSTED)
        if signed.content_type != _INDIRECT_DATA:
            signer = Signer(SignatureState.UNVERIFIED)
        elif is_intact and not _is_of_image(signed.content, data):
            signer = Signer(SignatureState.CHANGED, signer.publisher, signed_at=signer.signed_at)
        yield signer
        inner = None if nested else signed.signer.other_attributes.get(_NESTED)
        if inner is not None:
            yield from _verified(data, inner.data, inner.start, roots, nested=True)


def _is_of_image(content: Der, data: bytes) -> bool:
    """Return True if the digest in a signed content is that of an image."""
    digest = read_digest(content)
    return digest is not None and digest[1] in image_digests(data, digest[0])


def read_digest(content: Der) -> tuple[str, bytes] | None:
    """Return the name and the value of the digest in ``SpcIndirectDataContent``, or ``None`` for an unknown kind.

    Raises:
        BinaryError: It is damaged.
    """
    algorithm, value = content.items(SEQUENCE)[1].items(SEQUENCE)[:2]
    name = DIGESTS.get(algorithm.items(SEQUENCE)[0].identifier())
    return (name, value.content) if name is not None and value.tag == OCTETS else None
