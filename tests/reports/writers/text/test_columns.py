"""Columns within a width."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.reports.writers.text.layout import GAP, Column, fitted, row_lines, wrapped

COLUMNS = (
    Column("#", 1, wrapped),
    Column("file", 6, lambda text, width: [text[:width]], most=20),
    Column("what", 8, wrapped),
)


def test_columns_are_as_wide_as_their_cells() -> None:
    assert fitted(COLUMNS, [("1", "a.aspx", "a web shell")], 80) == [1, 6, 11]
    assert fitted(COLUMNS, [], 80) == [1, 4, 4]


def test_a_cell_is_wrapped_in_its_column() -> None:
    row = ("1", "a.aspx", "a web shell of a kind")
    widths = fitted(COLUMNS, [row], 24)
    assert widths == [1, 6, 13]
    assert list(row_lines(COLUMNS, row, widths)) == ["1  a.aspx  a web shell", "           of a kind"]


def test_a_column_that_is_cut_is_narrowed_last() -> None:
    row = ("1", "x" * 30, "word " * 20)
    assert fitted(COLUMNS, [row], 40) == [1, 20, 15]
    assert fitted(COLUMNS, [row], 30) == [1, 17, 8]


def test_a_line_that_is_too_narrow_has_no_columns() -> None:
    assert fitted(COLUMNS, [("1", "x" * 30, "word " * 20)], 18) is None


@given(
    st.integers(20, 120),
    st.lists(
        st.tuples(st.sampled_from(["1", "10"]), st.text("ab ", max_size=50), st.text("ab ", max_size=90)), max_size=4
    ),
)
def test_no_line_is_wider(width: int, rows: list[tuple[str, str, str]]) -> None:
    widths = fitted(COLUMNS, rows, width)
    if widths is not None:
        assert sum(widths) + 2 * GAP <= width
        assert all(len(line) <= width for row in rows for line in row_lines(COLUMNS, row, widths))
