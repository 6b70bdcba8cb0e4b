from __future__ import annotations

import json
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.mutants import mutants
from tests.builders.specimens import specimen
from webshellhunt.errors import UnopenedContainerError
from webshellhunt.sources import MemorySource, open_source
from webshellhunt.sources.collection import with_layout
from webshellhunt.sources.collection.encrypted import decryption_advice, refusal_of

_PKI = "Velocidex+velociraptor/artifacts/testdata/files/encrypted_collector_pki.zip"


def _metadata(scheme: object) -> bytes:
    return json.dumps([{"note": 1}, {"Scheme": scheme, "EncryptedPass": "aGVsbG8=", "PublicKey": "-"}]).encode()


@pytest.mark.parametrize(
    ("scheme", "words"), [("X509", "velociraptor --config"), ("x509", "--password"), ("PGP", "PGP")]
)
def test_each_scheme_has_an_instruction(scheme: str, words: str) -> None:
    advice = decryption_advice(_metadata(scheme))
    assert advice is not None
    assert words in advice


@pytest.mark.parametrize(
    "data",
    [b"", b"[]", b"{}", b"\xff", b"null", _metadata("Password"), _metadata(3), b'[{"Scheme": "X509"}]', b"[" * 99_999],
)
def test_other_files_have_none(data: bytes) -> None:
    assert decryption_advice(data) is None


def test_an_unpacked_one_is_refused_with_the_instruction(tmp_path: Path) -> None:
    (tmp_path / "metadata.json").write_bytes(_metadata("X509"))
    (tmp_path / "data.zip").write_bytes(b"PK\3\4")
    with pytest.raises(UnopenedContainerError, match="unzip --dump_dir output") as caught:
        open_source(tmp_path)
    assert caught.value.path == str(tmp_path)


def test_a_folder_with_more_files_is_hunted() -> None:
    files = {"metadata.json": _metadata("X509"), "data.zip": b"", "x.aspx": b""}
    source = MemorySource(files)
    assert with_layout(source) is source
    closed = MemorySource({"metadata.json": b"", "data.zip": b""}, unreadable=["metadata.json"])
    assert refusal_of(closed) is None


@given(st.binary(max_size=99))
def test_any_bytes_are_no_error(data: bytes) -> None:
    decryption_advice(data)


def test_a_real_one() -> None:
    with zipfile.ZipFile(specimen(_PKI)) as archive:
        data = archive.read("metadata.json")
    advice = decryption_advice(data)
    assert advice is not None
    assert "(X509)" in advice
    for mutant in mutants(data, 100):
        decryption_advice(mutant)
