"""The service, run by the tool of Assemblyline that runs a service once on one file."""

from __future__ import annotations

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("assemblyline_v4_service", reason="the packages of Assemblyline 4 services are not installed")
pytest.importorskip("git", reason="the updater's packages of Assemblyline 4 services are not installed")

from tests.decoding.test_script_encoder import container
from tests.reports.cases import SHELL

FOLDER = Path(__file__).parents[3] / "integrations" / "assemblyline"
_SERVICE = "webshellhunt_al.service.WebShellHunt"


def _run(folder: Path, name: str, data: bytes, **parameters: str) -> dict[str, Any]:
    """Run the service on a file, and return its result, which the tool has validated."""
    place = folder / "given" / name  # elsewhere than its copy, which has its digest as its name
    place.parent.mkdir()
    place.write_bytes(data)
    options = [part for pair in parameters.items() for part in ("--submission", "=".join(pair))]
    command = [sys.executable, "-m", "assemblyline_v4_service.dev.run_service_once", *options, _SERVICE, str(place)]
    environment = {**os.environ, "TMPDIR": str(folder), "PYTHONPATH": str(FOLDER.parents[1])}
    done = subprocess.run(command, cwd=FOLDER, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert "Invalid result" not in done.stderr, done.stderr
    assert "Invalid attack_id" not in done.stderr, done.stderr
    result: dict[str, Any] = json.loads(
        (place.with_name(f"{name}_webshellhunt") / "result.json").read_text(encoding="utf-8")
    )
    return result


def test_a_shell_has_the_score_of_a_back_door(tmp_path: Path) -> None:
    result = _run(tmp_path, "x.aspx", SHELL.encode())
    assert result["result"]["score"] == 1000
    sections = result["result"]["sections"]
    assert sections[0]["title_text"].startswith("malicious: ")
    assert sections[0]["heuristic"]["heur_id"] == 1
    rules = {rule for each in sections if each["heuristic"] for rule in each["heuristic"]["signatures"]}
    assert "WSH1001" in rules
    assert {"T1505.003"} <= {each for part in sections if part["heuristic"] for each in part["heuristic"]["attack_ids"]}
    assert "eval(Request" not in json.dumps(result)


def test_the_assumptions_of_a_verdict_are_shown(tmp_path: Path) -> None:
    name = hashlib.sha256(SHELL.encode()).hexdigest()
    result = _run(tmp_path, name, SHELL.encode())["result"]
    assert result["score"] == 1000
    assert "no configuration was read" in result["sections"][0]["title_text"]
    assert "assumed: its name is unknown: read as page.aspx" in result["sections"][0]["body"]


def test_the_assumptions_about_a_harmless_file_are_shown_without_a_score(tmp_path: Path) -> None:
    result = _run(tmp_path, "0" * 64, b'<\x25@ Page Language="C#" %><html>Welcome</html>')["result"]
    (section,) = result["sections"]
    assert (result["score"], section["heuristic"], section["auto_collapse"]) == (0, None, True)
    assert "assumed: its name is unknown" in section["body"]


def test_the_submission_may_state_the_mapping(tmp_path: Path) -> None:
    section = _run(tmp_path, "0" * 64, SHELL.encode(), mapping=".txt")["result"]["sections"][0]
    assert section["title_text"].startswith("suspicious")
    assert "read as txt (mapping .txt, as the caller says)" in section["body"]


def test_a_wrong_parameter_is_no_error(tmp_path: Path) -> None:
    result = _run(tmp_path, "x.aspx", SHELL.encode(), role="<b>nowhere</b>")["result"]
    assert result["score"] == 1000
    assert result["sections"][0]["title_text"] == "The parameters role and mapping of the submission are not used"


def test_a_handler_that_is_unknown_is_no_error(tmp_path: Path) -> None:
    result = _run(tmp_path, "x.aspx", SHELL.encode(), mapping="some.handler")["result"]
    assert result["score"] == 1000


def test_a_harmless_file_has_no_section(tmp_path: Path) -> None:
    result = _run(tmp_path, "x.aspx", b'<\x25@ Page Language="C#" %><html>Welcome</html>')["result"]
    assert (result["score"], result["sections"]) == (0, [])


def test_a_decoded_layer_is_extracted(tmp_path: Path) -> None:
    encoded = container("Response.Write(1)")
    result = _run(tmp_path, "x.asp", f"<\x25@ LANGUAGE = VBScript.Encode %><%{encoded}%>".encode())
    (extracted,) = result["response"]["extracted"]
    assert extracted["name"] == "layer-1.asp"
    assert extracted["description"] == "decoded by webshellhunt: text, script decoded"


@pytest.mark.parametrize("data", [b"MZ" + bytes(100), b"\xff" * 1000, b"PK\x03\x04" + bytes(200)])
def test_damaged_files_are_no_error(tmp_path: Path, data: bytes) -> None:
    assert _run(tmp_path, "x.dll", data)["result"]["score"] < 1000
