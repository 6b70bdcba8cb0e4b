"""The checks of MISP events: PyMISP loads them, and its object template accepts each object."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from webshellhunt.model.report import Report
from webshellhunt.reports import render

pymisp = pytest.importorskip("pymisp", reason="pymisp is not installed")


def events(reports: Report | list[Report], **options: bool) -> list[dict[str, Any]]:
    """Return the events of reports after all checks."""
    text = render(reports, "misp", **options)  # type: ignore[call-overload]
    made = [each["Event"] for each in json.loads(text)["response"]]
    for each in made:
        _check(each)
    return made


def _check(made: dict[str, Any]) -> None:
    event = pymisp.MISPEvent(strict_validation=True)
    event.load({"response": [json.loads(json.dumps({"Event": made}))]})
    assert event.uuid == made["uuid"]
    assert len(event.attributes) == len(made["Attribute"])
    assert len(event.objects) == len(made["Object"])
    attributes = [*made["Attribute"], *(each for one in made["Object"] for each in one["Attribute"])]
    ids = [each["uuid"] for each in (*attributes, *made["Object"])]
    assert len(set(ids)) == len(ids)
    for each in attributes:
        assert each["value"].strip() == each["value"] != ""
        assert each["type"] == "text" or each["value"].isprintable()
    known = {each["uuid"] for each in attributes}
    for one in made["Object"]:
        assert {each["referenced_uuid"] for each in one.get("ObjectReference", ())} <= known
        _check_template(one)


def _check_template(one: dict[str, Any]) -> None:
    """Build the object again by its template, which refuses an unknown relation and one that may not be repeated."""
    template = pymisp.MISPObject(one["name"], strict=True)
    assert (template.template_uuid, str(template.template_version)) == (one["template_uuid"], one["template_version"])
    for each in one["Attribute"]:
        added = template.add_attribute(each["object_relation"], value=each["value"])
        assert added.type == each["type"]
    template.to_dict(strict=True)
    assert uuid.UUID(one["uuid"]).version == 5
