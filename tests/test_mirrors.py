"""Each module has its test at the same place below `tests/`."""

from __future__ import annotations

from pathlib import Path

import pytest

TOP = Path(__file__).parents[1]
PACKAGE = TOP / "webshellhunt"
# No test of its own, and why.
EXCEPTIONS = {
    "version.py": "one number, which the build reads",
}
REPLACED = "code"
"""This room is replaced as a whole; `tests/properties/test_prefilters.py` and its own tests are the net for that."""


def _modules() -> list[str]:
    found = (path.relative_to(PACKAGE) for path in PACKAGE.rglob("*.py"))
    return sorted(each.as_posix() for each in found if not each.name.startswith("__") and each.parts[0] != REPLACED)


def _test_of(module: str) -> Path:
    path = Path(module)
    return TOP / "tests" / path.parent / f"test_{path.name}"


@pytest.mark.parametrize("module", [each for each in _modules() if each not in EXCEPTIONS])
def test_a_module_has_its_test(module: str) -> None:
    assert _test_of(module).is_file(), f"write {_test_of(module).relative_to(TOP).as_posix()}"


@pytest.mark.parametrize("module", EXCEPTIONS)
def test_an_exception_is_one(module: str) -> None:
    assert module in _modules()
    assert not _test_of(module).exists()
