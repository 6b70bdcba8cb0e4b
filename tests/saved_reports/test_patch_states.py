"""The patch state comes back from its record."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings

from tests.reports.strategies import patch_states
from webshellhunt.errors import UsageError
from webshellhunt.model.patches import PatchState
from webshellhunt.model.plain_data import from_plain
from webshellhunt.reports.records.report_records import patch_record
from webshellhunt.saved_reports.patch_states import patch_state_of


@given(patch_states)
@settings(max_examples=100)
def test_the_record_of_what_is_read_is_the_same(state: PatchState) -> None:
    record = json.loads(json.dumps(patch_record(state)))
    assert patch_record(from_plain(PatchState, patch_state_of(record))) == record


def test_none_is_none() -> None:
    assert patch_state_of(None) is None


@pytest.mark.parametrize("record", [1, {"waves": 1}, {"waves": [1]}, {"open": [1]}, {"waves": [{"disclosed": "x"}]}])
def test_a_damaged_record_is_refused(record: object) -> None:
    with pytest.raises(UsageError):
        patch_state_of(record)
