"""The Timesketch format as CSV: the events of the JSONL form, checked by the rules of the importer."""

from __future__ import annotations

import io

import pytest
from hypothesis import given

from tests.builders.mutants import fewer
from tests.pivot.cases import demo_report
from tests.reports.cases import full_report
from tests.reports.saved import shown, shown_after_saving
from tests.reports.strategies import reports
from tests.reports.writers.importer import imported_lines, imported_table
from webshellhunt.model.report import Report

FORM = "timesketch-csv"


def test_it_has_the_events_of_the_other_form() -> None:
    lines, table = imported_lines(shown(demo_report(), "timesketch")), imported_table(shown(demo_report(), FORM))
    kept = ("message", "datetime", "timestamp", "timestamp_desc", "data_type", "tag", "file_path", "sha256")
    assert [[each.get(name) for name in kept] for each in table] == [
        [each.get(name) for name in kept] for each in lines
    ]
    assert shown_after_saving(demo_report(), FORM) == shown(demo_report(), FORM)


def test_several_reports_have_one_header() -> None:
    text = shown([full_report(), full_report()], FORM)
    assert text.count("timestamp_desc") == 1
    assert len(imported_table(text)) == 2 * len(imported_table(shown(full_report(), FORM)))


@given(reports)
def test_hostile_reports_are_imported_and_are_the_same_after_saving(made: Report) -> None:
    assert imported_table(shown(made, FORM, show_all=True))
    assert shown_after_saving(made, FORM, show_all=True) == shown(made, FORM, show_all=True)


@fewer(3)
@given(reports)
def test_pandas_stores_each_event_as_the_importer_does(made: Report) -> None:
    pandas = pytest.importorskip("pandas", reason="needs the package pandas")
    text = shown(made, FORM, show_all=True)
    frame = pandas.read_csv(io.BytesIO(text.encode()), sep=",")
    times = pandas.to_datetime(frame["datetime"], format="mixed", errors="coerce", utc=True)
    assert len(frame) == len(imported_table(text))
    assert not times.isna().any()
    assert list(times.dt.tz_localize(None).astype("datetime64[us]").astype("int64")) == list(frame["timestamp"])
