"""Signed data of our own and of public roots."""

from __future__ import annotations

import hashlib
import warnings
from datetime import timedelta
from pathlib import Path

import pytest

import webshellhunt.binaries
from tests.builders.der import element
from tests.builders.signed import MADE_AT, SIGNED_AT, TIME_STAMPING, Identity, identity, root_of, signed_data
from webshellhunt.binaries.signed_data import (
    CODE_SIGNING,
    SignatureState,
    Signer,
    find_root,
    pinned_roots,
    read_certificate,
    read_signed_data,
    verify,
)
from webshellhunt.errors import BinaryError

TABLE = Path(webshellhunt.binaries.__path__[0]) / "signing_roots.tsv"
CONTENT = element(0x30, element(0x04, b"what was signed"))
TYPE = "1.2.840.113549.1.7.1"
ROOT, PIN = root_of()
MIDDLE = identity("Middle", "Tests", ROOT, None)


def result(by: Identity, *others: Identity, stamp: Identity | None = None, pin: object = PIN) -> Signer:
    return verify(read_signed_data(signed_data(CONTENT, TYPE, by, others, stamp=stamp)), [pin])  # type: ignore[list-item]


def test_a_stamped_signature_of_a_known_root_is_valid() -> None:
    stamp = identity("Stamp", "Tests", ROOT, TIME_STAMPING)
    assert result(identity("Maker", "Maker Ltd", ROOT), stamp=stamp) == Signer(
        SignatureState.VALID, "Maker Ltd", is_microsoft=False, signed_at=SIGNED_AT
    )
    assert result(identity("Below", "Maker Ltd", MIDDLE), MIDDLE, stamp=stamp).state is SignatureState.VALID


@pytest.mark.parametrize(
    "stamp",
    [
        None,
        identity("No stamp", "Tests", ROOT, CODE_SIGNING),
        identity("Foreign stamp", "Tests", identity("Foreign", "Foreign"), TIME_STAMPING),
        identity("Late stamp", "Tests", ROOT, TIME_STAMPING, 100),
    ],
)
def test_without_a_proven_time_nobody_but_microsoft_is_trusted(stamp: Identity | None) -> None:
    found = result(identity("Maker", "Maker Ltd", ROOT), stamp=stamp)
    assert (found.state, found.publisher, found.signed_at) == (SignatureState.UNTRUSTED, "Maker Ltd", None)


def test_a_certificate_that_had_expired_is_not_trusted() -> None:
    stamp = identity("Stamp", "Tests", ROOT, TIME_STAMPING)
    assert result(identity("Old", "Old Ltd", ROOT, CODE_SIGNING, 100), stamp=stamp).state is SignatureState.UNTRUSTED


def test_of_microsoft_only_by_its_root_and_name() -> None:
    root, pin = root_of("Microsoft Root", "Microsoft Corporation", is_microsoft=True)
    assert result(identity("Microsoft Windows", "Microsoft Corporation", root), pin=pin).is_microsoft
    driver = identity("Microsoft Windows Hardware Compatibility Publisher", "Microsoft Corporation", root)
    assert not result(driver, pin=pin).is_microsoft
    assert not result(identity("Partner", "Partner Ltd", root), pin=pin).is_microsoft
    assert not result(identity("Microsoft Windows", "Microsoft Corporation", ROOT)).is_microsoft


@pytest.mark.parametrize(
    ("by", "others"),
    [
        (identity("Self", "Self Ltd"), ()),
        (identity("Site", "Site Ltd", ROOT, "1.3.6.1.5.5.7.3.1"), ()),
        (identity("Leaf", "Leaf Ltd", identity("No issuer", "Tests", ROOT)), (identity("No issuer", "Tests", ROOT),)),
        (identity("Below", "Maker Ltd", MIDDLE), ()),
    ],
    ids=["its own root", "another purpose", "an issuer that may not issue", "a missing issuer"],
)
def test_other_chains_are_not_trusted(by: Identity, others: tuple[Identity, ...]) -> None:
    stamp = identity("Stamp", "Tests", ROOT, TIME_STAMPING)
    assert result(by, *others, stamp=stamp).state is SignatureState.UNTRUSTED


def test_a_root_of_the_same_name_with_another_key_ends_no_chain() -> None:
    fake = identity("Test Root", "Tests", None, CODE_SIGNING, 9_000)
    assert fake.der != ROOT.der
    assert result(identity("Maker", "Maker Ltd", fake), fake).state is SignatureState.UNTRUSTED


def test_certificates_that_issue_each_other_end() -> None:
    top = identity("Cycle", "Tests", None, None)
    others = [identity("Cycle", "Tests", top, None, 3_000 + n) for n in range(12)]
    assert result(identity("Leaf", "Leaf Ltd", top), top, *others).state is SignatureState.UNTRUSTED


@pytest.mark.parametrize("at", ["content", "signature"])
def test_a_changed_byte_is_a_forgery(at: str) -> None:
    data = bytearray(signed_data(CONTENT, TYPE, identity("Maker", "Maker Ltd", ROOT)))
    place = data.find(b"what was") if at == "content" else len(data) - 1
    data[place] ^= 1
    assert verify(read_signed_data(bytes(data)), [PIN]).state is SignatureState.FORGED


def test_validity_is_checked_at_the_time_of_the_signature() -> None:
    leaf = read_certificate(identity("Maker", "Maker Ltd", ROOT).der)
    assert find_root(leaf, (), [PIN], CODE_SIGNING, MADE_AT) is PIN
    assert find_root(leaf, (), [PIN], CODE_SIGNING, MADE_AT - timedelta(days=1)) is None


def test_the_pinned_roots_are_what_their_table_says() -> None:
    lines = TABLE.read_text(encoding="utf-8").splitlines()[1:]
    rows = [line.split("\t") for line in lines]
    roots = pinned_roots()
    assert [hashlib.sha256(each.certificate.whole).hexdigest() for each in roots] == [row[2] for row in rows]
    assert all(row[4] and each.certificate.key is not None for row, each in zip(rows, roots, strict=True))
    assert all(each.certificate.subject == each.certificate.issuer for each in roots)
    assert [row[0] for row in rows if row[1] == "microsoft"] == [
        "Microsoft Root Authority",
        "Microsoft Root Certificate Authority",
        "Microsoft Root Certificate Authority 2010",
        "Microsoft Root Certificate Authority 2011",
    ]


def test_certificates_are_read_as_another_parser_reads_them() -> None:
    x509 = pytest.importorskip("cryptography.x509", reason="cryptography is not installed")
    for each in pinned_roots():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            other = x509.load_der_x509_certificate(each.certificate.whole)
            numbers, serial = other.public_key().public_numbers(), other.serial_number
        found = each.certificate
        assert (found.serial, found.key) == (serial, (numbers.n, numbers.e))
        assert (found.valid_from, found.valid_until) == (other.not_valid_before_utc, other.not_valid_after_utc)


@pytest.mark.parametrize("data", [b"", b"\x30\0", element(0x30, b"\5\0\5\0"), CONTENT])
def test_other_data_is_an_error(data: bytes) -> None:
    with pytest.raises(BinaryError):
        read_signed_data(data)
