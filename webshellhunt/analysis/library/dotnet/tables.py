"""Tables of ADO.NET that a page fills itself: their rows, by number and by the names of columns.

Source: System.Data.DataTable of .NET.
"""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.values import Thing, Value
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError
from webshellhunt.analysis.library.containers import COLUMNS, ROW, append, put_entry
from webshellhunt.analysis.library.dotnet.dictionaries import Method

TABLE, ROWS = "datatable", "datarows"


def new_table() -> Thing:
    """Return a new table without columns and rows."""
    columns = array_of([], "list")
    rows = array_of([], ROWS)
    rows.fields[COLUMNS] = columns
    return Thing(TABLE, fields={"columns": columns, "rows": rows})


def _row(columns: Value) -> Thing:
    return Thing(ROW, fields={COLUMNS: columns})


def add_row(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """``Rows.Add(row)``, ``Rows.Add(value, …)``."""
    if len(a) == 1 and a[0].__class__ is Thing and a[0].type == ROW:
        append(machine, thing, a)
        return None
    given = known_items(a[0]) if len(a) == 1 and a[0].__class__ is Thing else a
    columns = known_items(thing.fields.get(COLUMNS))
    if given is None or columns is None or len(given) > len(columns):
        raise UnsolvedError
    row = _row(thing.fields[COLUMNS])
    for column, value in zip(columns, given, strict=False):
        put_entry(machine, row, column, value)
    append(machine, thing, [row])
    return row


METHODS: dict[str, dict[str, Method]] = {
    ROWS: {"add": add_row},
    TABLE: {
        "newrow": lambda machine, thing, a, token: _row(thing.fields["columns"]),
        "asenumerable": lambda machine, thing, a, token: thing.fields["rows"],
    },
}
"""Methods by the type of the object and their name in lower case."""
