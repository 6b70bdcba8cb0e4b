"""Tables that a page fills itself."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

_TABLE = 'var t = new DataTable(); t.Columns.Add("a"); t.Columns.Add("B");\n'


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('t.Rows.Add("1", "2"); SINK(t.Rows[0]["b"]);', ["2"]),
        ('t.Rows.Add("1", "2"); SINK(t.Rows[0][0]);', ["1"]),
        ('t.Rows.Add(new object[] { "1", "2" }); SINK(t.Rows[0]["A"]);', ["1"]),
        (
            'var r = t.NewRow(); r["a"] = "1"; r[1] = "2"; t.Rows.Add(r); SINK(t.Rows[0]["B"]); SINK(t.Rows.Count);',
            ["2", 1],
        ),
        ('t.Rows.Add("1", "2"); foreach (DataRow r in t.Rows) { SINK(r.Field<string>("a")); }', ["1"]),
        ('t.Rows.Add("1", "2"); foreach (var r in t.AsEnumerable()) { SINK(r["b"]); }', ["2"]),
    ],
)
def test_a_table(code: str, arrives: list[Any]) -> None:
    assert seen(_TABLE + code, "c#") == arrives


def test_rows_with_more_values_than_columns_are_not_followed() -> None:
    assert seen('var t = new DataTable(); t.Rows.Add("1"); SINK(t.Rows.Count);', "c#") != [1]
