"""The Velociraptor artifact: its fields, the functions that its queries call, and the records that they read."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

import webshellhunt as wsh
from integrations.velociraptor.bundle import ARTIFACT, NO_HASH
from tests.pivot.cases import demo_report
from webshellhunt.cli.parsing.parser import build_parser

yaml = pytest.importorskip("yaml", reason="PyYAML is not installed")

# Source: artifacts/proto/artifact.proto of Velociraptor 0.77.
_FIELDS = {
    "name", "author", "description", "type", "tools", "required_permissions", "resources", "precondition",
    "parameters", "sources", "column_types",
}  # fmt: skip
_TOOL = {"name", "expected_hash", "version", "serve_locally"}
_PARAMETER = {"name", "type", "description", "default", "validating_regex"}
_SOURCE = {"name", "description", "query"}
_RESOURCES = {"timeout", "max_rows", "max_upload_bytes"}
# Source: docs/references/vql.yaml of Velociraptor 0.77: the arguments of each function and plugin on Windows.
_CALLS = {
    "chain": {"async", "a", "b", "c"},
    "execve": {"argv", "sep", "length", "env", "cwd"},
    "filter": {"list", "regex", "condition"},
    "format": {"format", "args"},
    "if": {"condition", "then", "else"},
    "info": set(),
    "join": {"array", "sep"},
    "log": {"message", "dedup", "args", "level"},
    "parse_jsonl": {"filename", "accessor"},
    "path_join": {"components", "sep", "path_type"},
    "scope": set(),
    "tempdir": {"remove_last"},
    "tempfile": {"data", "extension", "permissions", "remove_last"},
    "unzip": {"filename", "accessor", "filename_filter", "output_directory", "type"},
    "upload": {"file", "name", "accessor", "mtime", "atime", "ctime", "btime"},
    "Artifact.Generic.Utils.FetchBinary": {"ToolName", "IsExecutable", "SleepDuration", "TemporaryOnly"},
    "Optional": {"Set", "Word"},
}
_LARGEST = 100_000  # characters that Velociraptor reads of an artifact


def _artifact() -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load(ARTIFACT.read_text(encoding="utf-8"))
    return loaded


def _queries() -> dict[str, str]:
    return {source["name"]: source["query"] for source in _artifact()["sources"]}


def _without_texts(query: str) -> str:
    return re.sub(r'"[^"\n]*"|--[^\n]*', '""', query)


def _calls(query: str) -> list[tuple[str, set[str]]]:
    """Return each call in a query with the names of its arguments."""
    found = []
    text = _without_texts(query)
    for opening in re.finditer(r"([A-Za-z_][\w.]*)\(", text):
        if opening[1] in ("IN", "AND", "OR", "NOT"):
            continue
        depth, inside = 1, ""
        for character in text[opening.end() :]:
            depth += (character in "([{") - (character in ")]}")
            if depth == 0:
                break
            inside += character if depth == 1 else ""
        found.append((opening[1], set(re.findall(r"(\w+)=", inside))))
    return found


def test_the_fields_are_those_of_the_schema() -> None:
    artifact = _artifact()
    assert set(artifact) == _FIELDS
    assert all(set(tool) == _TOOL for tool in artifact["tools"])
    assert all(set(parameter) <= _PARAMETER for parameter in artifact["parameters"])
    assert all(set(source) == _SOURCE for source in artifact["sources"])
    assert set(artifact["resources"]) == _RESOURCES
    assert artifact["type"] == "CLIENT"
    assert len(ARTIFACT.read_text(encoding="utf-8")) < _LARGEST


def test_the_server_refuses_any_tool_until_one_is_built() -> None:
    (tool,) = _artifact()["tools"]
    assert tool["expected_hash"] == NO_HASH
    assert tool["version"] == wsh.__version__
    assert f'ToolName="{tool["name"]}"' in _queries()["Verdicts"]


def test_each_call_has_known_arguments() -> None:
    text = "\n".join([_artifact()["precondition"], *_queries().values()])
    called = [(name, names) for name, names in _calls(text) if name != "Optional" or names]
    assert {name for name, _ in called} == set(_CALLS)
    assert {name: names - _CALLS[name] for name, names in called if names - _CALLS[name]} == {}


def test_each_parameter_is_used() -> None:
    text = "\n".join(map(_without_texts, _queries().values()))
    unused = [each["name"] for each in _artifact()["parameters"] if not re.search(rf"\b{each['name']}\b", text)]
    assert unused == []


def test_the_command_lines_are_accepted() -> None:
    options = ["--format", "jsonl", "--quiet", "--jobs", "1", "--all", "--since=2021-02-26"]
    build_parser().parse_args(["hunt", "C:/", *options])
    query = _queries()["Verdicts"]
    assert all(f'"{option}"' in query for option in ("--format", "--quiet", "--jobs", "--all", "--no-logs"))


def test_no_report_is_written_inside_the_evidence() -> None:
    assert "--output" not in "".join(_queries().values())


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("verdict", "disposition path reasons presence times planting use sha256 findings id subject_kind"),
        ("gap", "code matters path reason"),
        ("summary", "assessment patch_state counts coverage"),
    ],
)
def test_the_columns_are_fields_of_the_records(kind: str, fields: str) -> None:
    records = [json.loads(line) for line in wsh.render(demo_report(), "jsonl").splitlines()]
    (record, *_) = [each for each in records if each["kind"] == kind]
    assert set(fields.split()) <= set(record)


@pytest.mark.parametrize(
    ("parameter", "taken", "refused"),
    [
        ("Location", ["C:/", "D:\\inetpub"], ["--output", "", "/", "\\\\server\\share"]),
        ("LogsSince", ["", "2021-02-26"], ["--all", "yesterday", "2021-02-26 --all"]),
    ],
)
def test_a_parameter_is_no_option(parameter: str, taken: list[str], refused: list[str]) -> None:
    (found,) = [each for each in _artifact()["parameters"] if each["name"] == parameter]
    assert all(re.search(found["validating_regex"], each) for each in taken)
    assert not any(re.search(found["validating_regex"], each) for each in refused)
