from __future__ import annotations

import io
import random
import sys
from pathlib import Path

import py7zr
import pytest

from tests.builders.containers import zipped
from tests.builders.mutants import mutants
from tests.builders.reading import opened, read_all, read_whatever
from webshellhunt.errors import SourceError
from webshellhunt.sources.archive import seven_zip

FILES = {"C/inetpub/wwwroot/a.aspx": b"page" * 500, "C/inetpub/b.txt": b"", "c.log": bytes(range(256)) * 3000}


def packed(files: dict[str, bytes], password: str | None = None, *, header: bool = False) -> bytes:
    stream = io.BytesIO()
    with py7zr.SevenZipFile(stream, "w", password=password, header_encryption=header) as archive:
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
        assert read_all(source) == {"C/inetpub/a.aspx": b"page"}


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
