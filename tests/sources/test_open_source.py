from __future__ import annotations

from pathlib import Path

import pytest

from webshellhunt.errors import SourceNotFoundError, UnopenedContainerError, WebShellHuntError
from webshellhunt.sources import DirectorySource, open_source


def test_opens_a_folder_or_a_file(tmp_path: Path) -> None:
    (tmp_path / "x.aspx").write_bytes(b"page")
    with open_source(tmp_path) as folder, open_source(str(tmp_path / "x.aspx")) as file:
        assert [e.path for e in folder.list("")] == [e.path for e in file.list("")] == ["x.aspx"]
        assert folder.location == str(tmp_path)


def test_gives_drives_on(tmp_path: Path) -> None:
    (tmp_path / "d").mkdir()
    with open_source(tmp_path, drives={"D": str(tmp_path / "d")}) as source:
        assert source.drives == {"D": "D:"}


def test_a_wrong_location_is_an_error_of_ours(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError) as caught:
        open_source(tmp_path / "nothing")
    assert isinstance(caught.value, WebShellHuntError)
    assert isinstance(caught.value, FileNotFoundError)
    with pytest.raises(SourceNotFoundError, match="location is empty"):
        open_source("")


def test_a_block_device_is_refused_with_what_to_do() -> None:
    disks = [path for path in Path("/dev").glob("*") if path.is_block_device()] if Path("/dev").is_dir() else []
    if not disks:
        pytest.skip("this machine shows no disk")
    with pytest.raises(WebShellHuntError, match="mount it read-only"):
        open_source(disks[0])


def test_a_refused_collection_is_closed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    closed: list[str] = []
    monkeypatch.setattr(DirectorySource, "close", lambda source: closed.append(source.location))
    (tmp_path / "metadata.json").write_text('{"Scheme": "X509", "EncryptedPass": ""}', encoding="utf-8")
    (tmp_path / "data.zip").write_bytes(b"PK\3\4")
    with pytest.raises(UnopenedContainerError):
        open_source(tmp_path)
    assert closed == [str(tmp_path)]
