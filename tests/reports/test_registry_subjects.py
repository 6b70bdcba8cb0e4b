"""A key of the registry as the subject of a verdict, in the forms of other tools: a key, never a file."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.reports.cases import EVAL, WHEN, report
from tests.reports.writers.ocsf.validation import events
from webshellhunt.model.artifact import Timestamps
from webshellhunt.model.findings import Evidence, Finding, Span
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition, Subject, SubjectKind, Verdict
from webshellhunt.reports import render
from webshellhunt.reports.platforms import path_of_file, registry_key

RUN = "HKLM\\SOFTWARE\\Microsoft\\Windows\\CurrentVersion\\Run"
FULL = RUN.replace("HKLM", "HKEY_LOCAL_MACHINE")
COMMAND = "C:\\ProgramData\\x\\y.exe"


def of_registry(path: str = f"{RUN} (Helper)", key: str = RUN) -> Verdict:
    evidence = Evidence(key, "registry", Span(0, 0), 1, 1, f"Helper = {COMMAND}")
    found = Finding(EVAL, "it starts", EVAL.severity, EVAL.confidence, (evidence,), {"command": COMMAND})
    subject = Subject(SubjectKind.REGISTRATION, path, times=Timestamps(modified_utc=WHEN, original=True))
    return Verdict(subject, Disposition.SUSPICIOUS, ("it starts",), (found,))


def rendered(name: str, made: Report | None = None) -> str:
    text = render(made or report(of_registry()), name)
    assert text is not None
    return text


def objects(data: Any) -> list[Any]:
    below = data.values() if isinstance(data, dict) else data if isinstance(data, list) else ()
    return [data, *(each for value in below for each in objects(value))]


def test_a_key_and_its_value_are_told_apart() -> None:
    key = registry_key(of_registry())
    assert key is not None
    assert (key.root, key.full, key.value, key.data) == ("HKLM", FULL, "Helper", COMMAND)
    assert path_of_file(of_registry()) == ""
    whole = registry_key(of_registry(RUN))
    assert whole is not None
    assert (whole.path, whole.value) == (RUN, "")
    assert registry_key(of_registry("C:\\x\\web.config (module x)", "C:\\x\\web.config")) is None


def test_stix_has_a_registry_key() -> None:
    bundle = json.loads(rendered("stix"))["objects"]
    assert not [each for each in bundle if each["type"] in ("file", "directory")]
    (key,) = [each for each in bundle if each["type"] == "windows-registry-key"]
    assert (key["key"], key["values"]) == (FULL, [{"name": "Helper", "data": COMMAND}])
    assert key["modified_time"].startswith(f"{WHEN:%Y-%m-%dT%H:%M}")


def test_stix_is_valid() -> None:
    validator = pytest.importorskip("stix2validator", reason="stix2-validator is not installed")
    assert validator.validate_string(rendered("stix")).is_valid


def test_ocsf_has_a_registry_key() -> None:
    (event,) = [each for each in events(report(of_registry())) if each["is_alert"]]
    assert event["evidences"][0]["reg_key"]["path"] == FULL
    assert not [each for each in event["evidences"] if "file" in each]


def test_ecs_has_the_fields_of_a_registry_key() -> None:
    document = next(json.loads(line) for line in rendered("ecs").splitlines() if '"registry":' in line)
    assert document["registry"]["path"] == f"{RUN}\\Helper"
    assert "file" not in document


def test_misp_has_an_object_of_a_registry_key() -> None:
    (event,) = json.loads(rendered("misp"))["response"]
    (made,) = event["Event"]["Object"]
    assert made["name"] == "registry-key"
    values = {each["object_relation"]: each["value"] for each in made["Attribute"]}
    assert (values["key"], values["name"], values["data"]) == (FULL, "Helper", COMMAND)


def test_timesketch_has_the_path_of_the_key() -> None:
    rows = [json.loads(line) for line in rendered("timesketch").splitlines()]
    (row,) = [each for each in rows if each["data_type"] == "webshellhunt:key_time"]
    assert (row["key_path"], row.get("file_path"), row["witness"]) == (FULL, None, "registry")


def test_sarif_has_a_path_with_slashes() -> None:
    uris = [each["uri"] for each in objects(json.loads(rendered("sarif"))) if isinstance(each, dict) and "uri" in each]
    assert RUN.replace("\\", "/") in uris
