"""A folder that an adversary made: the hunt ends, each file is accounted for, and nothing beside it is touched."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

from tests.builders.hostile_tree import SECRET, SHELL, fingerprint, hostile_tree
from tests.builders.mutants import NIGHTLY
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.reports import render
from webshellhunt.sources.directory import DirectorySource

pytestmark = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="a system without pipes as files")
_MANY, _FEW = 100_000, 300


def test_a_hostile_folder_is_hunted_to_its_end(tmp_path: Path) -> None:
    files = _MANY if settings().max_examples >= NIGHTLY else _FEW
    with hostile_tree(tmp_path, files=files) as evidence:
        before = fingerprint(tmp_path)
        report = hunt(evidence)
        assert fingerprint(tmp_path) == before
        codes = {gap.code for gap in report.gaps}
        assert {"link-outside", "special-file", "too-deep", "broken-config"} <= codes
        assert not codes & {"examination-failed", "walk-failed"}
        found = [each.subject.path or "" for each in report.verdicts if each.disposition is Disposition.MALICIOUS]
        assert any(path.endswith("\\wwwroot\\shell.aspx") for path in found)
        assert not any("\\out" in path for path in found)
        assert report.counts["files"] >= files
        written = str(render(report, "jsonl", show_all=True))
        assert SECRET.decode() not in written
        assert "Traceback" not in written
        told = written.replace("\\\\", "\\")
        for folder in ("links", "specials", "bombs", "lies", "xml", "cycles"):
            for path in sorted((evidence / "inetpub" / "wwwroot" / folder).iterdir()):
                is_seen = f"wwwroot\\{folder}\\{path.name}" in told or f"wwwroot/{folder}/{path.name}" in told
                is_link_inside = path.is_symlink() and path.exists()
                assert is_seen or is_link_inside or path.suffix in ("", ".inc"), path


class Changing(DirectorySource):
    """A folder in which a file is changed as soon as the walk has listed it, before it is read."""

    def __init__(self, top: Path, changes: dict[str, Callable[[Path], object]]) -> None:
        super().__init__(top)
        self._below, self._changes = top, changes

    def read(self, path: str, limit_bytes: int, offset: int = 0) -> bytes:
        """Change the file once, then read it."""
        change = self._changes.pop(Path(path).name, None)
        if change is not None:
            change(self._below / path)
        return super().read(path, limit_bytes, offset)


def _swap(make: Callable[[Path], object]) -> Callable[[Path], object]:
    def change(path: Path) -> None:
        path.unlink()
        make(path)

    return change


def test_files_that_change_between_walk_and_read_are_judged_as_read_or_a_gap(tmp_path: Path) -> None:
    site, outside = tmp_path / "evidence" / "inetpub" / "wwwroot", tmp_path / "secret.aspx"
    site.mkdir(parents=True)
    outside.write_bytes(SECRET + SHELL)
    changes: dict[str, Callable[[Path], object]] = {
        "gone.aspx": Path.unlink,
        "link.aspx": _swap(lambda path: path.symlink_to(outside)),
        "pipe.aspx": _swap(os.mkfifo),
        "folder.aspx": _swap(Path.mkdir),
        "grown.aspx": lambda path: path.write_bytes(b" " * 3_000_000 + SHELL),
        "emptied.aspx": lambda path: path.write_bytes(b""),
        "other.aspx": lambda path: path.write_bytes(SHELL),
    }
    for name in (*changes, "shell.aspx"):
        (site / name).write_bytes(SHELL if name == "shell.aspx" else b"<p>hello</p>")
    report = hunt(Changing(tmp_path / "evidence", dict(changes)))
    found = {Path(str(each.subject.path).replace("\\", "/")).name: each.disposition for each in report.verdicts}
    assert found["shell.aspx"] is found["other.aspx"] is Disposition.MALICIOUS
    lost = {Path(gap.path.replace("\\", "/")).name for gap in report.gaps if gap.matters}
    assert {"gone.aspx", "link.aspx", "pipe.aspx", "folder.aspx"} <= lost
    assert "grown.aspx" in found or "grown.aspx" in lost
    assert SECRET.decode() not in str(render(report, "jsonl", show_all=True))
