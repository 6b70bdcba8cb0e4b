from __future__ import annotations

import io
import random
import struct
import sys
import zlib
from pathlib import Path

import py7zr
import pytest

from tests.builders.containers import zipped
from tests.builders.mutants import mutants
from tests.builders.reading import opened, read_all, read_whatever
from webshellhunt.errors import SourceError
from webshellhunt.sources.archive import seven_zip

FILES = {"C/inetpub/wwwroot/a.aspx": b"page" * 500, "C/inetpub/b.txt": b"", "c.log": bytes(range(256)) * 3000}


def packed(files: dict[str, bytes], password: str | None = None, *, header: bool = False, plain: bool = False) -> bytes:
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w", password=password, header_encryption=header) as archive:
        if plain:
            archive.set_encoded_header_mode(False)
        for name, data in files.items():
            archive.writestr(data, name)
    return stream.getvalue()


def test_members_are_read_at_any_offset(tmp_path: Path) -> None:
    (tmp_path / "x.7z").write_bytes(packed(FILES))
    with opened(tmp_path / "x.7z") as source:
        assert source.form.label == "a 7-Zip archive"
        assert read_all(source) == FILES
        assert source.read("c.log", 1000, 500_000) == FILES["c.log"][500_000:501_000]
        entry = source.stat("c.log")
        assert entry is not None
        assert entry.times.modified_utc is not None


@pytest.mark.parametrize("header", [False, True])
def test_a_password(header: bool, tmp_path: Path) -> None:
    (tmp_path / "x.7z").write_bytes(packed(FILES, "infected", header=header))
    with opened(tmp_path / "x.7z", "infected") as source:
        assert read_all(source) == FILES
    with pytest.raises(SourceError, match="--password"):
        opened(tmp_path / "x.7z")
    with pytest.raises(SourceError, match=r"password is wrong|damaged"):
        opened(tmp_path / "x.7z", "other")


def test_one_inside_a_zip(tmp_path: Path) -> None:
    (tmp_path / "x.zip").write_bytes(zipped({"C.7z": packed({"inetpub/a.aspx": b"page"})}))
    with opened(tmp_path / "x.zip") as source:
        assert read_all(source) == {"C.7z/inetpub/a.aspx": b"page"}


def test_names_of_drives_and_streams(tmp_path: Path) -> None:
    files = {"fs/C:/inetpub/a.aspx": b"page", "D:/web/b.aspx": b"x", "E/c.txt": b"1", "E/c.txt:d.aspx": b"stream"}
    (tmp_path / "x.7z").write_bytes(packed(files))
    with opened(tmp_path / "x.7z") as source:
        assert read_all(source) == files
        assert not source.form.gaps


def test_names_outside_the_archive_and_two_of_one_name(tmp_path: Path) -> None:
    data = packed({"out/a.aspx": b"1", "x.aspx": b"first", "y.aspx": b"second"}, plain=True)
    for before, after in (("out/a.aspx", "../a/.aspx"), ("y.aspx", "x.aspx")):
        data = with_name(data, before, after)
    (tmp_path / "x.7z").write_bytes(data)
    with opened(tmp_path / "x.7z") as source:
        assert read_all(source) == {"x.aspx": b"second"}
        assert [(gap.code, gap.matters) for gap in source.form.gaps] == [
            ("name-outside", True),
            ("duplicate-member", True),
        ]


def with_name(data: bytes, before: str, after: str) -> bytes:
    """Return an archive with a plain header and another name in it, and the checksums that belong to that."""
    changed = data.replace(before.encode("utf-16-le"), after.encode("utf-16-le"))
    assert changed != data
    offset, size = struct.unpack_from("<QQ", changed, 12)
    header = changed[32 + offset : 32 + offset + size]
    start = struct.pack("<QQL", offset, size, zlib.crc32(header))
    return changed[:8] + struct.pack("<L", zlib.crc32(start)) + start + changed[32:]


def test_what_is_kept_is_bounded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(seven_zip, "KEPT_BYTES", 2_000_000)
    noise = {f"{number}.bin": random.Random(number).randbytes(900_000) for number in range(6)}
    (tmp_path / "x.7z").write_bytes(packed(noise))
    with opened(tmp_path / "x.7z") as source:
        found = read_all(source)
        assert 1 <= len(found) < 6
        assert all(found[name] == noise[name] for name in found)
        assert [gap.code for gap in source.form.gaps] == ["archive-too-large"]


def test_the_missing_extra_is_one_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "x.7z").write_bytes(packed(FILES))
    monkeypatch.setitem(sys.modules, "py7zr", None)
    with pytest.raises(SourceError, match=r"webshellhunt\[seven-zip\]"):
        opened(tmp_path / "x.7z")


def test_any_damage(tmp_path: Path) -> None:
    for number, data in enumerate(mutants(packed(FILES), 100)):
        path = tmp_path / str(number)
        path.write_bytes(data)
        read_whatever(path, None if number % 2 else "word")
