"""No module imports itself through others, for types or inside a function neither."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

TOP = Path(__file__).parents[1]
PACKAGE = "webshellhunt"


def _modules() -> dict[str, Path]:
    names = {}
    for path in (TOP / PACKAGE).rglob("*.py"):
        name = ".".join(path.relative_to(TOP).with_suffix("").parts)
        names[name.removesuffix(".__init__")] = path
    return names


def _imports_of(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module is not None:
            yield from (f"{node.module}.{each.name}" for each in node.names)
            yield node.module
        elif isinstance(node, ast.Import):
            yield from (each.name for each in node.names)


def _imported(name: str, path: Path, modules: dict[str, Path]) -> set[str]:
    """Return the modules that a module imports; a folder counts only where a name of its own is imported."""
    found = [*_imports_of(path)]
    inside = {each.rpartition(".")[0] for each in found if each in modules}
    return {each for each in found if each in modules and each != name and each not in inside}


def test_no_module_imports_itself_through_others() -> None:
    modules = _modules()
    graph = {name: _imported(name, path, modules) for name, path in modules.items()}
    try:
        TopologicalSorter(graph).prepare()
    except CycleError as error:
        raise AssertionError(" imports ".join(reversed(error.args[1]))) from None
