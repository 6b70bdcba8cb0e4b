"""Signatures of images: of our own making, and those of real publishers in packages that may be installed."""

from __future__ import annotations

import os
import random
import zipfile
from contextlib import suppress
from importlib.metadata import PackageNotFoundError, files
from pathlib import Path

import pytest

from tests.builders.images import image
from tests.builders.signed import (
    TIME_STAMPING,
    Identity,
    identity,
    root_of,
    signature_of,
    signed_image,
    with_signature,
)
from webshellhunt.binaries import authenticode
from webshellhunt.binaries.authenticode import image_digests, read_signature
from webshellhunt.binaries.pe import read_image
from webshellhunt.binaries.signed_data import SignatureState

ROOT, PIN = root_of()
MAKER = identity("Maker", "Maker Ltd", ROOT)
STAMP = identity("Stamp", "Tests", ROOT, TIME_STAMPING)
PLAIN = image("RegisterModule", texts=["text"])


def test_a_signed_image_is_valid_and_still_an_image() -> None:
    data = signed_image(PLAIN, MAKER, stamp=STAMP)
    found = read_signature(data, [PIN])
    assert (found.state, found.publisher) == (SignatureState.VALID, "Maker Ltd")
    assert read_image(data).exports == {"RegisterModule"}
    assert read_signature(data).state is SignatureState.UNTRUSTED  # no shipped root


def test_each_changed_byte_of_the_image_is_seen() -> None:
    data = signed_image(PLAIN, MAKER, stamp=STAMP)
    start = len(data) - len(signature_of(data)) - 8
    places = image_digests(data, "sha256")
    for at in (2, 0x80, 0x200, start - 1):
        changed = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
        assert read_signature(changed, [PIN]).state is SignatureState.CHANGED, at
        assert image_digests(changed, "sha256") != places


def test_the_signature_of_another_file_covers_nothing() -> None:
    signature = signature_of(signed_image(PLAIN, MAKER, stamp=STAMP))
    found = read_signature(with_signature(image("RegisterModule", texts=["other"]), signature), [PIN])
    assert (found.state, found.publisher) == (SignatureState.CHANGED, "Maker Ltd")


def test_data_after_the_signature_is_part_of_the_digest() -> None:
    data = signed_image(PLAIN, MAKER, stamp=STAMP)
    assert read_signature(data + b"12345678", [PIN]).state is SignatureState.CHANGED


@pytest.mark.parametrize(
    ("data", "state"),
    [
        (b"", SignatureState.UNSIGNED),
        (b"MZ", SignatureState.UNSIGNED),
        (PLAIN, SignatureState.UNSIGNED),
        (with_signature(PLAIN, b"no signature"), SignatureState.UNVERIFIED),
        (signed_image(PLAIN, identity("Self", "Self Ltd")), SignatureState.UNTRUSTED),
        (signed_image(PLAIN, MAKER)[:-64], SignatureState.UNSIGNED),
    ],
    ids=["nothing", "no image", "no signature", "no DER", "its own root", "cut"],
)
def test_other_states(data: bytes, state: SignatureState) -> None:
    assert read_signature(data, [PIN]).state is state


def test_a_file_that_is_too_large_is_neither_signed_nor_unsigned(monkeypatch: pytest.MonkeyPatch) -> None:
    data = signed_image(PLAIN, MAKER)
    monkeypatch.setattr(authenticode, "LARGEST_BYTES", 1_000)
    assert read_signature(data).state is SignatureState.UNVERIFIED


def test_damaged_signatures_never_raise_and_cut_ones_are_never_valid() -> None:
    data = signed_image(PLAIN, MAKER, stamp=STAMP)
    start = len(data) - len(signature_of(data)) - 8
    chance = random.Random(5)
    for _ in range(400):
        damaged = bytearray(data)
        for _ in range(chance.randint(1, 4)):
            damaged[chance.randrange(start + 8, len(data) - 8)] = chance.randrange(256)
        assert read_signature(bytes(damaged), [PIN]).state is not SignatureState.UNSIGNED
        assert read_signature(bytes(damaged[: chance.randrange(len(data))]), [PIN]).state is not SignatureState.VALID


def _specimens(package: str, *endings: str) -> list[bytes]:
    """Return real programs of an installed package, or of its wheel in a folder; they are in wheels for Windows."""
    found = list[bytes]()
    with suppress(PackageNotFoundError):
        listed = (each.locate() for each in files(package) or ())
        found += [Path(str(each)).read_bytes() for each in listed if str(each).endswith(endings)]
    folder = os.environ.get("WEBSHELLHUNT_SIGNED")
    for wheel in Path(folder).glob(f"{package}-*.whl") if folder else ():
        with zipfile.ZipFile(wheel) as opened:
            found += [opened.read(name) for name in opened.namelist() if name.endswith(endings)]
    if not found:
        pytest.skip(
            f"no programs with a real signature here: WEBSHELLHUNT_SIGNED names no folder with a {package} wheel"
        )
    return found


def test_real_programs_of_microsoft() -> None:
    for data in _specimens("debugpy", "attach_amd64.dll", "attach_x86.dll", "inject_dll_amd64.exe"):
        found = read_signature(data)
        assert (found.state, found.is_microsoft) == (SignatureState.VALID, True)
        assert found.signed_at is not None
        changed = bytearray(data)
        changed[0x400] ^= 1
        assert read_signature(bytes(changed)).state is SignatureState.CHANGED


def test_real_programs_of_another_publisher() -> None:
    for data in _specimens("nodejs_bin", "node.exe"):
        found = read_signature(data)
        assert (found.state, found.publisher) == (SignatureState.VALID, "OpenJS Foundation")
        assert not found.is_microsoft


def signed_by(by: Identity) -> bytes:
    return signed_image(PLAIN, by, stamp=STAMP)


def test_the_name_of_microsoft_alone_is_nothing() -> None:
    found = read_signature(signed_by(identity("Microsoft Windows", "Microsoft Corporation", ROOT)), [PIN])
    assert (found.state, found.is_microsoft) == (SignatureState.VALID, False)
