"""The workflows: their versions of Python, actions by commit, and no publication before the owner is named."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.builders.tables import each_row
from tools.locks import TOP

yaml = pytest.importorskip("yaml")
_FOLDER = TOP / ".github" / "workflows"
_FILES = sorted(_FOLDER.glob("*.yml"))


def _read(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(path.read_text(encoding="utf-8"))
    return loaded


def test_each_version_of_python_is_tried_on_each_system() -> None:
    matrix = _read(_FOLDER / "ci.yml")["jobs"]["tests"]["strategy"]["matrix"]
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    named = [re.fullmatch(r"Programming Language :: Python :: (3\.\d+)", each) for each in project["classifiers"]]
    assert matrix["python"] == [match[1] for match in named if match is not None]
    assert {name.partition("-")[0] for name in matrix["os"]} == {"ubuntu", "windows", "macos"}


@each_row("path", _FILES)
def test_actions_are_named_by_commit_and_jobs_have_few_rights(path: Path) -> None:
    uses = re.findall(r"uses: (\S+)(.*)", path.read_text(encoding="utf-8"))
    assert uses
    assert all(re.fullmatch(r"[\w.-]+/[\w.-]+@[0-9a-f]{40}", name) and re.match(r" # v\d", rest) for name, rest in uses)
    workflow = _read(path)
    assert workflow["permissions"] in ({}, {"contents": "read"})
    assert all(job["timeout-minutes"] for job in workflow["jobs"].values())


def test_nothing_is_published_without_an_owner_a_signed_tag_and_the_gates() -> None:
    jobs = _read(_FOLDER / "publish.yml")["jobs"]
    assert jobs["build"]["if"].startswith("github.repository == '")
    steps = " ".join(step.get("run", "") for step in jobs["build"]["steps"])
    assert all(
        words in steps for words in ("verify-tag", "--full .ci/run", "PLACEHOLDER", "tools.packages", "tools.sbom")
    )
    assert jobs["publish"]["needs"] == "build"
    assert jobs["publish"]["environment"] == "pypi"
