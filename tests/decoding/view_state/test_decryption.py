"""Decrypted view states, against published ones of real pages."""

from __future__ import annotations

import sys
from base64 import b64decode

import pytest

from tests.builders import published_states as published
from webshellhunt.decoding.view_state.decryption import decrypt_view_state
from webshellhunt.decoding.view_state.page_identity import iter_identities
from webshellhunt.decoding.view_state.signing import Sent, find_signature
from webshellhunt.decoding.view_state.structure import Protection, read_view_state
from webshellhunt.errors import MissingDependencyError

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
