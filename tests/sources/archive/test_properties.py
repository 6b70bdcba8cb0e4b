"""Any bytes, and any damage to an archive, raise no other error than that of a source."""

from __future__ import annotations

import bz2
import gzip
import lzma
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.archives import seven_zip_of
from tests.builders.containers import tarred, zipped
from tests.builders.mutants import mutants
from tests.builders.reading import opened, read_all, read_whatever
from webshellhunt.errors import SourceError
from webshellhunt.sources.memory import MemorySource

FILES = {"a/x.aspx": b"hello" * 200, "b.log": bytes(5000), "C/inetpub/wwwroot/y.asp": b"z" * 100}
BEGINNINGS = (b"PK\x03\x04", b"PK\x05\x06", b"\x1f\x8b\x08", b"BZh91AY&SY", b"\xfd7zXZ\0", tarred(FILES)[:512])
FORMS = {
    "zip": zipped(FILES),
    "nested": zipped({"C.zip": zipped(FILES), "d.tgz": gzip.compress(tarred(FILES))}),
    "tar": tarred(FILES),
    "gzip": gzip.compress(tarred(FILES)),
    "bzip2": bz2.compress(tarred(FILES)),
    "xz": lzma.compress(tarred(FILES)),
    "7-Zip": seven_zip_of(MemorySource(FILES)),
}


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


INSIDE = {
    "nested": {**{f"C.zip/{name}": FILES[name] for name in FILES}, **{f"d.tgz/{name}": FILES[name] for name in FILES}}
}
NO_CHECKSUM = {"tar"}
"""Forms whose contents may change without a sign of it."""


def blocks_of_zeros(data: bytes) -> Iterator[bytes]:
    """Yield copies with a part that was lost, as on a bad disk; parts are as long as the header of a tar member."""
    for length in (512, 64):
        for at in range(0, len(data), length):
            lost = data[at : at + length]
            if lost.strip(b"\0"):
                yield data[:at] + bytes(len(lost)) + data[at + length :]


def lost_members(form: str, path: Path) -> list[str]:
    """Return the members that are neither read whole, nor in an error, nor in a gap that matters."""
    try:
        source = opened(path)
    except SourceError:
        return []
    with source:
        found = read_all(source)
        if any(gap.matters for gap in source.form.gaps) or any(isinstance(each, str) for each in found.values()):
            return []
    files = INSIDE.get(form, FILES)
    if form in NO_CHECKSUM:
        return [name for name in files if len(found.get(name, b"")) != len(files[name])]
    return [name for name in files if found.get(name) != files[name]]


@pytest.mark.parametrize("form", FORMS)
def test_each_member_is_read_whole_or_a_gap_that_matters_exists(form: str, tmp_path: Path) -> None:
    path = tmp_path / "x.zip"
    for data in (*mutants(FORMS[form], 150, seed=2), *blocks_of_zeros(FORMS[form])):
        path.write_bytes(data)
        assert not lost_members(form, path), data


NAMES = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]), min_size=1, max_size=30)


@given(st.dictionaries(NAMES, st.binary(max_size=300), min_size=1, max_size=8))
def test_any_names(files: dict[str, bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        for form, data in (("zip", zipped(files)), ("tar", tarred(files))):
            path = Path(folder) / form
            path.write_bytes(data)
            read_whatever(path)


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
