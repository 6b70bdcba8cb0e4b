"""The record of a comparison satisfies the schema."""

from __future__ import annotations

import json

import jsonschema
from hypothesis import given

from tests.comparison.cases import after, before
from tests.reports.strategies import reports
from webshellhunt.comparison import compare
from webshellhunt.model.report import Report
from webshellhunt.reports import schema
from webshellhunt.reports.records.fleet_records import comparison_record


def test_the_record_has_each_change() -> None:
    made = compare(before(), after())
    record = json.loads(json.dumps(comparison_record(made)))
    jsonschema.Draft202012Validator(schema()).validate(record)
    [host] = record["hosts"]
    assert [each["path"] for each in host["changes"]] == [each.path for each in made.changes()]
    assert {"gone", "changed", "new", "not_examined", "remains"} == {each["change"] for each in host["changes"]}
    assert record["state"] == "remains"


@given(reports, reports)
def test_hostile_reports_satisfy_the_schema(old: Report, new: Report) -> None:
    record = comparison_record(compare(old, new))
    jsonschema.Draft202012Validator(schema()).validate(json.loads(json.dumps(record).encode("utf-8")))
