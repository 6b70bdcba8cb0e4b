"""Any bytes, and any damage to an archive, raise no other error than that of a source."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.containers import tarred, zipped
from tests.builders.mutants import mutants
from tests.builders.reading import opened, read_all, read_whatever

FILES = {"a/x.aspx": b"hello" * 200, "b.txt": bytes(5000), "C/inetpub/wwwroot/y.asp": b"z" * 100}
BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0", tarred(FILES)[:512])
FORMS = {
    "zip": zipped(FILES),
    "nested": zipped({"C.zip": zipped(FILES), "d.tgz": gzip.compress(tarred(FILES))}),
    "tar": tarred(FILES),
    "gzip": gzip.compress(tarred(FILES)),
    "bzip2": bz2.compress(tarred(FILES)),
    "xz": lzma.compress(tarred(FILES)),
}


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(BEGINNINGS), st.binary(max_size=2000))
def test_any_bytes(beginning: bytes, data: bytes) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "x"
        path.write_bytes(beginning + data)
        read_whatever(path, "password")


@pytest.mark.parametrize("form", FORMS)
def test_any_damage(form: str, tmp_path: Path) -> None:
    for number, data in enumerate(mutants(FORMS[form], 150)):
        path = tmp_path / str(number)
        path.write_bytes(data)
        read_whatever(path, "password")


NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(NAMES, st.binary(max_size=300), min_size=1, max_size=8))
def test_any_names(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for form, data in (("zip", zipped(files)), ("tar", tarred(files))):
            path = Path(folder) / form
            path.write_bytes(data)
            read_whatever(path)


@settings(max_examples=60, deadline=None)
@given(
    st.dictionaries(
        st.from_regex(r"[a-z]{1,8}(/[a-z]{1,8}){0,2}\.txt", fullmatch=True), st.binary(max_size=300), min_size=1
    )
)
def test_plain_files_come_back(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for form, data in (("zip", zipped(files)), ("tar", tarred(files)), ("tgz", gzip.compress(tarred(files)))):
            path = Path(folder) / form
            path.write_bytes(data)
            with opened(path) as source:
                assert read_all(source) == files
