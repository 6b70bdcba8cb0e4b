"""What each rule costs on honest files, and which shells it finds alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.detectors.fixture_cases import read
from tools.rule_rates import main
from webshellhunt import hunt, render
from webshellhunt.sources import MemorySource
from webshellhunt.verdict.rule_rates import Rate, read_table

SHELL = read("request_reaches_process/csharp-start-information")


def _report(tmp_path: Path, name: str, files: dict[str, bytes]) -> str:
    target = tmp_path / f"{name}.jsonl"
    with MemorySource(files) as source:
        render(hunt(source), "jsonl", to=target, show_all=True)
    return str(target)


def test_a_rule_brings_what_nothing_is_found_without(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    honest = _report(tmp_path, "honest", {"a.aspx": b"<p>1</p>", "b.aspx": b"<p>2</p>"})
    shells = _report(tmp_path, "shells", {"c.aspx": SHELL.data})
    assert main(["--honest", honest, "--shells", shells]) == 0
    table = tmp_path / "table.tsv"
    table.write_text(capsys.readouterr().out, encoding="utf-8")
    cost, gain = read_table(table)
    assert (cost.files, gain.files, cost.rates["WSH1002"]) == (2, 1, Rate())
    assert gain.rates["WSH1002"][:2] == (1, 1)
