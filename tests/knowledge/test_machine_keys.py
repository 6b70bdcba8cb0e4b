"""The public keys: how many, which pair is Exchange's, and what a user's list may look like."""

from __future__ import annotations

import hashlib

import pytest

from webshellhunt.knowledge.machine_keys import (
    EXCHANGE_KEYS,
    fingerprint,
    key_digest,
    machine_key,
    product_keys,
    published_keys,
    read_key_list,
    read_key_pairs,
)
from webshellhunt.knowledge.tables import data_file, read_table

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


def test_the_keys_of_products() -> None:
    keys = product_keys()
    assert {fingerprint(key) for key in keys} >= EXCHANGE_KEYS & {fingerprint(key) for key in keys}
    assert fingerprint(keys[0]) in EXCHANGE_KEYS
    assert all(key.is_public and len(key.validation) >= 20 and len(key.decryption) in (16, 24, 32) for key in keys)
    assert all("CVE-" in row[-1] for row in read_table(data_file("product_machine_keys.tsv")).rows)


@pytest.mark.parametrize(
    "text",
    [
        f"{KEY},{KEY}",
        f"{KEY.upper()}, {KEY}\n# the rest\n",
        f'<machineKey validationKey="{KEY}" decryptionKey="AutoGenerate"/>',
        f"{KEY}",
    ],
)
def test_pairs_of_a_list(text: str) -> None:
    (key,) = read_key_pairs(text, "the list x")
    assert key.validation == bytes.fromhex(KEY)
    assert key.decryption in (b"", bytes.fromhex(KEY))
    assert (key.origin, key.is_public, key.of_host) == ("the list x", True, False)


def test_a_list_without_pairs() -> None:
    assert read_key_pairs("nothing\n\nnot even deadbeef", "x") == ()


@pytest.mark.parametrize("text", ["", "AutoGenerate", "AutoGenerate,IsolateApps", "abc", "0" * 15, "x" * 40, "0" * 600])
def test_an_element_without_a_key(text: str) -> None:
    assert machine_key(text, "", "x") is None


def test_an_element_with_a_key() -> None:
    key = machine_key(f"{KEY},IsolateApps", "AutoGenerate", "web.config")
    assert key is not None
    assert (key.isolated, key.is_public, key.decryption) == (True, False, b"")
    public = machine_key(product_keys()[0].validation.hex(), "", "web.config")
    assert public is not None
    assert public.is_public
