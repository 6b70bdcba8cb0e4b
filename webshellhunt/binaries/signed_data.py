"""PKCS #7 signed data, verified up to a root certificate that this package ships.

Only RSA with SHA-1 or SHA-2 and keys of 2,048 bits and more is verified; MD5, shorter keys and elliptic curves are
``UNVERIFIED``. No revocation list is read, since no network is used. The content itself decides about the
chain: certificates in it are used, but only the shipped roots end one.

Source: RFC 2315, RFC 3161, RFC 5280, RFC 8017 (8.2.2); Microsoft, Windows Authenticode Portable Executable Signature
Format.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from datetime import datetime
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Final, NamedTuple

from webshellhunt.binaries.der import OCTETS, SEQUENCE, SET, Der, read_der
from webshellhunt.errors import BinaryError

DIGESTS: Final = {
    "1.3.14.3.2.26": "sha1",
    "2.16.840.1.101.3.4.2.1": "sha256",
    "2.16.840.1.101.3.4.2.2": "sha384",
    "2.16.840.1.101.3.4.2.3": "sha512",
}
CODE_SIGNING: Final = "1.3.6.1.5.5.7.3.3"
_TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"
_ANY_PURPOSE: Final = "2.5.29.37.0"
_RSA: Final = "1.2.840.113549.1.1.1"
_RSA_WITH: Final = {
    "1.3.14.3.2.29": "sha1",
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
_NAME_BYTES: Final = {
    "sha1": bytes.fromhex("06052b0e03021a"),
    "sha256": bytes.fromhex("0609608648016503040201"),
    "sha384": bytes.fromhex("0609608648016503040202"),
    "sha512": bytes.fromhex("0609608648016503040203"),
}
_SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
_DIGEST_OF_CONTENT: Final = "1.2.840.113549.1.9.4"
_SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
_COUNTERSIGNATURE: Final = "1.2.840.113549.1.9.6"
_TIME_STAMP: Final = "1.3.6.1.4.1.311.3.3.1"
_STAMPED_CONTENT: Final = "1.2.840.113549.1.9.16.1.4"
_COMMON_NAME, _ORGANISATION = "2.5.4.3", "2.5.4.10"
_CONSTRAINTS, _PURPOSES = "2.5.29.19", "2.5.29.37"
_KEY_BITS: Final = range(2_048, 4_097)
_LARGEST_EXPONENT: Final = 2**32
_MOST_CERTIFICATES: Final = 16
_LONGEST_NAME: Final = 200
_MICROSOFT: Final = "Microsoft Corporation"
_NOT_OF_MICROSOFT: Final = frozenset(
    {"microsoft windows hardware compatibility publisher", "microsoft windows early launch anti-malware publisher"}
)
_FOR_DRIVERS: Final = frozenset({"1.3.6.1.4.1.311.10.3.5", "1.3.6.1.4.1.311.10.3.5.1"})
"""Names and purposes of certificates with which Microsoft signs drivers of others."""


class SignatureState(StrEnum):
    """The result of the verification of a signature.

    ``CHANGED``: the signature is intact, and the content is not that which was signed. ``FORGED``: the signature does
    not fit the key of its certificate. ``UNTRUSTED``: its chain does not end in a known root, or nothing proves that
    it was made while its certificate was valid. ``UNVERIFIED``: it can't be read, or uses another algorithm.
    """

    UNSIGNED = "unsigned"
    VALID = "valid"
    CHANGED = "changed"
    FORGED = "forged"
    UNTRUSTED = "untrusted"
    UNVERIFIED = "unverified"


class Certificate(NamedTuple):
    """A certificate; ``key`` is the modulus and the exponent of RSA, or ``None`` for a key that is not verified."""

    whole: bytes
    signed: bytes
    serial: int
    issuer: bytes
    subject: bytes
    valid_from: datetime
    valid_until: datetime
    key: tuple[int, int] | None
    algorithm: str
    signature: bytes
    names: dict[str, str]
    is_authority: bool
    purposes: frozenset[str]


class Root(NamedTuple):
    """A pinned root certificate; ``is_microsoft`` is true for one that issues to Microsoft and its partners only."""

    certificate: Certificate
    is_microsoft: bool


class Signer(NamedTuple):
    """The result for one signer.

    ``publisher`` is the organisation in the certificate, or its name; ``is_microsoft`` is true only for a valid
    signature of Microsoft for its own program. ``signed_at`` is the time that a verified time stamp proves.
    """

    state: SignatureState
    publisher: str | None = None
    is_microsoft: bool = False
    signed_at: datetime | None = None


class SignedData(NamedTuple):
    """Signed data: the type of the content, the content as an element, the certificates and the first signer."""

    content_type: str
    content: Der
    certificates: tuple[Certificate, ...]
    signer: _SignerInfo


class _SignerInfo(NamedTuple):
    issuer: bytes
    serial: int
    digest: str
    signed_attributes: bytes
    attributes: dict[str, Der]
    algorithm: str
    signature: bytes
    other_attributes: dict[str, Der]


def read_signed_data(data: bytes, at: int = 0) -> SignedData:
    """Return the signed data at an offset.

    Raises:
        BinaryError: It is damaged, or of another type.
    """
    outer = read_der(data, at).items(SEQUENCE)
    if len(outer) < 2 or outer[0].identifier() != _SIGNED_DATA:
        raise BinaryError("its signature is of an unknown type")
    items = _first(outer[1]).items(SEQUENCE)
    if len(items) < 4:
        raise BinaryError("its signature is incomplete")
    content = items[2].items(SEQUENCE)
    if len(content) < 2:
        raise BinaryError("its signature has no content")
    listed = next((each for each in items[3:] if each.tag == 0xA0), None)
    found = [] if listed is None else [each for each in listed.items() if each.tag == SEQUENCE]
    certificates = tuple(map(_certificate, found[:_MOST_CERTIFICATES]))
    signers = items[-1].items(SET)
    if not signers:
        raise BinaryError("its signature has no signer")
    return SignedData(content[0].identifier(), _first(content[1]), certificates, _signer(signers[0]))


def verify(signed: SignedData, roots: Sequence[Root]) -> Signer:
    """Verify signed data: the digest of its content, the signature, its time stamp and the chain of certificates."""
    certificate = _certificate_of(signed.signer, signed.certificates)
    if certificate is None:
        return Signer(SignatureState.UNVERIFIED)
    publisher = certificate.names.get(_ORGANISATION) or certificate.names.get(_COMMON_NAME)
    state = _signature_state(signed.signer, certificate, signed.content.content)
    if state is not SignatureState.VALID:
        return Signer(state, publisher)
    signed_at = _proven_time(signed, roots)
    root = find_root(certificate, signed.certificates, roots, CODE_SIGNING, signed_at)
    is_microsoft = root is not None and root.is_microsoft and _is_of_microsoft(certificate)
    if root is None or (signed_at is None and not root.is_microsoft):
        return Signer(SignatureState.UNTRUSTED, publisher, signed_at=signed_at)
    return Signer(SignatureState.VALID, publisher, is_microsoft, signed_at)


def find_root(
    certificate: Certificate, others: Sequence[Certificate], roots: Sequence[Root], purpose: str, at: datetime | None
) -> Root | None:
    """Return the root in which a chain of certificates for a purpose ends, or ``None``.

    Each certificate is followed once, so that crafted cycles end. ``at`` is the time at which all certificates but the
    root must be valid; ``None`` for any time.
    """
    waiting, left = [certificate], [each for each in others if each.is_authority]
    while waiting:
        each = waiting.pop()
        in_time = at is None or each.valid_from <= at <= each.valid_until
        if not in_time or not _serves(each, purpose, is_issuer=each is not certificate):
            continue
        for root in roots:
            if root.certificate.subject == each.issuer and _is_issued_by(each, root.certificate):
                return root
        above = [one for one in left if one.subject == each.issuer and _is_issued_by(each, one)]
        left = [one for one in left if one not in above]
        waiting += above
    return None


def _serves(certificate: Certificate, purpose: str, *, is_issuer: bool) -> bool:
    """Return True if a certificate may be used for a purpose; one of an issuer need not name it."""
    named = certificate.purposes
    return purpose in named or (is_issuer and (not named or _ANY_PURPOSE in named))


@lru_cache(maxsize=1)
def pinned_roots() -> tuple[Root, ...]:
    """Return the shipped root certificates: those of Microsoft, and those that issue to publishers in general."""
    lines = Path(__file__).with_name("signing_roots.tsv").read_text(encoding="utf-8").splitlines()[1:]
    rows = (line.split("\t") for line in lines)
    return tuple(Root(read_certificate(base64.b64decode(row[3])), row[1] == "microsoft") for row in rows)


def read_certificate(data: bytes) -> Certificate:
    """Return a certificate.

    Raises:
        BinaryError: It is damaged.
    """
    return _certificate(read_der(data))


def _certificate(whole: Der) -> Certificate:
    parts = whole.items(SEQUENCE)
    items = parts[0].items(SEQUENCE) if parts else []
    items = items[1:] if items and items[0].tag == 0xA0 else items  # the version
    if len(parts) != 3 or len(items) < 6:
        raise BinaryError("a certificate in its signature is damaged")
    validity = [each.time() for each in items[3].items(SEQUENCE)]
    if len(validity) != 2:
        raise BinaryError("a certificate in its signature is damaged")
    is_authority, purposes = _extensions(items[6:])
    return Certificate(
        whole=whole.whole,
        signed=parts[0].whole,
        serial=items[0].number(),
        issuer=items[2].whole,
        subject=items[4].whole,
        valid_from=validity[0],
        valid_until=validity[1],
        key=_key(items[5]),
        algorithm=_first(parts[1]).identifier(),
        signature=parts[2].bits(),
        names=_names(items[4]),
        is_authority=is_authority,
        purposes=purposes,
    )


def _key(info: Der) -> tuple[int, int] | None:
    algorithm, bits = info.items(SEQUENCE)[:2]
    if _first(algorithm).identifier() != _RSA:
        return None
    modulus, exponent = (each.number() for each in read_der(bits.bits()).items(SEQUENCE)[:2])
    is_usable = modulus.bit_length() in _KEY_BITS and 2 < exponent < _LARGEST_EXPONENT and modulus % 2
    return (modulus, exponent) if is_usable else None


def _names(name: Der) -> dict[str, str]:
    pairs = (pair.items(SEQUENCE) for group in name.items(SEQUENCE) for pair in group.items(SET))
    return {pair[0].identifier(): pair[1].text()[:_LONGEST_NAME] for pair in pairs if len(pair) == 2}


def _extensions(items: list[Der]) -> tuple[bool, frozenset[str]]:
    """Return whether a certificate may issue others, and its purposes."""
    is_authority, purposes = False, frozenset[str]()
    for each in (each for item in items if item.tag == 0xA3 for each in _first(item).items(SEQUENCE)):
        parts = each.items(SEQUENCE)
        name = parts[0].identifier()
        if name == _CONSTRAINTS:
            is_authority = any(
                part.content != b"\0" for part in read_der(parts[-1].content).items() if part.tag == 0x01
            )
        elif name == _PURPOSES:
            purposes = frozenset(part.identifier() for part in read_der(parts[-1].content).items(SEQUENCE))
    return is_authority, purposes


def _signer(info: Der) -> _SignerInfo:
    items = info.items(SEQUENCE)
    signed = next((each for each in items[3:4] if each.tag == 0xA0), None)
    rest = items[4:] if signed is not None else items[3:]
    if len(rest) < 2 or rest[1].tag != OCTETS:
        raise BinaryError("its signature has no signer that can be read")
    issuer, serial = items[1].items(SEQUENCE)[:2]
    other = next((each for each in rest[2:] if each.tag == 0xA1), None)
    return _SignerInfo(
        issuer=issuer.whole,
        serial=serial.number(),
        digest=DIGESTS.get(_first(items[2]).identifier(), ""),
        signed_attributes=b"" if signed is None else bytes((SET,)) + signed.whole[1:],
        attributes=_attributes(signed),
        algorithm=_first(rest[0]).identifier(),
        signature=rest[1].content,
        other_attributes=_attributes(other),
    )


def _attributes(listed: Der | None) -> dict[str, Der]:
    """Return the first value of each attribute by its identifier."""
    pairs = () if listed is None else (each.items(SEQUENCE) for each in listed.items())
    return {pair[0].identifier(): _first(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].end > pair[1].body}


def _certificate_of(signer: _SignerInfo, certificates: Sequence[Certificate]) -> Certificate | None:
    return next((each for each in certificates if (each.issuer, each.serial) == (signer.issuer, signer.serial)), None)


def _signature_state(signer: _SignerInfo, certificate: Certificate, content: bytes) -> SignatureState:
    """Return whether a signer signed a content with the key of a certificate."""
    digest = _RSA_WITH.get(signer.algorithm, signer.digest if signer.algorithm == _RSA else "")
    if certificate.key is None or not signer.digest or digest != signer.digest:
        return SignatureState.UNVERIFIED
    of_content = signer.attributes.get(_DIGEST_OF_CONTENT)
    if of_content is None:
        return SignatureState.UNVERIFIED
    if of_content.content != hashlib.new(signer.digest, content).digest():
        return SignatureState.FORGED
    fits = _fits(certificate.key, digest, signer.signed_attributes, signer.signature)
    return SignatureState.VALID if fits else SignatureState.FORGED


def _fits(key: tuple[int, int], digest: str, message: bytes, signature: bytes) -> bool:
    """Return True if a signature of RSASSA-PKCS1-v1_5 is that of a message."""
    modulus, exponent = key
    size = (modulus.bit_length() + 7) // 8
    value = int.from_bytes(signature, "big")
    if len(signature) != size or value >= modulus:
        return False
    found = pow(value, exponent, modulus).to_bytes(size, "big")
    hashed = hashlib.new(digest, message).digest()
    for parameters in (b"\x05\0", b""):
        algorithm = _element(SEQUENCE, _NAME_BYTES[digest] + parameters)
        ending = b"\0" + _element(SEQUENCE, algorithm + _element(OCTETS, hashed))
        if found == b"\0\1" + b"\xff" * (size - 2 - len(ending)) + ending:
            return True
    return False


def _element(tag: int, content: bytes) -> bytes:
    return bytes((tag, len(content))) + content


def _is_issued_by(certificate: Certificate, issuer: Certificate) -> bool:
    digest = _RSA_WITH.get(certificate.algorithm)
    if issuer.key is None or digest is None:
        return False
    return _fits(issuer.key, digest, certificate.signed, certificate.signature)


def _is_of_microsoft(certificate: Certificate) -> bool:
    is_named = certificate.names.get(_ORGANISATION) == _MICROSOFT and not certificate.purposes & _FOR_DRIVERS
    return is_named and certificate.names.get(_COMMON_NAME, "").lower() not in _NOT_OF_MICROSOFT


def _proven_time(signed: SignedData, roots: Sequence[Root]) -> datetime | None:
    """Return the time that a time stamp of the signature proves, or ``None``."""
    return next(_times(signed, roots), None)


def _times(signed: SignedData, roots: Sequence[Root]) -> Iterator[datetime]:
    other = signed.signer.other_attributes
    stamp, countersigned = other.get(_TIME_STAMP), other.get(_COUNTERSIGNATURE)
    try:
        if stamp is not None:
            token = read_signed_data(stamp.data, stamp.start)
            at = _time_of_token(token, signed.signer.signature)
            if at is not None and _is_stamp(token.signer, token.content.content, token.certificates, roots, at):
                yield at
        if countersigned is not None:
            signer = _signer(countersigned)
            time = signer.attributes.get(_SIGNING_TIME)
            at = None if time is None else time.time()
            if at is not None and _is_stamp(signer, signed.signer.signature, signed.certificates, roots, at):
                yield at
    except (ValueError, IndexError):  # a BinaryError is a ValueError
        return


def _is_stamp(
    signer: _SignerInfo, content: bytes, certificates: Sequence[Certificate], roots: Sequence[Root], at: datetime
) -> bool:
    certificate = _certificate_of(signer, certificates)
    if certificate is None or _signature_state(signer, certificate, content) is not SignatureState.VALID:
        return False
    return find_root(certificate, certificates, roots, _TIME_STAMPING, at) is not None


def _time_of_token(token: SignedData, signature: bytes) -> datetime | None:
    """Return the time in a token of RFC 3161, if the token is for a signature."""
    items = read_der(token.content.content).items(SEQUENCE)
    if token.content_type != _STAMPED_CONTENT or len(items) < 5:
        return None
    algorithm, hashed = items[2].items(SEQUENCE)[:2]
    digest = DIGESTS.get(_first(algorithm).identifier())
    if digest is None or hashed.content != hashlib.new(digest, signature).digest():
        return None
    return items[4].time()


def _first(element: Der) -> Der:
    """Return the first element of a constructed one."""
    return read_der(element.data, element.body, element.end)
