"""Decryption, by published vectors of the ciphers, and without the extra."""

from __future__ import annotations

import sys

import pytest

from webshellhunt.decoding.view_state.cipher import decrypt, fits
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
