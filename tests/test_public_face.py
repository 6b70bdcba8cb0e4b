"""The names that others import, and the road through them."""

from __future__ import annotations

from pathlib import Path

import webshellhunt as wsh


def test_the_public_names_are_sorted_and_there() -> None:
    assert wsh.__all__ == sorted(wsh.__all__)
    assert all(hasattr(wsh, name) for name in wsh.__all__)


def test_hunt_is_the_function_not_its_module() -> None:
    assert callable(wsh.hunt)


def test_from_a_folder_to_a_report(tmp_path: Path) -> None:
    (tmp_path / "page.aspx").write_text('<%@ Page Language="C#" %><% Response.Write(1); %>', encoding="utf-8")
    with wsh.open_source(str(tmp_path)) as source:
        report = wsh.hunt(source)
        verdicts = list(wsh.iter_verdicts(source))
    assert [v.disposition for v in report.verdicts] == [wsh.Disposition.BENIGN] == [v.disposition for v in verdicts]
    assert "1 file examined" in str(wsh.render(report, "text"))
    assert wsh.examine(b"plain", path="x.txt").disposition == wsh.Disposition.BENIGN
