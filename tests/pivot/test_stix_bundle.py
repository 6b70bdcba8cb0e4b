"""The bundle of STIX 2.1, read and checked by the library of OASIS."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given

from tests.pivot.cases import demo_case, hostile_hosts
from webshellhunt.model.report import Report
from webshellhunt.pivot.case import Case, case_of
from webshellhunt.pivot.stix_bundle import FILE, stix_bundle
from webshellhunt.saved_reports import SavedReport

stix2 = pytest.importorskip("stix2", reason="stix2 is not installed")


def _objects(case: Case) -> list[dict[str, Any]]:
    product = stix_bundle(case)
    if not product.files:
        return []
    bundle = json.loads(product.files[FILE])
    stix2.parse(bundle, allow_custom=False)
    assert len(bundle["objects"]) == product.made
    objects: list[dict[str, Any]] = bundle["objects"]
    return objects


def test_the_demo_is_valid_and_linked() -> None:
    objects = _objects(demo_case())
    ids = {each["id"] for each in objects}
    assert len(ids) == len(objects)
    relations = [each for each in objects if each["type"] == "relationship"]
    assert relations
    assert all({each["source_ref"], each["target_ref"]} <= ids for each in relations)
    [report] = [each for each in objects if each["type"] == "report"]
    assert set(report["object_refs"]) == ids - {report["id"]}
    patterns = {each["pattern"] for each in objects if each["type"] == "indicator"}
    assert "[ipv4-addr:value = '203.0.113.77']" in patterns
    assert (
        "[file:name = 'offline.aspx' AND file:parent_directory_ref.path = 'C:\\\\inetpub\\\\wwwroot\\\\aspnet_client']"
        in patterns
    )


def test_equal_reports_make_equal_bundles() -> None:
    assert stix_bundle(demo_case()).files == stix_bundle(demo_case()).files


def test_nothing_convicted_makes_no_bundle() -> None:
    assert stix_bundle(case_of([])).files == {}


@given(hostile_hosts)
def test_hostile_reports_make_valid_bundles(report: Report) -> None:
    _objects(case_of([SavedReport(report)]))
