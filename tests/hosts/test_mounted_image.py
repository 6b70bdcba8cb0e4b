"""A mounted image is dated as the server itself is, and a copy is not."""

from __future__ import annotations

import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from tests.builders.host_tree import tree_on_disk, write_tree
from tests.builders.ntfs import copy_server, make_image, mounted, require_ntfs
from webshellhunt.cli import main
from webshellhunt.model.report import AssessmentState, Report
from webshellhunt.model.verdict import Disposition, SubjectKind
from webshellhunt.pipeline import hunt
from webshellhunt.selftest.demo import demo_source
from webshellhunt.sources import open_source
from webshellhunt.sources.described import open_described

PATCHED = Path(__file__).parents[2] / "fixtures" / "hosts" / "patched-after-planting.host"


def hunted(folder: Path, times: str = "auto") -> Report:
    with open_source(folder, times=times) as source:
        return hunt(source)


def told(report: Report) -> dict[str, tuple[Disposition, object, object]]:
    """Return what is said of each accused subject, by its path."""
    return {
        verdict.subject.path: (
            verdict.disposition,
            verdict.planting and verdict.planting.when_utc,
            verdict.planting and verdict.planting.before_fix,
        )
        for verdict in report.verdicts
        if verdict.disposition >= Disposition.SUSPICIOUS
    }


@pytest.fixture
def image(tmp_path: Path) -> Path:
    require_ntfs()
    made = tmp_path / "c.raw"
    make_image(made)
    return made


@pytest.mark.parametrize("created", [True, False])
def test_an_image_is_told_as_the_server_in_memory_is(image: Path, tmp_path: Path, created: bool) -> None:
    with mounted(image, tmp_path / "rw") as folder:
        copy_server(demo_source(), "C", folder, created=created)
    with mounted(image, tmp_path / "ro", "ro") as folder:
        report, below = hunted(folder), hunted(folder / "inetpub")
        copied, sure = hunted(folder, "copy"), hunted(folder, "original")
    demo = hunt(demo_source())
    assert told(report) == told(demo) == told(sure)
    assert report.assessment == demo.assessment
    (basis,) = report.times
    assert (basis.original, basis.created) == (True, created)
    assert basis.reason.startswith("it is a read-only mount of NTFS")
    assert below.times[0].original
    assert not copied.times[0].original
    assert sum(v.planting is not None for v in copied.verdicts) < sum(v.planting is not None for v in demo.verdicts)
    accused = [v for v in report.verdicts if v.disposition == Disposition.MALICIOUS]
    accused = [v for v in accused if v.subject.kind is SubjectKind.FILE]
    assert all((v.subject.times.created_utc is not None) is created for v in accused)


def test_the_patch_did_not_remove_it(image: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with mounted(image, tmp_path / "rw") as folder:
        copy_server(open_described(PATCHED).source(), "C", folder)
    with mounted(image, tmp_path / "ro", "ro", "show_sys_files") as folder:
        assert main(["hunt", "--quiet", "--jobs", "1", str(folder)]) == 1
        printed = capsys.readouterr().out
        report = hunted(folder)
    assert report.assessment.state is AssessmentState.BACKDOORED_DESPITE_PATCH
    assert "planted 2021-02-28 (created)" in printed
    assert "the patch did not remove it" in printed
    assert "File times: those of the server (it is a read-only mount of NTFS)" in printed
    assert report.counts["files"] == hunt(open_described(PATCHED).source()).counts["files"]
    assert not [gap.code for gap in report.gaps if "$" in gap.path]  # the file table is read, without broken records


def test_a_writable_mount_is_decided_by_its_times(image: Path, tmp_path: Path) -> None:
    with mounted(image, tmp_path / "rw") as folder:
        copy_server(demo_source(), "C", folder, created=False)
        (basis,) = hunted(folder).times
    assert (basis.original, basis.reason) == (False, "its files were created or changed by a few copy operations")


def test_a_copy_on_a_read_only_evidence_drive_is_a_copy(image: Path, tmp_path: Path) -> None:
    with mounted(image, tmp_path / "rw") as folder:
        (folder / "EXCH01").mkdir()
        copy_server(demo_source(), "C", folder / "EXCH01" / "C", created=False)
    with mounted(image, tmp_path / "ro", "ro") as folder:
        for place in (folder, folder / "EXCH01"):
            (basis,) = hunted(place).times
            assert not basis.original
            assert basis.reason.endswith("but its files were created or changed by a few copy operations")


def test_the_image_itself_is_opened_and_an_empty_one_is_refused(
    image: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["hunt", str(image)]) == 2
    printed = capsys.readouterr().err
    assert "a raw image of a volume with 1 NTFS volume" in printed
    assert "name the image of the server's system drive" in printed


def _copied(how: str, tree: Path, to: Path) -> Path:
    if how == "zip":
        archive = shutil.make_archive(str(to.with_name("packed")), "zip", tree)
        with zipfile.ZipFile(archive) as opened:
            opened.extractall(to)
        return to
    if shutil.which(how.split()[0]) is None:
        pytest.skip(f"{how.split()[0]} isn't installed")
    source = f"{tree}/" if how.startswith("rsync") else str(tree)
    subprocess.run([*how.split(), source, str(to)], check=True)
    return to


@pytest.mark.parametrize("how", ["cp -r", "cp -a", "rsync -a", "zip"])
def test_a_copied_tree_is_a_copy(how: str, tmp_path: Path) -> None:
    with tree_on_disk(demo_source()) as tree:
        report = hunted(_copied(how, tree, tmp_path / "copy"))
    (basis,) = report.times
    assert not basis.original
    files = [verdict.subject for verdict in report.verdicts if verdict.subject.kind is SubjectKind.FILE]
    assert files
    assert not any(each.times.original for each in files)


@pytest.mark.parametrize(("program", "flags"), [("mkfs.ext4", ["-q", "-F"]), ("mkfs.vfat", [])])
def test_a_copy_on_another_file_system_is_a_copy(program: str, flags: list[str], tmp_path: Path) -> None:
    require_ntfs()
    if shutil.which(program) is None:
        pytest.skip(f"{program} isn't installed")
    image, folder = tmp_path / "disk", tmp_path / "m"
    folder.mkdir()
    image.write_bytes(bytes(16 * 1024 * 1024))
    subprocess.run([program, *flags, str(image)], check=True, capture_output=True)
    for options in ("loop", "loop,ro"):
        done = subprocess.run(["mount", "-o", options, str(image), str(folder)], check=False, capture_output=True)
        if done.returncode:
            pytest.skip(f"this system mounts no image: {done.stderr.decode(errors='replace').strip()[-200:]}")
        try:
            if options == "loop":
                write_tree(open_described(PATCHED).source(), folder)
            (basis,) = hunted(folder).times
        finally:
            subprocess.run(["umount", str(folder)], check=True)
        assert (basis.original, basis.reason.rpartition(" ")[2]) == (False, program.rpartition(".")[2])
