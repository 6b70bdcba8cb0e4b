"""The workflow for code scanning: valid, least rights, and its command gives alerts at files of the repository."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from webshellhunt.cli.parsing.parser import build_parser
from webshellhunt.defang import load_fixture
from webshellhunt.reports import formats

yaml = pytest.importorskip("yaml", reason="needs PyYAML")

TOP = Path(__file__).parents[3]
WORKFLOW = TOP / "integrations" / "code-scanning" / "webshellhunt.yml"


@pytest.fixture
def workflow() -> dict[Any, Any]:
    loaded: dict[Any, Any] = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    return loaded


def steps(workflow: dict[Any, Any]) -> list[dict[str, Any]]:
    (job,) = workflow["jobs"].values()
    found: list[dict[str, Any]] = job["steps"]
    return found


def test_it_has_the_rights_that_the_upload_needs_and_no_others(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read", "security-events": "write"}
    (job,) = workflow["jobs"].values()
    assert "permissions" not in job
    assert job["timeout-minutes"]


def test_it_runs_on_push_and_pull_request(workflow: dict[Any, Any]) -> None:
    # YAML 1.1 reads the key "on" as true.
    assert {"push", "pull_request", "schedule"} == set(workflow[True])


def test_each_step_is_an_action_of_a_version_or_a_command(workflow: dict[Any, Any]) -> None:
    for step in steps(workflow):
        assert ("uses" in step) != ("run" in step)
        assert "uses" not in step or re.fullmatch(r"[\w-]+/[\w/-]+@v\d+", step["uses"]), step
    upload = steps(workflow)[-1]
    assert upload["with"]["sarif_file"].endswith("/webshellhunt.sarif")
    assert "if" not in upload


def test_nothing_is_installed_by_name_alone(workflow: dict[Any, Any]) -> None:
    assert workflow["env"]["SOURCE"] == ""
    (install,) = (step["run"] for step in steps(workflow) if "pip install" in step.get("run", ""))
    assert re.findall(r"pip install (\S+)", install) == ['"$SOURCE"']
    if shutil.which("bash") is not None:
        assert subprocess.run(["bash", "-e", "-c", install], env={"SOURCE": ""}, check=False).returncode == 2


def test_nothing_of_the_event_is_put_into_a_command(workflow: dict[Any, Any]) -> None:
    assert all("${{" not in step.get("run", "") for step in steps(workflow))


def command(workflow: dict[Any, Any]) -> str:
    (text,) = (step["run"] for step in steps(workflow) if step.get("name") == "Hunt")
    return str(text)


def test_its_command_parses(workflow: dict[Any, Any]) -> None:
    line = next(line.strip() for line in command(workflow).splitlines() if "webshellhunt hunt" in line)
    words = line.partition(" || ")[0].replace('"', "").split()
    build_parser().parse_args(words[1:])
    assert words[words.index("--output") + 1] == "$RUNNER_TEMP/webshellhunt.sarif"


@pytest.mark.skipif(shutil.which("bash") is None or os.name == "nt", reason="needs bash")
@pytest.mark.skipif("sarif" not in formats(), reason="this version writes no SARIF")
class TestRun:
    """The command of the workflow, run on a repository."""

    def run(self, workflow: dict[Any, Any], repository: Path, temp: Path) -> tuple[int, dict[str, Any]]:
        programs = Path(sys.executable).parent
        environment = {**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"}
        environment |= {"PAGES": workflow["env"]["PAGES"], "RUNNER_TEMP": os.fspath(temp)}
        done = subprocess.run(
            ["bash", "-e", "-c", command(workflow)],
            cwd=repository,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert "Traceback" not in done.stderr, done.stderr
        log: dict[str, Any] = json.loads((temp / "webshellhunt.sarif").read_text("utf-8"))
        return done.returncode, log

    @pytest.fixture
    def repository(self, tmp_path: Path) -> Path:
        made = tmp_path / "repository"
        (made / "site").mkdir(parents=True)
        (made / "site" / "about us.aspx").write_text('<%@ Page Language="C#" %><p>hello</p>', "utf-8")
        return made

    @pytest.fixture
    def temp(self, tmp_path: Path) -> Path:
        (tmp_path / "temp").mkdir()
        return tmp_path / "temp"

    def test_a_harmless_repository_has_no_alert(self, workflow: dict[Any, Any], repository: Path, temp: Path) -> None:
        status, log = self.run(workflow, repository, temp)
        assert status == 0
        assert [run["results"] for run in log["runs"]] == [[]]

    def test_a_shell_is_an_alert_at_its_line(self, workflow: dict[Any, Any], repository: Path, temp: Path) -> None:
        fixture = load_fixture(TOP / "fixtures/request_reaches_eval/jscript-net-function.defanged")
        (repository / "site" / "über uns.aspx").write_bytes(fixture.data)
        status, log = self.run(workflow, repository, temp)
        assert status == 0
        (run,) = log["runs"]
        assert len(run["results"]) <= 25_000
        assert run["results"]
        for result in run["results"]:
            place = result["locations"][0]["physicalLocation"]
            assert place["artifactLocation"]["uri"] == "site/%C3%BCber%20uns.aspx"
            assert place["region"]["startLine"] >= 1
