"""Events checked with the schema of OCSF 1.8.0, which the package ocsf-json-schema has."""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

import jsonschema
import pytest

from webshellhunt.model.report import Report
from webshellhunt.reports import render


@lru_cache(maxsize=1)
def _validator() -> jsonschema.Draft202012Validator:
    ocsf = pytest.importorskip("ocsf_json_schema", reason="needs the package ocsf-json-schema")
    schemas = ocsf.OcsfJsonSchemaEmbedded(ocsf.get_ocsf_schema("1.8.0"))
    return jsonschema.Draft202012Validator(schemas.get_class_schema("detection_finding", ["host"]))


def events(report: Report, *, show_all: bool = False) -> list[dict[str, Any]]:
    """Return the events of a report, each valid."""
    text = render(report, "ocsf", show_all=show_all)
    assert text is not None
    assert text.isascii()
    found = [json.loads(line) for line in text.split("\n")[:-1]]
    for event in found:
        _validator().validate(event)
        assert text.splitlines()[found.index(event)] == json.dumps(event, sort_keys=True)
    return found
