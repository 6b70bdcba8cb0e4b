"""Each module has its test at the same place below `tests/`, save those of the engine that is being replaced.

Its rooms are judged by what they do and not by how: `tests/analysis/programs` says which programs pass a visitor's
text, `tests/analysis/values` which values arrive, `tests/analysis/flow` and `tests/properties` the rest, all of them
for any engine. A test of a function inside of such a room would be deleted with it, and stops the redesign until then.
"""

from __future__ import annotations

from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
PACKAGE = TOP / "webshellhunt"
# No test of its own, and why.
EXCEPTIONS = {
    "version.py": "one number, which the build reads",
}
REPLACED = {
    *(f"analysis/{room}" for room in ("calling", "domain", "exact", "execution", "jscript", "library", "machine")),
    *(f"analysis/{room}" for room in ("page_life", "summaries")),
    *(f"analysis/flow/{module}.py" for module in ("evaluated", "held")),
    "analysis/observer.py",
}
"""These go as a whole, or move into rooms with other borders; they need no test each."""
WHOLE = ("core", "lower")
"""The modules of these rooms are parts of one evaluator and one translation, and are tested through its face."""


def _modules() -> list[str]:
    found = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return sorted(each.as_posix() for each in found if not each.name.startswith("__") and not _is_replaced(each))


def _is_replaced(module: Path) -> bool:
    return module.parts[0] in WHOLE or not REPLACED.isdisjoint(each.as_posix() for each in (module, *module.parents))


@pytest.mark.parametrize("room", WHOLE)
def test_a_room_has_tests_of_its_face(room: str) -> None:
    assert [*(TOP / "tests" / room).glob("test_*.py")] != []


def _test_of(module: str) -> Path:
    path = Path(module)
    return TOP / "tests" / path.parent / f"test_{path.name}"


def test_each_module_has_its_test() -> None:
    missing = [_test_of(each) for each in _modules() if each not in EXCEPTIONS and not _test_of(each).is_file()]
    assert [f"write {path.relative_to(TOP).as_posix()}" for path in missing] == []


def test_no_room_that_is_gone_is_named() -> None:
    assert [name for name in sorted(REPLACED) if not (PACKAGE / name).exists()] == []


def test_an_exception_is_one() -> None:
    assert EXCEPTIONS.keys() <= {*_modules()}
    assert [module for module in EXCEPTIONS if _test_of(module).exists()] == []
