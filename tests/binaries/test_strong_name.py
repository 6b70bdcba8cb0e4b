"""Strong names that a real compiler made."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.assemblies import dotnet_library
from tests.builders.strong_names import key_pair
from webshellhunt.binaries.dotnet import read_assembly
from webshellhunt.binaries.strong_name import is_signed_with, verified_publisher

SOURCE = 'public class A { public string B = "text"; }'
TABLE = Path(__file__).parents[2] / "webshellhunt" / "binaries" / "publishers.tsv"
MONO = Path("/usr/lib/mono/4.5/System.Configuration.dll")


@lru_cache(maxsize=2)
def signed(seed: int = 1) -> tuple[bytes, bytes]:
    data = dotnet_library(SOURCE, "A", key=key_pair(seed))
    return data, read_assembly(data).public_key


def test_an_unchanged_file_is_signed_with_its_key() -> None:
    data, key = signed()
    assert is_signed_with(data, key)
    assert not is_signed_with(data, signed(2)[1])
    assert verified_publisher(data, key) is None  # nobody knows this key


def test_each_change_of_the_content_breaks_the_signature() -> None:
    data, key = signed()
    at = data.find("text".encode("utf-16-le"))
    assert not is_signed_with(data[:at] + b"b" + data[at + 1 :], key)
    assert not is_signed_with(data.replace(b"BSJB", b"BSJC"), key)


def test_the_checksum_of_the_header_is_not_covered() -> None:
    data, key = signed()
    at = int.from_bytes(data[0x3C:0x40], "little") + 24 + 64
    assert is_signed_with(data[:at] + b"\1\2\3\4" + data[at + 4 :], key)


def test_a_key_of_microsoft_without_its_signature_proves_nothing() -> None:
    if not MONO.is_file():
        pytest.skip("no library of Mono here")
    data = MONO.read_bytes()
    key = read_assembly(data).public_key
    assert len(key) == 160
    assert not is_signed_with(data, key)
    assert verified_publisher(data, key) is None


@given(st.binary(max_size=300), st.binary(max_size=200))
def test_damaged_files_are_not_signed(data: bytes, key: bytes) -> None:
    assert not is_signed_with(b"MZ" + data, key)


@given(st.integers(0, 3000))
def test_cut_files_are_not_signed(size: int) -> None:
    data, key = signed()
    assert not is_signed_with(data[: min(size, len(data) - 1)], key)


def test_each_publisher_has_a_source() -> None:
    rows = [line.split("\t") for line in TABLE.read_text().splitlines() if not line.startswith("#")]
    assert rows
    assert all(
        len(digest) == 64 and len(token) == 16 and source.startswith("https://") for digest, token, _, source in rows
    )
