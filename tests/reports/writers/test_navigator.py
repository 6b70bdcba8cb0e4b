"""Layers of the ATT&CK Navigator: the fields and the types of its layer format 4.5, whatever the names are."""

from __future__ import annotations

import json
from typing import Any

import jsonschema
from hypothesis import given

from tests.pivot.cases import demo_report
from tests.reports.cases import PLACE, SHELL, finding, full_report, nothing_found, report, verdict
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import reports
from webshellhunt.knowledge.attack_techniques import load_techniques
from webshellhunt.model.report import Report
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports import render

_METADATA = {
    "type": "object",
    "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
    "required": ["name", "value"],
    "additionalProperties": False,
}
_COLOR = {"type": "string", "pattern": "^#[0-9a-fA-F]{6}$"}
# The tables of the specification, attack-navigator layers/spec/v4.5/layerformat.md, as a schema.
_LAYER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "versions": {
            "type": "object",
            "properties": {
                "attack": {"const": "19"},
                "navigator": {"type": "string", "pattern": r"^(4\.9|[5-9]\.\d+)\.\d+$"},
                "layer": {"const": "4.5"},
            },
            "required": ["navigator", "layer"],
            "additionalProperties": False,
        },
        "name": {"type": "string", "minLength": 1},
        "description": {"type": "string"},
        "domain": {"const": "enterprise-attack"},
        "sorting": {"enum": [0, 1, 2, 3]},
        "layout": {
            "type": "object",
            "properties": {
                "layout": {"enum": ["side", "flat", "mini"]},
                "showID": {"type": "boolean"},
                "showName": {"type": "boolean"},
                "expandedSubtechniques": {"enum": ["none", "all", "annotated"]},
            },
            "additionalProperties": False,
        },
        "hideDisabled": {"type": "boolean"},
        "techniques": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "techniqueID": {"type": "string", "pattern": r"^T\d{4}(\.\d{3})?$"},
                    "comment": {"type": "string"},
                    "enabled": {"type": "boolean"},
                    "score": {"type": "number", "minimum": 0, "maximum": 100},
                    "metadata": {"type": "array", "items": _METADATA},
                },
                "required": ["techniqueID"],
                "additionalProperties": False,
            },
        },
        "gradient": {
            "type": "object",
            "properties": {
                "colors": {"type": "array", "items": _COLOR, "minItems": 2},
                "minValue": {"type": "number"},
                "maxValue": {"type": "number"},
            },
            "required": ["colors", "minValue", "maxValue"],
            "additionalProperties": False,
        },
        "legendItems": {"type": "array"},
        "selectSubtechniquesWithParent": {"type": "boolean"},
        "metadata": {"type": "array", "items": _METADATA},
    },
    "required": ["name", "domain"],
    "additionalProperties": False,
}


def layers(made: Report | list[Report], **options: bool) -> list[dict[str, Any]]:
    """Return the layers of reports after all checks."""
    text = render(made, "navigator", **options)  # type: ignore[call-overload]
    found: list[dict[str, Any]] = json.loads(text)
    for layer in found:
        jsonschema.Draft202012Validator(_LAYER).validate(layer)
        ids = [each["techniqueID"] for each in layer["techniques"]]
        assert len(set(ids)) == len(ids)
    return found


def test_the_demo_has_its_techniques_with_the_files() -> None:
    [layer] = layers(demo_report())
    by_id = {each["techniqueID"]: each for each in layer["techniques"]}
    assert by_id.keys() <= load_techniques().keys()
    shell = by_id["T1505.003"]
    assert shell["score"] == 100
    assert r"C:\inetpub\wwwroot\aspnet_client\offline.aspx: request data is executed as code" in shell["comment"]
    assert "more findings" in shell["comment"]
    assert {"name": "hunted", "value": "2026-11-27T12:00:00Z"} in layer["metadata"]


def test_a_subject_without_a_technique_is_named_all_the_same() -> None:
    [layer] = layers(report(verdict("C:\\odd.aspx", Disposition.SUSPICIOUS, finding(PLACE))))
    assert layer["techniques"] == []
    assert {"name": "without a technique", "value": "suspicious: C:\\odd.aspx"} in layer["metadata"]


def test_the_score_is_that_of_the_worst_finding() -> None:
    assert [each["score"] for each in layers(full_report())[0]["techniques"]] == [100]


def test_many_subjects_make_no_endless_comment() -> None:
    made = report(*(verdict(f"C:\\{n}.aspx", Disposition.MALICIOUS, finding()) for n in range(5000)))
    assert len(shown(made, "navigator")) < 20_000


def test_excerpts_are_defanged() -> None:
    assert SHELL not in str(layers(full_report()))
    assert SHELL in str(layers(full_report(), raw_excerpts=True)).replace("\\'", "'")


def test_a_list_for_any_number_of_reports() -> None:
    assert len(layers([demo_report(), full_report(), nothing_found()])) == 3
    assert layers([]) == []


def test_a_name_keeps_the_blanks_that_a_page_would_hide() -> None:
    made = render(report(verdict("C:\\x.aspx ", Disposition.MALICIOUS, finding())), "navigator") or ""
    [technique] = json.loads(made)[0]["techniques"]
    assert technique["comment"].startswith("C:\\x.aspx\\x20: ")


def test_a_saved_report_gives_the_same() -> None:
    assert shown_after_saving(demo_report(), "navigator") == shown(demo_report(), "navigator")


@given(reports)
def test_hostile_reports_are_valid_and_the_same_after_saving(made: Report) -> None:
    layers(made, show_all=True)
    assert shown_after_saving(made, "navigator", show_all=True) == shown(made, "navigator", show_all=True)
