"""The list as CSV: six columns, and no cell that a spreadsheet would run."""

from __future__ import annotations

import csv
import io

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.pivot.cases import demo_case, hostile_hosts
from tests.reports.strategies import hostile
from webshellhunt.model.report import Report
from webshellhunt.pivot.case import case_of
from webshellhunt.pivot.indicator_list import COLUMNS, FILE, cell, indicators
from webshellhunt.saved_reports import SavedReport


def _rows(text: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(text, newline="")))


def test_the_demo_has_a_row_for_each_indicator() -> None:
    product = indicators(demo_case())
    head, *rows = _rows(product.files[FILE])
    assert head == list(COLUMNS)
    assert len(rows) == product.made
    assert all("from the report on demo" in row[-1] for row in rows)
    assert ["ip", "203.0.113.77", "2021-02-28T19:41:09Z", "2021-03-04T01:12:33Z", "high"] in [row[:5] for row in rows]


@pytest.mark.parametrize("text", ["=cmd|' /C x'!A0", "+1", "-1", "@x", "\t=1", "\r=1"])
def test_a_formula_is_a_text(text: str) -> None:
    assert cell(text)[0] in "'\\"


@given(hostile | st.text(max_size=5))
def test_any_cell_is_one_line_without_a_formula(text: str) -> None:
    shown = cell(text)
    assert shown.isprintable()
    assert shown[:1] not in {"=", "+", "-", "@"}


@given(hostile_hosts)
@settings(max_examples=40)
def test_hostile_reports_make_rows_of_six_cells(report: Report) -> None:
    product = indicators(case_of([SavedReport(report)]))
    for text in product.files.values():
        rows = _rows(text)
        assert len(rows) == product.made + 1
        assert all(len(row) == len(COLUMNS) for row in rows)
