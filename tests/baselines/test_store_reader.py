"""Reading of baselines: damaged and hostile ones are refused; of a trusted one nothing is read before it is needed."""

from __future__ import annotations

import io
import tempfile
import zipfile
from contextlib import suppress
from itertools import product
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.baselines import ONE, ROWS, written
from webshellhunt.baselines.store import Baseline
from webshellhunt.baselines.store_reader import read_baseline
from webshellhunt.errors import UsageError


@pytest.fixture
def baseline(tmp_path: Path) -> Baseline:
    (tmp_path / "a.baseline").write_bytes(written(ROWS))
    return read_baseline(tmp_path / "a.baseline")


def test_what_is_no_baseline_is_said_so(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="can't be read"):
        read_baseline(tmp_path / "missing")
    with pytest.raises(UsageError, match="can't be read"):
        read_baseline(tmp_path)
    (tmp_path / "text").write_text("sha256\tpath\n", encoding="utf-8")
    with pytest.raises(UsageError, match="no baseline"):
        read_baseline(tmp_path / "text")


@pytest.mark.parametrize(
    ("member", "content"),
    [
        *product(["head.json", "paths", "starts", "digests", "spans"], [b"", b"[]", b'{"format": 2}', b"abcdefgh"]),
        ("accused", b"abcdefgh"),
        ("accused", b"abc"),
    ],
)
def test_a_damaged_one_is_refused(member: str, content: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(written(ROWS))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()} | {member: content}
    with zipfile.ZipFile(tmp_path / "x", "w") as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    with pytest.raises(UsageError, match="no baseline"):
        read_baseline(tmp_path / "x")


@given(st.integers(0, 2000), st.binary(min_size=1, max_size=40))
def test_damaged_bytes_never_end_in_a_traceback(offset: int, noise: bytes) -> None:
    content = written(ROWS)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "x")
        path.write_bytes(content[:offset] + noise + content[offset + len(noise) :])
        with suppress(UsageError):
            read_baseline(path).contents("owa/auth/logon.aspx")


@pytest.mark.parametrize(
    ("member", "content"),
    [("head.json", b"[" * 100_000), ("paths", b"\0" * 4_000_001), ("starts", b"\0" * 400)],
)
def test_a_hostile_one_is_refused_before_much_is_made_of_it(member: str, content: bytes, tmp_path: Path) -> None:
    with zipfile.ZipFile(io.BytesIO(written(ROWS))) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    with zipfile.ZipFile(tmp_path / "x", "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in {**members, member: content}.items():
            archive.writestr(name, data)
    with pytest.raises(UsageError, match="no baseline"):
        read_baseline(tmp_path / "x")


def test_of_a_trusted_list_nothing_is_read_before_it_is_asked_for(tmp_path: Path) -> None:
    path = tmp_path / "a.baseline"
    path.write_bytes(written(ROWS))
    baseline = read_baseline(path, trusted=True)
    path.unlink()
    assert baseline.tops == {"owa", "ecp"}
    with pytest.raises(UsageError):
        baseline.lists("owa/auth/logon.aspx")


def test_a_trusted_list_knows_what_another_does(tmp_path: Path) -> None:
    path = tmp_path / "a.baseline"
    path.write_bytes(written(ROWS))
    trusted, other = read_baseline(path, trusted=True), read_baseline(path)
    assert [trusted.contents(row.key) for row in ROWS] == [other.contents(row.key) for row in ROWS]
    assert (len(trusted), trusted.tops) == (len(other), other.tops)


def test_a_damaged_part_of_a_trusted_list_is_told(tmp_path: Path) -> None:
    path = tmp_path / "a.baseline"
    with zipfile.ZipFile(io.BytesIO(written(ROWS))) as whole, zipfile.ZipFile(path, "w") as damaged:
        damaged.writestr("head.json", whole.read("head.json"))
    with pytest.raises(UsageError, match="damaged"):
        read_baseline(path, trusted=True).knows("owa/auth/logon.aspx", ONE)
