"""The examples in the docstrings of public names are run."""

from __future__ import annotations

import doctest
import inspect
from pathlib import Path

import pytest

import webshellhunt as wsh

PUBLIC = {name: getattr(wsh, name) for name in wsh.__all__ if name != "__version__"}
FUNCTIONS = sorted(name for name, value in PUBLIC.items() if inspect.isfunction(value))
WITH_EXAMPLES = ("FleetTally", "Hints", "Job", "Limits", "LogOptions", "Progress", "Report")
"""Classes that a caller makes, or whose use is not obvious."""


def _examples(name: str) -> list[doctest.DocTest]:
    """Return the examples of a public function or class and its methods."""
    finder = doctest.DocTestFinder(exclude_empty=True)
    return [each for each in finder.find(PUBLIC[name], name, globs={}) if each.examples]


@pytest.mark.parametrize("name", PUBLIC)
def test_the_examples_are_right(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    runner = doctest.DocTestRunner()
    said: list[str] = []
    for each in _examples(name):
        runner.run(each, out=said.append)
    assert runner.summarize(verbose=False).failed == 0, "".join(said)
    assert not list(tmp_path.iterdir()), "an example left a file"


@pytest.mark.parametrize("name", [*FUNCTIONS, *WITH_EXAMPLES])
def test_there_is_an_example(name: str) -> None:
    assert _examples(name)
