"""The shipped baseline is made from lists, and proves itself."""

from __future__ import annotations

import lzma
from pathlib import Path

import pytest

from tests.builders.baselines import sha256
from tools.exchange_baseline import main, spellings
from webshellhunt.baselines.store import read_baseline

HEADING = "rel_path\tsha256\tn_builds\tfirst_build\tlast_build\n"
ONE = f"\\ClientAccess\\Owa\\prem\\version\\boot.js\t{sha256(b'1')}\t2\t15.1.225.42\t15.2.858.5\n"
TWO = f"\\owa\\prem\\version\\boot.js\t{sha256(b'2')}\t1\t15.0.516.32\t15.0.516.32\n"


def test_lists_become_one_baseline(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.tsv").write_text(HEADING + ONE, encoding="utf-8")
    (tmp_path / "b.tsv.xz").write_bytes(lzma.compress((HEADING + ONE + TWO).encode()))
    written = tmp_path / "x.baseline"
    assert main([str(tmp_path / "a.tsv"), str(tmp_path / "b.tsv.xz"), "--output", str(written)]) == 0
    assert "3 rows; 2 contents of 1 paths in 3 builds" in capsys.readouterr().out
    baseline = read_baseline(written)
    assert baseline.head.builds == ("15.0.516.32", "15.1.225.42", "15.2.858.5")
    assert [c.digest for c in baseline.contents_at("owa/prem/version/boot.js", "15.0.516.32")] == [sha256(b"2")[:32]]


def test_a_path_is_spelled_in_many_ways() -> None:
    found = set(spellings(r"\owa\prem\version\boot.js"))
    assert r"C:\Program Files\Microsoft\Exchange Server\V15\ClientAccess\owa\prem\Current2\boot.js" in found
    assert "Setup/ServerRoles/ClientAccess/owa/prem/version/boot.js" in found
