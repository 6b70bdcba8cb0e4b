"""Decryption, by published vectors of the ciphers, and without the extra."""

from __future__ import annotations

import sys
from base64 import b64decode

import pytest

from tests.builders import published_states as published
from webshellhunt.decoding.view_state.cipher import decrypt, decrypt_view_state, fits
from webshellhunt.decoding.view_state.page_identity import iter_identities
from webshellhunt.decoding.view_state.signing import Sent, find_signature
from webshellhunt.decoding.view_state.structure import Protection, read_view_state
from webshellhunt.errors import MissingDependencyError

AES_KEY = bytes.fromhex("2b7e151628aed2a6abf7158809cf4f3c")
START = bytes(range(16))
FIRST = bytes.fromhex("7649abac8119b246cee98e9b12e9197d")
"""NIST SP 800-38A, F.2.1: the first block of CBC with AES-128."""


def test_text_without_padding_is_refused() -> None:
    # The plain text of the vector ends in 2a, which is no length of a padding.
    assert decrypt("AES", AES_KEY, START, FIRST) is None


def test_whole_blocks_and_right_keys_only() -> None:
    assert decrypt("AES", AES_KEY, START, FIRST[:-1]) is None
    assert decrypt("AES", AES_KEY, START, b"") is None
    assert decrypt("AES", AES_KEY[:-1], START, FIRST) is None
    assert [fits(name, bytes(24)) for name in ("AES", "3DES", "DES", "other")] == [True, True, False, False]


def test_without_the_extra_one_sentence_names_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers", None)
    with pytest.raises(MissingDependencyError, match=r"pip install 'webshellhunt\[view-state\]'"):
        decrypt("AES", AES_KEY, START, FIRST)


pytest.importorskip("cryptography", reason="the extra for decryption is not installed")

ENCRYPTED = {names: text for names, text in published.LEGACY.items() if names[1]}


@pytest.mark.parametrize("text", ENCRYPTED.values(), ids=[" ".join(each) for each in ENCRYPTED])
def test_the_legacy_way(text: str) -> None:
    state = read_view_state(b64decode(text))
    signature = find_signature(state, [published.KEY], Sent())
    assert signature is not None
    plain = decrypt_view_state(state, signature)
    assert plain is not None
    assert plain.data[: plain.end] == bytes.fromhex("ff010f0f0509") + b"811019769dd"
    assert plain.data[plain.end :] == bytes.fromhex(published.GENERATOR)[::-1]
    assert plain.protection is Protection.ENCRYPTED


@pytest.mark.parametrize("text", published.DERIVED.values(), ids=published.DERIVED)
def test_the_derived_way(text: str) -> None:
    state = read_view_state(b64decode(text))
    signature = find_signature(state, [published.KEY], Sent(pages=tuple(iter_identities("/form.aspx"))))
    assert signature is not None
    plain = decrypt_view_state(state, signature)
    assert plain is not None
    assert plain.data == bytes.fromhex("ff010f0f0509") + b"738745664dd"


@pytest.mark.parametrize("decryption", [b"", bytes(8), bytes(16), bytes(24), bytes(32), bytes(5)])
def test_another_decryption_key_reads_nothing(decryption: bytes) -> None:
    for text in (*ENCRYPTED.values(), *published.DERIVED.values()):
        state = read_view_state(b64decode(text))
        signature = find_signature(state, [published.KEY], Sent(pages=tuple(iter_identities("/form.aspx"))))
        assert signature is not None
        key = signature.key._replace(decryption=decryption)
        assert decrypt_view_state(state, signature._replace(key=key)) is None


def test_without_the_extra(monkeypatch: pytest.MonkeyPatch) -> None:
    state = read_view_state(b64decode(published.LEGACY["SHA1", "AES"]))
    signature = find_signature(state, [published.KEY], Sent())
    assert signature is not None
    monkeypatch.setitem(sys.modules, "cryptography.hazmat.primitives.ciphers", None)
    with pytest.raises(MissingDependencyError):
        decrypt_view_state(state, signature)
