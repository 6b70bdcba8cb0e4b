"""Two builds of the packages have the same bytes, and a wheel has its own files only."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tools.packages import TOP, PackagesError, build, check_wheel, main, require_equal, tracked_files


def _git(top: Path, *arguments: str) -> None:
    subprocess.run(("git", "-C", str(top), *arguments), check=True, capture_output=True)


@pytest.mark.skipif(
    shutil.which("git") is None or not (TOP / ".git").exists(),
    reason="the files of a release are those that git tracks",
)
def test_two_builds_have_the_same_bytes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    sdist, wheel = build(TOP, tmp_path)
    assert sdist.name.endswith(".tar.gz")
    with zipfile.ZipFile(wheel) as archive:
        names = set(archive.namelist())
    assert {"webshellhunt/py.typed", "webshellhunt/signatures/rules/README.md"} <= names
    assert any(name.startswith("webshellhunt/fixtures/hosts/") for name in names)


def test_another_content_is_an_error(tmp_path: Path) -> None:
    one, other = tmp_path / "one" / "a.whl", tmp_path / "other" / "a.whl"
    for path, content in ((one, b"1"), (other, b"2")):
        path.parent.mkdir()
        path.write_bytes(content)
    with pytest.raises(PackagesError, match=r"a\.whl has other bytes if it is built of the sdist"):
        require_equal(one, other, "the sdist")


@pytest.mark.parametrize(
    ("name", "belongs"),
    [
        ("webshellhunt/x.py", True),
        ("webshellhunt-1.dist-info/RECORD", True),
        ("webshellhunt/fixtures/hosts/a.host", True),
        ("webshellhunt/fixtures/other/a.defanged", False),
        ("webshellhunt/__pycache__/x.pyc", False),
        ("tests/x.py", False),
    ],
)
def test_a_wheel_has_its_own_files_only(tmp_path: Path, name: str, belongs: bool) -> None:
    wheel = tmp_path / "a.whl"
    with zipfile.ZipFile(wheel, "w") as archive:
        archive.writestr(name, "")
    if belongs:
        check_wheel(wheel)
    else:
        with pytest.raises(PackagesError, match="does not belong"):
            check_wheel(wheel)


def test_a_folder_that_has_packages_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "webshellhunt-0.0.1.tar.gz").touch()
    with pytest.raises(SystemExit):
        main(["--output", str(tmp_path)])
    assert "is not empty" in capsys.readouterr().err


def test_a_file_that_git_does_not_track_is_not_built(tmp_path: Path) -> None:
    top = tmp_path / "top"
    (top / "webshellhunt").mkdir(parents=True)
    for name in ("webshellhunt/a.py", "b.py"):
        (top / name).write_text("", encoding="utf-8")
    _git(top, "init")
    _git(top, "add", "webshellhunt/a.py")
    assert tracked_files(top) == ["webshellhunt/a.py"]
