"""Above the analysis nothing reads a token: views and detectors know places, nodes and ranges of characters."""

from __future__ import annotations

import ast
from pathlib import Path

from tests.builders.tables import each_row

TOP = Path(__file__).parents[1] / "webshellhunt"
ROOMS = ("client_scripts", "correlation", "detectors", "knowledge", "scan", "verdict", "views")
FILES = tuple(sorted(each for room in ROOMS for each in (TOP / room).rglob("*.py")))
READING = frozenset({"columns", "lexis", "lexis_c", "lexis_vb", "places"})
"""Modules of ``lang/`` that know tokens."""


@each_row("path", FILES)
def test_no_file_reads_a_token(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        inner = node.value if isinstance(node, (ast.Attribute, ast.Subscript)) else None
        is_read = isinstance(inner, ast.Attribute) and inner.attr == "tokens"
        assert not is_read, f"line {getattr(node, 'lineno', 0)} reads a token"
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("webshellhunt.lang."):
            assert (node.module or "").removeprefix("webshellhunt.lang.") not in READING, node.module
