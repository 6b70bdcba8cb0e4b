"""Data tables: the values of rows by column."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

MADE = 'var t = new DataTable(); t.Columns.Add("a"); t.Columns.Add(new DataColumn("b")); t.Rows.Add(VISITOR, "1");'


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('SINK(t.Rows[0]["A"])', ["<tainted>"]),
        ("SINK(t.Rows[0][1])", ["1"]),
        ("SINK(t.Rows[0].ItemArray[0])", ["<tainted>"]),
        ('SINK(t.Rows[0].Field<string>("b"))', ["1"]),
        ('t.Rows[0].SetField("a", "2"); SINK(t.Rows[0]["a"])', ["2"]),
        ("SINK(t.Rows.Count)", [1]),
        ('var r = t.NewRow(); r["b"] = VISITOR; t.Rows.Add(r); SINK(t.Rows[1]["b"])', ["<tainted>"]),
        ('var r = t.NewRow(); r[t.Columns[1]] = "3"; SINK(r["b"])', ["3"]),
        ('t.Rows.Add(new object[] { "4" }); foreach (var r in t.Rows) { SINK(r["a"]); }', [{"<tainted>", "4"}]),
        ('foreach (var r in t.Select("x")) { SINK(r["b"]); }', ["1"]),
        ('foreach (var r in t.AsEnumerable()) { SINK(r["b"]); }', ["1"]),
        ('SINK(t.Rows[0].Item("b"))', ["1"]),
        ('var s = new DataSet(); s.Tables.Add(t); SINK(s.Tables[0].Rows[0]["b"])', ["1"]),
        ('var s = new DataSet(); s.Tables.Add("u").Columns.Add("c"); SINK(s.Tables["u"].Columns.Count)', [1]),
    ],
)
def test_a_table(code: str, arrives: list[Any]) -> None:
    assert seen(f"{MADE} {code};", "c#") == arrives


@pytest.mark.parametrize("call", ["other.Fill(t)", "t.Load(other)", "other.Fill(s)"])
def test_a_table_that_something_fills_is_not_known(call: str) -> None:
    code = f"{MADE} var s = new DataSet(); s.Tables.Add(t); {call};"
    if "(s)" in call:
        assert seen(f"{code} if (s.Tables.Count == 1) {{ SINK(1); }} else {{ SINK(2); }}", "c#") == [1, 2]
    else:
        assert seen(f"{code} if (t.Rows.Count == 1) {{ SINK(1); }} else {{ SINK(2); }}", "c#") == [1, 2]


def test_rows_with_more_values_than_columns_are_not_followed() -> None:
    assert seen('var t = new DataTable(); t.Rows.Add("1"); SINK(t.Rows.Count);', "c#") != [1]
