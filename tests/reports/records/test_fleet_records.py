"""The record of a fleet and the published schema."""

from __future__ import annotations

import json
from dataclasses import replace

import jsonschema
from hypothesis import given

from tests.builders.fleet_hosts import page, server
from tests.reports.strategies import fleets
from webshellhunt.fleets import fleet
from webshellhunt.model.fleet import Fleet, SharedKind, Unopened
from webshellhunt.model.verdict import Disposition
from webshellhunt.reports.records.fleet_records import fleet_record
from webshellhunt.reports.records.report_records import schema

VALIDATOR = jsonschema.Draft202012Validator(schema())


@given(fleets)
def test_any_fleet_is_as_the_schema_says_and_can_be_encoded(made: Fleet) -> None:
    record = fleet_record(made)
    VALIDATOR.validate(record)
    json.dumps(record, ensure_ascii=False).encode()


def test_the_schema_knows_each_property_and_word() -> None:
    published = schema()["$defs"]
    made = fleet([server(name, [page("C:/x.aspx", 1, Disposition.MALICIOUS)]) for name in "AB"])
    record = fleet_record(replace(made, unopened=(Unopened("C", "/e/c.zip", "It is cut."),)))
    assert record["unopened"] == [{"name": "C", "location": "/e/c.zip", "sentence": "It is cut."}]
    assert set(record["unopened"][0]) == set(published["unopened"]["properties"])
    assert set(record) == set(published["fleet"]["properties"])
    assert set(record["shared"][0]) == set(published["shared"]["properties"])
    assert set(record["shared"][0]["hosts"][0]) == set(published["on_host"]["properties"])
    assert set(record["hosts"][0]) == set(published["fleet_host"]["properties"])
    assert set(published["shared"]["properties"]["kind"]["enum"]) == {kind.value for kind in SharedKind}


def test_a_record_names_hosts_in_the_order_of_spread() -> None:
    made = fleet([server(name, [page("C:/x.aspx", 1, Disposition.MALICIOUS)]) for name in "BA"])
    [shared] = fleet_record(made)["shared"]
    assert (shared["kind"], shared["disposition"], shared["host_count"]) == ("shell", "malicious", 2)
    assert [(each["host"], each["when_utc"], each["time_of"]) for each in shared["hosts"]] == [
        ("A", None, "unknown"),
        ("B", None, "unknown"),
    ]
