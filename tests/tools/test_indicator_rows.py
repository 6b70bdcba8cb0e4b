"""Rows of indicators are made from lists of digests, and no file of Exchange becomes one."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.baselines import sha256
from tools import indicator_rows
from tools.indicator_rows import iter_digests, main
from webshellhunt.knowledge.indicators import load_indicators

NEW, OTHER = sha256(b"new"), sha256(b"other")
KNOWN = next(value for value, each in load_indicators().digests.items() if each.type == "sha256")
OPTIONS = ["--source", "https://example.org/list", "--date", "2026-05-19"]


def written(folder: Path, text: str) -> str:
    path = folder / "list.txt"
    path.write_text(text, encoding="utf-8")
    return str(path)


def test_what_is_not_known_yet_becomes_rows_in_order(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = written(tmp_path, f"{OTHER.upper()}\n\"[file:hashes.SHA256 = '{NEW}']\"\n{KNOWN}\n{NEW}\n")
    assert main([listed, "--campaign", "BadIIS", *OPTIONS]) == 0
    rows = [f"sha256\t{digest}\tBadIIS\thttps://example.org/list\t2026-05-19" for digest in sorted((NEW, OTHER))]
    assert capsys.readouterr().out.splitlines() == rows


def test_a_list_may_name_the_family_of_each() -> None:
    assert list(iter_digests(f"SHA-256,Malware Family\n{NEW},RGDoor\n", None)) == [(NEW, "RGDoor")]


def test_a_mixed_list_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([written(tmp_path, NEW), "--campaign", "X", "--type", "listed_sha256", *OPTIONS]) == 0
    assert capsys.readouterr().out.startswith(f"listed_sha256\t{NEW}\tX\t")


def test_a_file_that_exchange_ships_is_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(indicator_rows, "shipped_beginnings", lambda: frozenset({NEW[:32]}))
    assert main([written(tmp_path, NEW), "--campaign", "X", *OPTIONS]) == 1
    told = capsys.readouterr()
    assert (told.out, NEW in told.err) == ("", True)
