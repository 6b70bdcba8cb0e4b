"""The dissect plugin as `target-query` runs it, and the same host read by webshellhunt itself."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tarfile
import tomllib
import zipfile
from pathlib import Path
from typing import Any

import pytest

import webshellhunt as wsh
from tests.builders.disk_images import mbr
from tests.builders.ntfs import copy_server, make_image, mounted, require_ntfs
from webshellhunt.selftest.demo import demo_source

pytest.importorskip("dissect.target", reason="needs the extra test-dissect")

from dissect.target.exceptions import UnsupportedPluginError
from dissect.target.filesystems.ntfs import NtfsFilesystem

from integrations.dissect.dissect_webshellhunt.plugin import WebshellhuntPlugin
from integrations.dissect.dissect_webshellhunt.source import TargetSource
from integrations.dissect.dissect_webshellhunt.volumes import find_drives
from tests.integrations.dissect.targets import hunted, opened, told

# dissect leaves the files of a target open.
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]

HOME = Path(__file__).parents[3] / "integrations" / "dissect"
PLUGINS = HOME / "dissect_webshellhunt" / "plugins"


def query(place: Path, *options: str) -> list[dict[str, Any]]:
    """Return the records of ``target-query -f webshellhunt``."""
    program = Path(sys.executable).with_name("target-query")
    if not program.exists():
        pytest.skip("target-query is not installed where Python is")
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HOME), str(HOME.parents[1])])}
    command: list[str | Path] = [program, "-q", "--plugin-path", PLUGINS, "-f", "webshellhunt", *options, "-j", place]
    done = subprocess.run(command, capture_output=True, text=True, env=environment, check=False, cwd=place.parent)
    assert done.returncode == 0, done.stderr
    assert "Traceback" not in done.stderr
    records = map(json.loads, done.stdout.splitlines())
    return [each for each in records if each["_type"] == "record"]


def of_kind(records: list[dict[str, Any]], kind: str) -> list[dict[str, Any]]:
    return [each for each in records if each["_recorddescriptor"][0] == f"application/webshellhunt/{kind}"]


@pytest.fixture(scope="module")
def own_report(compromised_folder: Path) -> wsh.Report:
    return wsh.hunt(compromised_folder)


def test_the_command_line_yields_verdicts_and_gaps(compromised_folder: Path, own_report: wsh.Report) -> None:
    records = query(compromised_folder, "--all")
    (assessment,) = of_kind(records, "assessment")
    assert assessment["sentence"] == own_report.assessment.sentence
    verdicts = of_kind(records, "verdict")
    assert [(each["path"], each["disposition"], each["digest"]["sha256"]) for each in verdicts] == [
        (each.subject.path, str(each.disposition), each.subject.sha256) for each in own_report.verdicts
    ]
    shell = next(each for each in verdicts if each["path"].endswith("offline.aspx"))
    assert "WSH1001 request-reaches-eval" in shell["rules"]
    assert shell["techniques"]
    assert [each["code"] for each in of_kind(records, "gap")] == [gap.code for gap in own_report.gaps]


def test_without_all_the_benign_are_left_out(compromised_folder: Path, own_report: wsh.Report) -> None:
    records = list(WebshellhuntPlugin(opened(compromised_folder)).webshellhunt())
    paths = [str(each.path) for each in records if each._desc.name == "application/webshellhunt/verdict"]
    assert paths == [each.subject.path for each in own_report.verdicts if each.disposition > wsh.Disposition.BENIGN]
    assert 0 < len(paths) < len(own_report.verdicts)


def test_a_folder_has_the_verdicts_of_our_own_reading(compromised_folder: Path, own_report: wsh.Report) -> None:
    report = hunted(compromised_folder)
    assert told(report) == told(own_report)
    assert report.assessment == own_report.assessment
    assert report.counts == own_report.counts
    assert [gap.code for gap in report.gaps] == [gap.code for gap in own_report.gaps]


def pack(form: str, folder: Path, place: Path) -> Path:
    """Return an archive of a folder, in the layout of the tool that makes such an archive."""
    if form == "acquire":
        with tarfile.open(place / "acquire.tar", "w") as archive:
            archive.add(folder / "C", "fs/c:")
        return place / "acquire.tar"
    with zipfile.ZipFile(place / f"{form}.zip", "w") as archive:
        top = "uploads/auto/C%3A" if form == "velociraptor" else "C"
        for file in sorted((folder / "C").rglob("*")):
            archive.write(file, f"{top}/{file.relative_to(folder / 'C').as_posix()}")
        if form == "velociraptor":
            archive.writestr("uploads.json", "")
            archive.writestr("results/x.json", "")
    return place / f"{form}.zip"


@pytest.mark.parametrize("form", ["acquire", "velociraptor", "zip"])
def test_an_archive_has_the_same_verdicts(
    form: str, compromised_folder: Path, tmp_path: Path, own_report: wsh.Report
) -> None:
    archive = pack(form, compromised_folder, tmp_path)
    assert told(hunted(archive)) == told(own_report)
    assert WebshellhuntPlugin(opened(archive))._is_collection()


def test_the_names_in_a_collected_file_table_are_no_volume(tmp_path: Path) -> None:
    require_ntfs()
    image = tmp_path / "c.raw"
    make_image(image)
    folder = tmp_path / "evidence" / "C"
    (folder / "Windows" / "System32").mkdir(parents=True)
    with image.open("rb") as volume, NtfsFilesystem(volume).get("$MFT").open() as table:
        (folder / "$MFT").write_bytes(table.read())
    target = opened(folder.parent)
    assert "ntfs" in {files.__type__ for files in target.filesystems}
    assert [(drive.top, drive.is_original) for drive in find_drives(target)] == [("C:", False)]


def test_a_disk_image_has_the_verdicts_of_our_own_reading(tmp_path: Path) -> None:
    require_ntfs()
    volume, disk = tmp_path / "c.raw", tmp_path / "disk.raw"
    make_image(volume)
    with mounted(volume, tmp_path / "rw", "streams_interface=xattr") as drive:
        copy_server(demo_source(), "C", drive)
        (drive / "inetpub" / "wwwroot" / "plain.txt").write_bytes(b"nothing here")
        os.setxattr(drive / "inetpub" / "wwwroot" / "plain.txt", "user.x.aspx", b"<p>stream</p>")
    size = volume.stat().st_size
    with disk.open("wb") as out:
        out.write(mbr((0x07, 2048, size // 512)).ljust(2048 * 512, b"\0"))
        out.write(volume.read_bytes())
    report, own = hunted(disk), wsh.hunt(disk)
    assert told(report) == told(own)
    assert {each.subject.path: each.planting for each in report.verdicts} == {
        each.subject.path: each.planting for each in own.verdicts
    }
    assert [basis.original for basis in report.times] == [True]
    with wsh.open_source(disk) as image:
        source = TargetSource(opened(disk))
        path = "C:/inetpub/wwwroot/plain.txt"
        assert source.streams(path) == image.streams(path)
        assert source.read(f"{path}:x.aspx", 100) == b"<p>stream</p>"
        mine, its = source.stat(path), image.stat(path)
        assert mine is not None
        assert its is not None
        assert mine._replace(identity=None) == its._replace(identity=None)


def test_a_target_that_is_no_windows_server_is_refused_in_one_sentence(tmp_path: Path) -> None:
    for folder in ("etc", "var", "opt"):
        (tmp_path / folder).mkdir()
    with pytest.raises(UnsupportedPluginError, match="no drive with a letter, so it is no Windows server"):
        WebshellhuntPlugin(opened(tmp_path)).check_compatible()


def test_an_error_of_the_hunt_is_logged_in_one_sentence(
    compromised_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fails(source: object, **options: object) -> None:
        raise wsh.WebShellHuntError("no rule compiles")

    target = opened(compromised_folder)
    said: list[str] = []
    monkeypatch.setattr("integrations.dissect.dissect_webshellhunt.plugin.hunt", fails)
    monkeypatch.setattr(target.log, "error", lambda words, error: said.append(words % error))
    assert list(WebshellhuntPlugin(target).webshellhunt()) == []
    assert said == ["webshellhunt: no rule compiles"]


def test_the_stages_are_logged(compromised_folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = opened(compromised_folder)
    stages: list[str] = []
    monkeypatch.setattr(target.log, "info", lambda words, *values: stages.append((words % values).split(": ")[1]))
    next(WebshellhuntPlugin(target).webshellhunt())
    assert list(dict.fromkeys(stages)) == ["survey", "files", "witnesses", "logs", "conclusion"]


def test_the_package_is_separate_and_has_its_own_licence() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text("utf-8"))["project"]
    assert project["license"] == "AGPL-3.0-or-later"
    assert any(each.startswith("dissect.target") for each in project["dependencies"])
    for file in HOME.rglob("*.py"):
        assert file.read_text("utf-8").startswith("# SPDX-License-Identifier: AGPL-3.0-or-later"), file.name
    assert "GNU Affero General Public License" in (HOME / "LICENSE").read_text("utf-8")
