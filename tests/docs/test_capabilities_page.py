"""The page of the capabilities says what the table of the code says."""

from __future__ import annotations

from pathlib import Path

from webshellhunt.analysis.capabilities import capabilities

PAGE = Path(__file__).parents[2] / "docs" / "explanation" / "capabilities.md"


def test_each_capability_has_its_row_with_the_same_weights() -> None:
    rows = [line.split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if line.startswith("| `")]
    shown = {row[0].strip("| `"): [cell.strip() for cell in row[2:6]] for row in rows}
    table = capabilities()
    weights = {name: [each.aspnet, each.classic, each.code_behind, each.compiled] for name, each in table.items()}
    assert {name: row for name, row in shown.items() if name in weights} == weights
