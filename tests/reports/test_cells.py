"""Cells of CSV: no spreadsheet runs one, and two readers find what was written."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.reports.strategies import hostile
from webshellhunt.reports.cells import LONGEST, cell, row_of_cells
from webshellhunt.reports.printable import printable

FORMULAS = ("=", "+", "-", "@", "\uff1d", "\uff0b", "\uff0d", "\uff20")


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        (True, "true"),
        (7, "7"),
        (datetime(2021, 3, 3, 4, 5, 6, tzinfo=UTC), "2021-03-03T04:05:06Z"),
        (date(2021, 3, 3), "2021-03-03"),
        (["a", "b"], "a; b"),
        (iter(()), ""),
        ("plain, \"quoted\" text", "plain, \"quoted\" text"),
        ("two\r\nlines\tand \x1b[2J", r"two\x0d\x0alines\x09and \x1b[2J"),
        ("\u202eexe.aspx\udcff", r"\u202eexe.aspx\xff"),
        ("=HYPERLINK(1)", "'=HYPERLINK(1)"),
        ("  -1+1", "  '-1+1"),
        ("\uff1d1", "'\uff1d1"),
        ("a; =1; b", "a; '=1; b"),
        (["x", "@SUM(1)"], "x; '@SUM(1)"),
        ('x;"=HYPERLINK(1)",y', 'x;"\'=HYPERLINK(1)",y'),
        ('x; "" =1', 'x; "" \'=1'),
        ("C:\\a-b+c=d@e", "C:\\a-b+c=d@e"),
    ],
)  # fmt: skip
def test_a_cell_has_the_text_of_a_value(value: object, text: str) -> None:
    assert cell(value) == text  # type: ignore[arg-type]


def test_a_long_text_is_cut_before_a_spreadsheet_cuts_it() -> None:
    assert len(cell("x" * 50_000)) == LONGEST
    assert cell("x" * 50_000).endswith("x…")


@given(
    st.lists(
        hostile | st.builds("".join, st.lists(st.sampled_from([*FORMULAS, ";", " ", '"', "'", "\t", "\r", "x"]))),
        min_size=2,
    )
)
def test_no_cell_is_a_formula_for_any_separator(texts: list[str]) -> None:
    written = row_of_cells(texts)
    assert written.endswith("\r\n")
    assert written.count("\n") == 1
    for separator in (",", ";", "\t"):
        for row in csv.reader(io.StringIO(written, newline=""), delimiter=separator):
            assert not any(each.lstrip().startswith(FORMULAS) for each in row)


@given(st.lists(hostile.filter(lambda text: not set(text) & set(FORMULAS)), min_size=2))
def test_a_reader_finds_what_was_written(texts: list[str]) -> None:
    [row] = csv.reader(io.StringIO(row_of_cells(texts), newline=""))
    assert row == [printable(text) for text in texts]
