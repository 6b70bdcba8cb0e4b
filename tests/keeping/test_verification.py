"""Verification: nothing but the bag as it was made is intact, and each difference is named."""

from __future__ import annotations

import io
import json
import os
import shutil
from pathlib import Path

import pytest
import pyzipper
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.bags import CONTENT, make_bag, manifest_of, read_bag
from tests.builders.mutants import mutants
from webshellhunt.containers.aes_zip_writer import AesZipWriter
from webshellhunt.errors import SourceNotFoundError, UnreadableError, UsageError
from webshellhunt.keeping import verification
from webshellhunt.keeping.verification import BagCheck, verify


@pytest.fixture(scope="module")
def bag(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_bag(tmp_path_factory.mktemp("bag") / "bag.zip")


@pytest.fixture(scope="module")
def original(bag: Path) -> bytes:
    return bag.read_bytes()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return make_bag(tmp_path / "folder", password=None)


def rewritten(tmp_path: Path, members: dict[str, bytes], password: str = "infected") -> Path:
    """Write an archive as the bag's own writer does, with other members."""
    stream = io.BytesIO()
    with AesZipWriter(stream, password) as archive:
        for name, data in members.items():
            member = archive.open_member(name, len(data), encrypted=name != "README.txt")
            member.write(data)
            member.close()
    path = tmp_path / "other.zip"
    path.write_bytes(stream.getvalue())
    return path


def words(check: BagCheck) -> str:
    return "\n".join(map(str, check.differences))


def test_a_bag_is_intact(bag: Path) -> None:
    check = verify(bag)
    assert (check.is_intact, check.files, check.state) == (True, 2, "complete")
    assert check.size_bytes > len(CONTENT)
    assert check.manifest_sha256 is not None
    assert verify(bag, manifest_sha256=f" {check.manifest_sha256.upper()} ").is_intact


@given(place=st.floats(0, 1, exclude_max=True), bit=st.integers(0, 7))
def test_one_flipped_bit_is_named(place: float, bit: int, original: bytes, bag: Path) -> None:
    changed = bytearray(original)
    changed[int(place * len(changed))] ^= 1 << bit
    path = bag.with_name("flipped.zip")
    path.write_bytes(changed)
    try:
        check = verify(path)
    except UnreadableError:
        return
    assert not check.is_intact
    assert any(each.start is not None for each in check.differences)


def test_mutants_are_never_intact(original: bytes, tmp_path: Path) -> None:
    path = tmp_path / "mutant.zip"
    for mutant in mutants(original, 150):
        if mutant == original:
            continue
        path.write_bytes(mutant)
        try:
            assert not verify(path).is_intact
        except UnreadableError:
            continue


@pytest.mark.parametrize("missing", [1, 21, 22, 200, 1_000, 4_000])
def test_a_cut_bag_is_not_intact(missing: int, original: bytes, tmp_path: Path) -> None:
    path = tmp_path / "cut.zip"
    path.write_bytes(original[:-missing])
    try:
        assert "its directory is damaged" in words(verify(path))
    except UnreadableError as error:
        assert "cut off or damaged" in error.message  # noqa: PT017 - either is right


def test_missing_additional_and_renamed_members(bag: Path, tmp_path: Path) -> None:
    members = read_bag(bag)
    first = members.pop("files/00001.bin")
    assert words(verify(rewritten(tmp_path, members))) == "files/00001.bin: it is missing"
    found = words(verify(rewritten(tmp_path, {**members, "files/x.bin": first})))
    assert "files/00001.bin: it is missing; files/x.bin has its content" in found
    assert "files/x.bin: the manifest does not list it" in found


def test_another_content_is_told_with_its_digests(bag: Path, tmp_path: Path) -> None:
    members = {**read_bag(bag), "files/00001.bin": CONTENT.swapcase()}
    found = verify(rewritten(tmp_path, members))
    assert [each.words.split()[1] for each in found.differences] == ["SHA256", "SHA1", "MD5"]
    shorter = verify(rewritten(tmp_path, {**members, "files/00001.bin": b""}))
    assert "it has 0 bytes, and the manifest says" in words(shorter)


def test_a_rewritten_manifest_is_told_by_the_case_notes(bag: Path, tmp_path: Path) -> None:
    noted = verify(bag).manifest_sha256
    members = read_bag(bag)
    manifest = json.loads(members["manifest.json"])
    manifest["files"][0]["path"] = r"C:\elsewhere.aspx"
    other = rewritten(tmp_path, {**members, "manifest.json": json.dumps(manifest).encode()})
    assert verify(other).is_intact
    assert "not the one of the case notes" in words(verify(other, manifest_sha256=noted))


def test_a_wrong_password_is_one_sentence(bag: Path) -> None:
    with pytest.raises(UnreadableError, match="the password is wrong"):
        verify(bag, password="wrong")
    with pytest.raises(UsageError):
        verify(bag, password="")


@pytest.mark.parametrize("digest", ["", "abc", "z" * 64])
def test_a_digest_that_is_none(digest: str, bag: Path) -> None:
    with pytest.raises(UsageError, match="SHA-256"):
        verify(bag, manifest_sha256=digest)


def test_what_is_no_bag(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError):
        verify(tmp_path / "nothing.zip")
    with pytest.raises(UnreadableError, match=r"no manifest\.json"):
        verify(tmp_path)
    (tmp_path / "x.aspx").write_bytes(CONTENT)
    with pytest.raises(UnreadableError, match="no evidence bag"):
        verify(tmp_path / "x.aspx")
    with pyzipper.AESZipFile(tmp_path / "x.zip", "w") as archive:
        archive.writestr("a", "b")
    with pytest.raises(UnreadableError, match="no evidence bag"):
        verify(tmp_path / "x.zip")
    with pytest.raises(UnreadableError):
        verify("a\0b")


@pytest.mark.parametrize(
    "manifest",
    [
        b"", b"{", b"[]", b"[" * 100_000, b"\xff", b'{"kind": "other"}',
        b'{"kind": "webshellhunt evidence bag", "schema_version": 2}',
        b'{"kind": "webshellhunt evidence bag", "schema_version": 1}',
        b'{"kind": "webshellhunt evidence bag", "schema_version": 1, "files": [1], "other_members": []}',
        b'{"kind": "webshellhunt evidence bag", "schema_version": 1, "files": [{"member": 5}], "other_members": []}',
    ],
)  # fmt: skip
def test_a_manifest_that_is_none(manifest: bytes, bag: Path, tmp_path: Path) -> None:
    with pytest.raises(UnreadableError):
        verify(rewritten(tmp_path, {**read_bag(bag), "manifest.json": manifest}))


def test_a_folder(folder: Path) -> None:
    assert verify(folder).is_intact
    page = folder / "files" / "00001.bin"
    page.write_bytes(CONTENT.swapcase())
    (folder / "files" / "more.bin").write_bytes(b"")
    (folder / "files" / "00002.bin").unlink()
    found = words(verify(folder))
    assert "files/00001.bin: its SHA256 is" in found
    assert "files/more.bin: the manifest does not list it" in found
    assert "files/00002.bin: it is missing" in found
    shutil.rmtree(folder / "files")
    assert len(verify(folder).differences) == 2


def test_links_in_a_folder_are_not_followed(folder: Path, tmp_path: Path) -> None:
    page = folder / "files" / "00001.bin"
    page.rename(tmp_path / "elsewhere")
    try:
        page.symlink_to(tmp_path / "elsewhere")
    except OSError:
        pytest.skip("links can't be made here")
    assert "files/00001.bin: it is not a plain file" in words(verify(folder))


def test_too_many_files(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(verification, "_MOST_ENTRIES", 2)
    with pytest.raises(UnreadableError, match="too many files"):
        verify(folder)


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="the administrator reads everything")
def test_an_unreadable_bag(tmp_path: Path) -> None:
    path = make_bag(tmp_path / "bag.zip")
    path.chmod(0)
    with pytest.raises(UnreadableError, match="can't be read"):
        verify(path)


def test_the_manifest_of_a_folder_is_that_of_an_archive(bag: Path, folder: Path) -> None:
    names = set(manifest_of(bag)) ^ set(manifest_of(folder))
    assert not names


@pytest.mark.parametrize("arguments", [{"path": 5}, {"password": 5}, {"manifest_sha256": 5}])
def test_a_wrong_type_is_one_sentence(arguments: dict[str, object], bag: Path) -> None:
    with pytest.raises(TypeError, match="verify: "):
        verify(**{"path": bag, **arguments})  # type: ignore[arg-type]
