"""The locks of CI and of the portable folder agree with pyproject.toml, and each package in them has digests."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator

import pytest
from packaging.requirements import Requirement

from tests.builders.tables import each_row
from tools.locks import FOLDER, LOCKS, TOP, main, pins, problems, requirements

_PROJECT = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
_RUN_TIME = ("yara-x", "events", "view-state", "sigma", "image", "encrypted", "seven-zip", "dask")


def test_each_lock_agrees_with_the_project(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--check"]) == 0, capsys.readouterr().out


@each_row(
    ("pattern", "replacement", "words"),
    [
        (r"^# requirements: .*$", "# requirements: 0", "other requirements"),
        (r"^chardet==.* \\$", r"chardet==8.0 \\", "no version of chardet"),
        (r"^chardet==.* \\$", r"other==8.0 \\", "no version of chardet"),
        (r"^    --hash=.*$", "", "has no digest"),
    ],
)
def test_a_changed_lock_is_a_problem(pattern: str, replacement: str, words: str) -> None:
    text = (FOLDER / "runtime.txt").read_text(encoding="utf-8")
    changed = re.sub(pattern, replacement, text, flags=re.MULTILINE)
    assert changed != text
    assert any(words in problem for problem in problems("runtime.txt", changed))


def test_extras_of_extras_are_locked_with_their_markers() -> None:
    found = {Requirement(each).name: Requirement(each) for each in requirements("ci.txt")}
    assert {"pytest", "mypy", "mkdocs", "distributed", "yara-python", "dissect.hypervisor"} <= found.keys()
    assert 'sys_platform == "linux"' in str(found["pysigma"].marker)


def test_the_portable_folder_has_the_versions_of_the_other_lock() -> None:
    windows, each = pins("portable-win_amd64.txt"), pins("runtime.txt")
    assert windows.keys() <= each.keys()
    assert all({pin.version for pin in windows[name]} <= {pin.version for pin in each[name]} for name in windows)
    assert not any(pin.marker for versions in windows.values() for pin in versions)


def _run_time() -> Iterator[Requirement]:
    texts = [
        *_PROJECT["dependencies"],
        *(each for name in _RUN_TIME for each in _PROJECT["optional-dependencies"][name]),
    ]
    yield from map(Requirement, texts)


def test_each_package_of_run_time_has_both_bounds_and_a_reason() -> None:
    page = (TOP / "docs" / "design" / "0002-dependencies.md").read_text(encoding="utf-8")
    reasons = dict(re.findall(r"^\| `([\w.-]+)` \| `([^`]+)` \| \S.+ \|$", page, re.MULTILINE))
    for each in _run_time():
        assert {">=", "<"} == {part.operator for part in each.specifier}, each
        bounds = sorted(map(str, each.specifier), reverse=True)
        assert reasons.get(each.name) == ",".join(bounds), each


def test_each_other_extra_is_none_of_run_time() -> None:
    others = _PROJECT["optional-dependencies"].keys() - set(_RUN_TIME)
    assert all(name in ("test", "docs", "dev", "release") or name.startswith("test-") for name in others)
    assert set(LOCKS) == {path.name for path in FOLDER.glob("*.txt")}
