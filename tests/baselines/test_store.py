"""The file of a baseline: what was written is found again, and what is none is refused in words."""

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

from tests.builders.baselines import BUILDS, ONE, ROWS, THREE, TWO, lay_baseline, written
from webshellhunt.baselines.known_contents import SHIPPED
from webshellhunt.baselines.store import Baseline, Content, read_baseline
from webshellhunt.baselines.store_writer import Row
from webshellhunt.errors import UsageError


@pytest.fixture
def baseline(tmp_path: Path) -> Baseline:
    (tmp_path / "a.baseline").write_bytes(written(ROWS))
    return read_baseline(tmp_path / "a.baseline")


def test_contents_are_known_for_their_path_alone(baseline: Baseline) -> None:
    assert baseline.knows("owa/auth/logon.aspx", ONE)
    assert baseline.knows("owa/auth/logon.aspx", TWO)
    assert not baseline.knows("owa/auth/logon.aspx", THREE)
    assert not baseline.knows("owa/auth/logoff.aspx", ONE)
    assert (len(baseline), baseline.path_count) == (7, 6)


def test_what_was_accused_when_a_list_was_made_is_kept(tmp_path: Path) -> None:
    (tmp_path / "a").write_bytes(written([*ROWS, Row("owa/x.aspx", ONE), Row("owa/x.aspx", ONE, accused=True)]))
    made = read_baseline(tmp_path / "a")
    assert made.knows("owa/x.aspx", ONE)
    assert made.accuses("owa/x.aspx", ONE)
    assert not made.accuses("owa/x.aspx", TWO)
    assert not made.accuses("owa/auth/logon.aspx", ONE)


def test_a_content_tells_the_builds_that_ship_it(baseline: Baseline) -> None:
    assert set(baseline.contents("owa/auth/logon.aspx")) == {
        Content(ONE[:32], BUILDS[0], BUILDS[1]),
        Content(TWO[:32], BUILDS[1], BUILDS[2]),
    }
    assert [c.digest for c in baseline.contents_at("owa/auth/logon.aspx", BUILDS[2])] == [TWO[:32]]
    assert len(baseline.contents_at("owa/auth/logon.aspx", BUILDS[1])) == 2
    assert len(baseline.contents_at("owa/auth/logon.aspx", "15.2.1.1")) == 2
    assert baseline.contents_at("ecp/handlers/uploadhandler.ashx", BUILDS[0]) == [Content(THREE[:32], None, None)]
    assert baseline.contents("nowhere") == []


def test_paths_and_directories_are_listed(baseline: Baseline) -> None:
    assert baseline.lists("owa/auth/logon.aspx")
    assert not baseline.lists("owa/auth/logon")
    assert baseline.lists_directory("owa/auth")
    assert baseline.lists_directory("owa")
    assert not baseline.lists_directory("owa/au")
    assert baseline.tops == {"owa", "ecp"}


def test_a_name_tells_its_directories_where_they_are_few(baseline: Baseline) -> None:
    assert baseline.directories_of("UploadHandler.ashx") == ("ecp/handlers",)
    assert baseline.directories_of("edit.aspx") == ()
    assert baseline.directories_of("boot.js") == ()


def test_a_list_covers_exactly_its_builds(baseline: Baseline, tmp_path: Path) -> None:
    assert baseline.covers(["15.2.858.5"])
    assert not baseline.covers(["15.2.858.5", "15.2.1544.4"])
    assert not baseline.covers([])
    of_any_host = read_baseline(lay_baseline(tmp_path / "b", {"x.aspx": b""}))
    assert of_any_host.covers([])
    assert of_any_host.covers(["15.2.1544.4"])


def test_pages_are_kept_where_they_are_wanted(tmp_path: Path) -> None:
    kept = read_baseline(lay_baseline(tmp_path / "a", {"owa/x.aspx": b"<p>", "owa/y.aspx": b"<b>"}, with_text=True))
    assert kept.find_text("owa/x.aspx") == b"<p>"
    assert kept.find_text("owa/z.aspx") is None
    bare = read_baseline(lay_baseline(tmp_path / "b", {"owa/x.aspx": b"<p>"}))
    assert bare.find_text("owa/x.aspx") is None


def test_the_folders_of_the_shipped_list_are_those_that_it_names() -> None:
    assert read_baseline(SHIPPED, trusted=True).tops == read_baseline(SHIPPED).tops


def test_a_damaged_part_of_a_rare_method_is_refused(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "x", "w", zipfile.ZIP_LZMA) as archive:
        archive.writestr("head.json", "{}")
    data = (tmp_path / "x").read_bytes()
    start = data.index(b"head.json") + len(b"head.json") + 9  # behind the properties
    (tmp_path / "x").write_bytes(data[:start] + b"\xff" * 8 + data[start + 8 :])
    with pytest.raises(UsageError, match="can't be read"):
        read_baseline(tmp_path / "x")


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
