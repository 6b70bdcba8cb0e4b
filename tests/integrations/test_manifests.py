"""The packages among the integrations need this version of the library, and what their tests are run with."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from webshellhunt import __version__

TOP = Path(__file__).parents[2]
EXTRAS = {"karton": ("test-karton", "karton-core"), "dissect": ("test-dissect", "dissect.target")}


def project(folder: Path) -> dict[str, Any]:
    made: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text("utf-8"))["project"]
    return made


@pytest.mark.parametrize("name", EXTRAS)
def test_a_package_needs_the_library_whose_inner_parts_it_uses(name: str) -> None:
    needed = project(TOP / "integrations" / name)["dependencies"]
    assert f"webshellhunt=={__version__.rpartition('.')[0]}.*" in needed


@pytest.mark.parametrize(("name", "extra", "platform"), [(name, *each) for name, each in EXTRAS.items()])
def test_a_package_needs_what_its_tests_run_with(name: str, extra: str, platform: str) -> None:
    (tested,) = project(TOP)["optional-dependencies"][extra]
    assert tested.startswith(platform)
    assert tested in project(TOP / "integrations" / name)["dependencies"]


BY_HAND = {"test-assemblyline"}
"""Its packages fit no others, and take a minute to install."""


@pytest.mark.skipif(not (TOP / ".ci" / "run").exists(), reason="not a checkout")
def test_continuous_integration_runs_them() -> None:
    script = (TOP / ".ci" / "run").read_text("utf-8")
    extras = {name for name in project(TOP)["optional-dependencies"] if name.startswith("test-")}
    (installed,) = re.findall(r"-e '\.\[(test-[\w,-]+)\]'", script)
    assert set(installed.split(",")) == extras - BY_HAND
    (tested,) = re.findall(r"pytest -n 2 tests/integrations/\{([\w,]+)\}", script)
    assert {f"test-{each}" for each in tested.split(",")} == extras - BY_HAND
    for name in BY_HAND:
        platform = name.removeprefix("test-")
        readme = (TOP / "integrations" / platform / "README.md").read_text("utf-8")
        assert f"pip install -e '.[test,{name}]' && pytest tests/integrations/{platform}" in readme
