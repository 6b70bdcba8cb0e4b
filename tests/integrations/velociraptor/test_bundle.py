"""The tool of the Velociraptor artifact: the same folder results in the same archive; a changed one is refused."""

from __future__ import annotations

import hashlib
import zipfile
from pathlib import Path

import pytest

from integrations.velociraptor.bundle import ARCHIVE_NAME, ARTIFACT, NO_HASH, BundleError, build, main
from tools.portable import write_files

_FILES = {
    "python/python.exe": b"MZ",
    "packages/webshellhunt-0.2.0.dist-info/METADATA": b"Name: webshellhunt",
    "webshellhunt.cmd": b"@",
}


def _portable(folder: Path) -> Path:
    write_files(_FILES, folder / "portable")
    return folder / "portable"


def test_the_archive_has_the_files_of_the_folder(tmp_path: Path) -> None:
    archive = build(_portable(tmp_path), tmp_path / "tool")
    with zipfile.ZipFile(archive) as opened:
        assert {name: opened.read(name) for name in opened.namelist()} == _FILES


def test_the_artifact_has_the_digest_of_the_archive(tmp_path: Path) -> None:
    archive = build(_portable(tmp_path), tmp_path / "tool")
    artifact = archive.with_name(ARTIFACT.name).read_text(encoding="utf-8")
    assert f'expected_hash: "{hashlib.sha256(archive.read_bytes()).hexdigest()}"' in artifact
    assert NO_HASH not in artifact
    assert "\n    version: 0.2.0\n" in artifact


def test_the_same_folder_results_in_the_same_archive(tmp_path: Path) -> None:
    portable = _portable(tmp_path)
    first = build(portable, tmp_path / "one").read_bytes()
    assert build(portable, tmp_path / "two").read_bytes() == first


def test_the_command_prints_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    portable = _portable(tmp_path)
    assert main(["--portable", str(portable), "--output", str(tmp_path / "tool")]) == 0
    assert [Path(line).name for line in capsys.readouterr().out.splitlines()] == [ARCHIVE_NAME, ARTIFACT.name]


@pytest.mark.parametrize("change", ["more", "fewer", "other"])
def test_a_changed_folder_is_one_sentence(tmp_path: Path, change: str, capsys: pytest.CaptureFixture[str]) -> None:
    portable = _portable(tmp_path)
    program = portable / "python" / "python.exe"
    if change == "fewer":
        program.unlink()
    else:
        (program if change == "other" else portable / "more.py").write_bytes(b"x")
    assert main(["--portable", str(portable), "--output", str(tmp_path / "tool")]) == 2
    assert "has other files than its SHA256SUMS lists" in capsys.readouterr().err


def test_a_folder_without_webshellhunt_is_refused(tmp_path: Path) -> None:
    write_files({"python/python.exe": b"MZ"}, tmp_path / "portable")
    with pytest.raises(BundleError, match="has no webshellhunt"):
        build(tmp_path / "portable", tmp_path / "tool")
