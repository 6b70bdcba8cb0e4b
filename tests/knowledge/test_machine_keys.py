"""The public keys: how many, which pair is Exchange's, and what a user's list may look like."""

from __future__ import annotations

import hashlib

import pytest

from webshellhunt.knowledge.machine_keys import EXCHANGE_KEYS, key_digest, published_keys, read_key_list

KEY = "00112233445566778899aabbccddeeff"


def test_the_shipped_list() -> None:
    keys = published_keys()
    assert len(keys) == 7_373
    assert all(len(key) == 12 and int(key, 16) >= 0 for key in keys)
    assert keys >= EXCHANGE_KEYS
    assert key_digest("") not in keys
    assert key_digest("AutoGenerate,IsolateApps") not in keys


def test_the_case_of_a_key_is_nothing() -> None:
    assert key_digest(KEY) == key_digest(KEY.upper())


@pytest.mark.parametrize("text", [KEY, f"{KEY.upper()},SHA1\n", f'validationKey="{KEY}"', f"# keys\n{KEY}\n"])
def test_a_list_of_keys(text: str) -> None:
    assert read_key_list(text) == {key_digest(KEY)}


def test_a_list_of_digests() -> None:
    assert key_digest(KEY) in read_key_list(hashlib.sha256(KEY.upper().encode()).hexdigest())


def test_a_list_without_keys() -> None:
    assert read_key_list("nothing here, not even deadbeef") == frozenset()
