"""Certificate requests by hand: DER from pieces, and PEM around it."""

from __future__ import annotations

import base64
from collections.abc import Sequence

UTF8, PRINTABLE, TELETEX, BMP, UNIVERSAL = 0x0C, 0x13, 0x14, 0x1E, 0x1C
CODECS = {UTF8: "utf-8", PRINTABLE: "latin-1", TELETEX: "latin-1", BMP: "utf-16-be", UNIVERSAL: "utf-32-be"}
COMMON_NAME, ORGANIZATION = b"\x55\x04\x03", b"\x55\x04\x0a"


def element(tag: int, content: bytes) -> bytes:
    """Return one element in the shortest form of its length."""
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(digits))) + digits + content


def name(identifier: bytes, value: str, kind: int) -> bytes:
    """Return one attribute of a subject."""
    pair = element(0x06, identifier) + element(kind, value.encode(CODECS[kind]))
    return element(0x31, element(0x30, pair))


def request(names: Sequence[bytes], alternative: bytes = b"") -> bytes:
    """Return a request for these names; the key and the signature are only shaped like some."""
    key = element(
        0x30, element(0x30, element(0x06, b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x01")) + element(0x03, bytes(140))
    )
    extension = element(0x06, b"\x55\x1d\x11") + element(0x04, element(0x30, element(0x82, alternative)))
    attribute = element(0x06, b"\x2a\x86\x48\x86\xf7\x0d\x01\x09\x0e") + element(
        0x31, element(0x30, element(0x30, extension))
    )
    attributes = element(0xA0, element(0x30, attribute) if alternative else b"")
    body = element(0x30, element(0x02, b"\0") + element(0x30, b"".join(names)) + key + attributes)
    algorithm = element(0x30, element(0x06, b"\x2a\x86\x48\x86\xf7\x0d\x01\x01\x0b") + element(0x05, b""))
    return element(0x30, body + algorithm + element(0x03, bytes(129)))


def pem(der: bytes, label: str = "NEW CERTIFICATE REQUEST") -> bytes:
    """Return DER in its text form, as Exchange writes it."""
    lines = base64.encodebytes(der).decode("ascii").replace("\n", "\r\n")
    return f"-----BEGIN {label}-----\r\n{lines}-----END {label}-----\r\n".encode("ascii")
