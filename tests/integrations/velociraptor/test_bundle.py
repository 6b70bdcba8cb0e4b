"""The tool of the Velociraptor artifact: the same inputs result in the same archive, and wrong ones in a sentence."""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Mapping
from pathlib import Path

import pytest

from integrations.velociraptor.bundle import ARCHIVE_NAME, ARTIFACT, NO_HASH, BundleError, build, main

_PYTHON = {"python.exe": "MZ", "python313._pth": "python313.zip\r\n.\r\n\r\n#import site\r\n", "python313.zip": "PK"}
_OWN = {"webshellhunt/__init__.py": "", "webshellhunt-0.1.0.dist-info/METADATA": "Name: webshellhunt"}
_OTHER = {"yara.pyd": "MZ", "yara-4.data/platlib/extra.py": "", "yara-4.data/scripts/run.exe": "MZ"}


def _zip(path: Path, members: Mapping[str, str]) -> Path:
    path.parent.mkdir(exist_ok=True)
    with zipfile.ZipFile(path, "w") as archive:
        for name, text in members.items():
            archive.writestr(name, text)
    return path


def _inputs(folder: Path) -> tuple[Path, Path]:
    _zip(folder / "wheels" / "webshellhunt-0.1.0-py3-none-any.whl", _OWN)
    _zip(folder / "wheels" / "yara_python-4.5.4-cp313-cp313-win_amd64.whl", _OTHER)
    return _zip(folder / "python.zip", _PYTHON), folder / "wheels"


def test_the_archive_has_python_and_the_packages(tmp_path: Path) -> None:
    archive = build(*_inputs(tmp_path), tmp_path / "tool")
    with zipfile.ZipFile(archive) as opened:
        assert opened.namelist() == [
            "packages/extra.py",
            "packages/webshellhunt-0.1.0.dist-info/METADATA",
            "packages/webshellhunt/__init__.py",
            "packages/yara.pyd",
            "python/python.exe",
            "python/python313._pth",
            "python/python313.zip",
        ]
        assert opened.read("python/python313._pth").decode().splitlines()[-1] == "..\\packages"


def test_the_artifact_has_the_digest_of_the_archive(tmp_path: Path) -> None:
    archive = build(*_inputs(tmp_path), tmp_path / "tool")
    artifact = archive.with_name(ARTIFACT.name).read_text(encoding="utf-8")
    assert f'expected_hash: "{hashlib.sha256(archive.read_bytes()).hexdigest()}"' in artifact
    assert NO_HASH not in artifact
    assert "\n    version: 0.1.0\n" in artifact


def test_the_same_inputs_result_in_the_same_archive(tmp_path: Path) -> None:
    first = build(*_inputs(tmp_path), tmp_path / "one").read_bytes()
    assert build(*_inputs(tmp_path), tmp_path / "two").read_bytes() == first


def test_the_command_prints_both_files(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    python, wheels = _inputs(tmp_path)
    assert main(["--python", str(python), "--wheels", str(wheels), "--output", str(tmp_path / "tool")]) == 0
    assert [Path(line).name for line in capsys.readouterr().out.splitlines()] == [ARCHIVE_NAME, ARTIFACT.name]


@pytest.mark.parametrize(
    ("wheel", "words"),
    [
        ("yara_python-4.5.4-cp313-cp313-manylinux_2_17_x86_64.whl", "not for 64-bit Windows"),
        ("noname.whl", "not for 64-bit Windows"),
    ],
)
def test_a_wheel_for_another_system_is_refused(tmp_path: Path, wheel: str, words: str) -> None:
    python, wheels = _inputs(tmp_path)
    _zip(wheels / wheel, {"x.py": ""})
    with pytest.raises(BundleError, match=words):
        build(python, wheels, tmp_path / "tool")


def test_a_folder_without_webshellhunt_is_refused(tmp_path: Path) -> None:
    python, wheels = _inputs(tmp_path)
    (wheels / "webshellhunt-0.1.0-py3-none-any.whl").unlink()
    with pytest.raises(BundleError, match="none of webshellhunt"):
        build(python, wheels, tmp_path / "tool")


@pytest.mark.parametrize("member", ["../evil.py", "/evil.py", "a/../../evil.py", "C:/evil.py", "a\\evil.py"])
def test_a_member_outside_its_folder_is_refused(tmp_path: Path, member: str) -> None:
    python, wheels = _inputs(tmp_path)
    _zip(wheels / "other-1-py3-none-any.whl", {member: ""})
    with pytest.raises(BundleError, match="outside its folder"):
        build(python, wheels, tmp_path / "tool")


@pytest.mark.parametrize("members", [{"python.exe": ""}, {"python313._pth": ""}, {}])
def test_another_archive_than_the_embeddable_package_is_one_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], members: dict[str, str]
) -> None:
    _, wheels = _inputs(tmp_path)
    python = _zip(tmp_path / "other.zip", members)
    assert main(["--python", str(python), "--wheels", str(wheels), "--output", str(tmp_path / "tool")]) == 2
    assert "no embeddable package" in capsys.readouterr().err
