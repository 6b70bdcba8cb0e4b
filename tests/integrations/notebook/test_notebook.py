"""The notebook runs on the reports of several servers, and has no output of anybody's evidence in it."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

import webshellhunt as wsh
from webshellhunt.selftest.demo import demo_source

FILE = Path(__file__).parents[3] / "integrations" / "notebook" / "read_reports.ipynb"


def test_it_has_no_output() -> None:
    notebook = json.loads(FILE.read_text("utf-8"))
    cells = [cell for cell in notebook["cells"] if cell["cell_type"] == "code"]
    assert len(cells) > 5
    assert all(cell["outputs"] == [] and cell["execution_count"] is None for cell in cells)
    assert FILE.stat().st_size < 30_000


class TestRun:
    """In a kernel, in a folder with reports."""

    @pytest.fixture(autouse=True)
    def _kernel(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
        for module in ("nbclient", "nbformat", "ipykernel", "pandas"):
            pytest.importorskip(module, reason="needs the extra test-notebook")
        monkeypatch.setenv("JUPYTER_PLATFORM_DIRS", "1")
        monkeypatch.setenv("IPYTHONDIR", os.fspath(tmp_path / "ipython"))
        monkeypatch.setenv("JUPYTER_CONFIG_DIR", os.fspath(tmp_path / "jupyter"))

    def run(self, folder: Path, *checks: str) -> Any:
        """Run the notebook and checks in its namespace; return the executed notebook."""
        import nbformat
        from nbclient import NotebookClient

        notebook = nbformat.read(FILE, as_version=4)
        notebook.cells += [nbformat.v4.new_code_cell(check) for check in checks]
        NotebookClient(notebook, timeout=None, resources={"metadata": {"path": os.fspath(folder)}}).execute()
        return notebook

    def test_reports_of_several_servers(self, tmp_path: Path) -> None:
        folder = tmp_path / "reports"
        folder.mkdir()
        with demo_source() as source:
            report = wsh.hunt(source)
        first = report.verdicts[0]
        hostile = replace(first, subject=replace(first.subject, path="C:\\\u202e<b>bold(1)</b>\x1b.aspx"))
        other = replace(report, host=report.host._replace(name="EXCH02"), verdicts=(hostile, *report.verdicts[1:]))
        wsh.render(report, "jsonl", to=folder / "EXCH01.jsonl")
        wsh.render([other, replace(report, location="third")], "jsonl", to=folder / "others.jsonl")
        done = self.run(
            folder,
            "assert set(verdicts['host']) == {'EXCH01', 'EXCH02', 'others'}, verdicts['host']",
            "assert verdicts['disposition'].iloc[0] == 'malicious'",
            "assert len(timeline) == 3 * len(timeline[timeline['host'] == 'EXCH01']) > 0",
            "assert (same['servers'] == 3).any() and len(gaps) and len(summaries) == 3",
        )
        outputs = [output["data"] for cell in done.cells for output in cell.get("outputs", ()) if "data" in output]
        tables = "".join(data["text/html"] for data in outputs)
        assert "&lt;b&gt;bold" in tables
        assert "<b>bold" not in tables
        assert "\u202e" not in json.dumps(outputs, ensure_ascii=False)

    def test_a_report_without_verdicts(self, tmp_path: Path) -> None:
        wsh.render(wsh.hunt(tmp_path), "jsonl", to=tmp_path.parent / "empty.jsonl")
        (tmp_path / "empty.jsonl").write_text((tmp_path.parent / "empty.jsonl").read_text("utf-8"), "utf-8")
        self.run(tmp_path, "assert verdicts.empty and timeline.empty and len(summaries) == 1")

    def test_a_folder_without_report_is_one_sentence(self, tmp_path: Path) -> None:
        from nbclient.exceptions import CellExecutionError

        with pytest.raises(CellExecutionError, match="webshellhunt hunt LOCATION"):
            self.run(tmp_path)
