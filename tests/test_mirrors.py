"""Each module has its test at the same place below `tests/`, save those of the evaluator and of the translation.

These are judged by what they do and not by how: `tests/analysis/programs` says which programs pass a visitor's text,
`tests/analysis/values` which values arrive, `tests/analysis/flow` and `tests/properties` the rest.
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
WHOLE = ("core", "lower")
"""The modules of these rooms are parts of one evaluator and one translation, and are tested through its face."""


def _modules() -> list[str]:
    found = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return sorted(each.as_posix() for each in found if not each.name.startswith("__") and each.parts[0] not in WHOLE)


@pytest.mark.parametrize("room", WHOLE)
def test_a_room_has_tests_of_its_face(room: str) -> None:
    assert [*(TOP / "tests" / room).glob("test_*.py")] != []


def _test_of(module: str) -> Path:
    path = Path(module)
    return TOP / "tests" / path.parent / f"test_{path.name}"


def test_each_module_has_its_test() -> None:
    missing = [_test_of(each) for each in _modules() if each not in EXCEPTIONS and not _test_of(each).is_file()]
    assert [f"write {path.relative_to(TOP).as_posix()}" for path in missing] == []


def test_an_exception_is_one() -> None:
    assert EXCEPTIONS.keys() <= {*_modules()}
    assert [module for module in EXCEPTIONS if _test_of(module).exists()] == []
