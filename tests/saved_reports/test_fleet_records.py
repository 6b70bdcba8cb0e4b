"""The comparison of hosts comes back from its record."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings

from tests.pivot.cases import demo_report
from tests.reports.strategies import fleets
from webshellhunt.errors import UsageError
from webshellhunt.model.fleet import Fleet
from webshellhunt.reports import render
from webshellhunt.reports.options import Options
from webshellhunt.reports.records.fleet_records import fleet_record
from webshellhunt.reports.writers import json as json_writer
from webshellhunt.saved_reports import parse_file
from webshellhunt.saved_reports.fleet_records import fleet_of


@settings(max_examples=50)
@given(fleets)
def test_any_fleet_comes_back_as_it_is_written(fleet: Fleet) -> None:
    record = json.loads(json.dumps(fleet_record(fleet)))
    assert fleet_record(fleet_of(record, "it")) == record


@pytest.mark.parametrize("form", ["json", "jsonl"])
def test_it_is_shown_instead_of_a_new_one(form: str) -> None:
    text = render([demo_report(), demo_report()], form, fleet=True)
    saved = parse_file(text.encode())
    assert saved.fleet is not None
    assert len(saved.reports) == 2
    assert "".join(json_writer.lines(saved.reports, Options(compared=saved.fleet))) == render(
        [demo_report(), demo_report()], "json", fleet=True
    )


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (7, "the fleet is no object"),
        ({"schema_version": 1}, "this report is damaged"),
        ({"schema_version": 1, "sentence": "x", "shared": 3}, "this report is damaged"),
        ({"schema_version": 1, "sentence": "x", "shared": [3]}, "this report is damaged"),
        ({"schema_version": 1, "sentence": "x", "hosts": [{"name": []}]}, "this report is damaged"),
    ],
)
def test_a_damaged_one_is_one_sentence(damage: Any, words: str) -> None:
    with pytest.raises(UsageError, match=words):
        fleet_of(damage, "the fleet")
    with pytest.raises(UsageError):
        parse_file(json.dumps({"kind": "reports", "schema_version": 1, "reports": [], "fleet": damage}).encode())
