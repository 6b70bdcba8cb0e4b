"""Files are counted by capability, and by kind of page."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.builders.inert import live
from tools.capability_rates import capabilities_of, main, table_rows

PAGE = live(
    '<·%@ Page Language="C#" %·><·% foreach (var d in System.IO.Drive·Info.GetDri·ves()) Response.Write(d.Name); %·>'
)


def test_the_capabilities_of_one_page() -> None:
    assert capabilities_of(PAGE.encode(), "x.aspx") == {"lists-drives"}
    assert capabilities_of(b"<p>GetDrives</p>", "x.aspx") == frozenset()


def test_the_table(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.aspx").write_text(PAGE, encoding="utf-8")
    (tmp_path / "b.asp").write_text("none", encoding="utf-8")
    assert main([str(tmp_path)]) == 0
    assert capsys.readouterr().out.splitlines() == [
        "capability\tASP.NET, of 1\tclassic ASP, of 1",
        "lists-drives\t1\t0",
    ]


def test_the_rows_of_the_page(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--table"]) == 0
    assert capsys.readouterr().out.splitlines() == list(table_rows())
    assert any(
        row.startswith("| `lists-drives` | lists the drives of the server | suspects | ") for row in table_rows()
    )
