"""Signed images and catalogues, with keys and root certificates made for the tests."""

from __future__ import annotations

import hashlib
import struct
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

import pytest

from tests.builders.der import element
from webshellhunt.binaries import authenticode
from webshellhunt.binaries.authenticode import image_digests
from webshellhunt.binaries.signed_data import Root, read_certificate
from webshellhunt.host.machine import catalogues

SHA1 = bytes.fromhex("06052b0e03021a")
SHA256 = bytes.fromhex("0609608648016503040201")
CODE_SIGNING, TIME_STAMPING = "1.3.6.1.5.5.7.3.3", "1.3.6.1.5.5.7.3.8"
MADE_AT = datetime(2020, 1, 1, tzinfo=UTC)
SIGNED_AT = datetime(2021, 3, 2, 12, 0, tzinfo=UTC)


class Identity(NamedTuple):
    """A certificate and its private key."""

    certificate: object
    key: object

    @property
    def der(self) -> bytes:
        """The bytes of the certificate."""
        from cryptography.hazmat.primitives.serialization import Encoding

        return self.certificate.public_bytes(Encoding.DER)  # type: ignore[attr-defined, no-any-return]


@lru_cache(maxsize=32)
def identity(
    name: str, organisation: str, issuer: Identity | None = None, purpose: str | None = CODE_SIGNING, days: int = 3_650
) -> Identity:
    """Return an identity: one without an issuer is a root, one without a purpose issues others."""
    pytest.importorskip("cryptography", reason="cryptography is not installed")
    from cryptography import x509
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import rsa

    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    subject = x509.Name(
        [
            x509.NameAttribute(x509.NameOID.ORGANIZATION_NAME, organisation),
            x509.NameAttribute(x509.NameOID.COMMON_NAME, name),
        ]
    )
    made = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(subject if issuer is None else issuer.certificate.subject)  # type: ignore[attr-defined]
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(MADE_AT)
        .not_valid_after(MADE_AT + timedelta(days=days))
        .add_extension(x509.BasicConstraints(ca=purpose is None or issuer is None, path_length=None), critical=True)
    )
    if purpose is not None and issuer is not None:
        made = made.add_extension(x509.ExtendedKeyUsage([x509.ObjectIdentifier(purpose)]), critical=False)
    signing = key if issuer is None else issuer.key
    return Identity(made.sign(signing, hashes.SHA256()), key)  # type: ignore[arg-type]


def root_of(
    name: str = "Test Root", organisation: str = "Tests", *, is_microsoft: bool = False
) -> tuple[Identity, Root]:
    """Return an own root, and its pin."""
    made = identity(name, organisation)
    return made, Root(read_certificate(made.der), is_microsoft)


def pin(monkeypatch: pytest.MonkeyPatch, *, is_microsoft: bool = False) -> Identity:
    """Return an own root, which is the only one that signatures may end in during a test."""
    made, root = root_of("Pinned Root", "Tests", is_microsoft=is_microsoft)
    for module in (authenticode, catalogues):
        monkeypatch.setattr(module, "pinned_roots", lambda: (root,))
    return made


def _sequence(*parts: bytes) -> bytes:
    return element(0x30, b"".join(parts))


def _attribute(identifier: str, value: bytes) -> bytes:
    return _sequence(object_id(identifier), element(0x31, value))


def object_id(text: str) -> bytes:
    """Return an object identifier."""
    first, second, *rest = map(int, text.split("."))
    out = bytearray()
    for number in (40 * first + second, *rest):
        groups = [number & 0x7F]
        while number := number >> 7:
            groups.append(number & 0x7F | 0x80)
        out += bytes(reversed(groups))
    return element(0x06, bytes(out))


def _signer_info(content: bytes, by: Identity, content_type: str, other: bytes, *more: bytes) -> bytes:
    from cryptography.hazmat.primitives import hashes
    from cryptography.hazmat.primitives.asymmetric import padding
    from cryptography.hazmat.primitives.serialization import Encoding

    certificate = by.certificate
    issuer = certificate.issuer.public_bytes()  # type: ignore[attr-defined]
    serial = certificate.serial_number  # type: ignore[attr-defined]
    assert Encoding.DER
    signed = b"".join(
        (
            _attribute("1.2.840.113549.1.9.3", object_id(content_type)),
            _attribute("1.2.840.113549.1.9.4", element(0x04, hashlib.sha256(content).digest())),
            *more,
        )
    )
    value = by.key.sign(element(0x31, signed), padding.PKCS1v15(), hashes.SHA256())  # type: ignore[attr-defined]
    return _sequence(
        element(0x02, b"\1"),
        _sequence(issuer, element(0x02, serial.to_bytes(serial.bit_length() // 8 + 1, "big"))),
        _sequence(SHA256, b"\5\0"),
        element(0xA0, signed),
        _sequence(object_id("1.2.840.113549.1.1.1"), b"\5\0"),
        element(0x04, value),
        *((element(0xA1, other.replace(b"<signature>", value)),) if other else ()),
    )


def signed_data(
    content: bytes, content_type: str, by: Identity, others: Sequence[Identity] = (), *, stamp: Identity | None = None
) -> bytes:
    """Return signed data; ``content`` is one element, ``stamp`` adds a countersignature with the time."""
    body = content[2 if content[1] < 0x80 else 2 + (content[1] & 0x7F) :]
    plain = _signer_info(body, by, content_type, b"")
    if stamp is not None:
        plain = _countersigned(body, by, content_type, plain, stamp)
        others = (*others, stamp)
    return _sequence(
        object_id("1.2.840.113549.1.7.2"),
        element(
            0xA0,
            _sequence(
                element(0x02, b"\1"),
                element(0x31, _sequence(SHA256, b"\5\0")),
                _sequence(object_id(content_type), element(0xA0, content)),
                element(0xA0, b"".join(each.der for each in (by, *others))),
                element(0x31, plain),
            ),
        ),
    )


def _countersigned(body: bytes, by: Identity, content_type: str, plain: bytes, stamp: Identity) -> bytes:
    """Return the signer again with a countersignature of its signature, which is the last 256 bytes of ``plain``."""
    value = plain[-256:]
    time = element(0x17, SIGNED_AT.strftime("%y%m%d%H%M%SZ").encode())
    info = _signer_info(value, stamp, "1.2.840.113549.1.7.1", b"", _attribute("1.2.840.113549.1.9.5", time))
    other = _attribute("1.2.840.113549.1.9.6", info)
    head = 2 if plain[1] < 0x80 else 2 + (plain[1] & 0x7F)
    return _sequence(plain[head:], element(0xA1, other))


def indirect_data(digest: bytes, algorithm: bytes = SHA256) -> bytes:
    """Return the signed content that names the digest of an image."""
    kind = _sequence(object_id("1.3.6.1.4.1.311.2.1.15"), _sequence(element(0x03, b"\0"), element(0xA0, b"")))
    return _sequence(kind, _sequence(_sequence(algorithm, b"\5\0"), element(0x04, digest)))


def signed_image(data: bytes, by: Identity, others: Sequence[Identity] = (), *, stamp: Identity | None = None) -> bytes:
    """Return an image with a signature over it."""
    data += bytes(-len(data) % 8)
    content = indirect_data(image_digests(data, "sha256")[0])
    return with_signature(data, signed_data(content, "1.3.6.1.4.1.311.2.1.4", by, others, stamp=stamp))


def with_signature(data: bytes, signature: bytes) -> bytes:
    """Return an image with the bytes of a signature, whatever they sign."""
    data += bytes(-len(data) % 8)
    signature += bytes(-len(signature) % 8)
    (at,) = struct.unpack_from("<I", data, 0x3C)
    directory = at + 24 + 112 + 8 * 4
    entry = struct.pack("<II", len(data), len(signature) + 8)
    table = struct.pack("<IHH", len(signature) + 8, 0x200, 2) + signature
    return data[:directory] + entry + data[directory + 8 :] + table


def signature_of(data: bytes) -> bytes:
    """Return the signature of a signed image."""
    (at,) = struct.unpack_from("<I", data, 0x3C)
    start, size = struct.unpack_from("<II", data, at + 24 + 112 + 8 * 4)
    return data[start + 8 : start + size]


def catalogue(
    digests: Sequence[tuple[bytes, bytes]],
    by: Identity,
    others: Sequence[Identity] = (),
    *,
    stamp: Identity | None = None,
) -> bytes:
    """Return a catalogue with digests of images, as pairs of ``SHA1`` or ``SHA256`` and a digest."""
    members = b"".join(
        _sequence(
            element(0x04, digest),
            element(0x31, _attribute("1.3.6.1.4.1.311.2.1.4", indirect_data(digest, algorithm))),
        )
        for algorithm, digest in digests
    )
    content = _sequence(
        _sequence(object_id("1.3.6.1.4.1.311.12.1.1")),
        element(0x04, bytes(16)),
        element(0x17, b"210302120000Z"),
        _sequence(object_id("1.3.6.1.4.1.311.12.1.3"), b"\5\0"),
        element(0x30, members),
    )
    return signed_data(content, "1.3.6.1.4.1.311.10.1", by, others, stamp=stamp)
