"""A folder that an adversary made: the hunt ends, each file is accounted for, and nothing beside it is touched."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import settings

from tests.builders.hostile_tree import SECRET, fingerprint, hostile_tree
from tests.builders.mutants import NIGHTLY
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.reports import render

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
