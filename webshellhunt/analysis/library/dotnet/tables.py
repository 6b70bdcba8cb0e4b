"""Data tables: rows with a value for each column, by its name or its place.

Source: System.Data.DataTable of .NET.
"""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import array_of, known_items
from webshellhunt.analysis.domain.values import OWNER, UNKNOWN, Thing, Value
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError
from webshellhunt.analysis.library.containers import append, blur
from webshellhunt.analysis.library.dotnet.dictionaries import Method

TABLE, ROW, SET = "datatable", "datarow", "dataset"
_ROWS, _COLUMNS, _TABLES = "datarowcollection", "datacolumncollection", "datatablecollection"
KEYED = frozenset({ROW, _TABLES})
"""Types whose items have names and places."""
FILLING = frozenset({"load", "readxml", "merge"})
"""Methods by which a table takes up rows."""


def new_table(_: Runner, a: list[Value]) -> Thing:
    """Return a new table without columns and rows: ``new DataTable(name)``."""
    table = Thing(TABLE, fields={"tablename": a[0] if a else "", "columns": array_of([], _COLUMNS)})
    rows = table.fields["rows"] = array_of([], _ROWS)
    rows.fields[OWNER] = table
    return table


def new_set(_: Runner, __: list[Value]) -> Thing:
    """Return a new set of tables."""
    return Thing(SET, fields={"tables": array_of([], _TABLES)})


def new_column(_: Runner, a: list[Value]) -> Thing:
    """Return a new column: ``new DataColumn(name, type)``."""
    return Thing("datacolumn", fields={"columnname": a[0] if a else ""})


def _names(table: Thing) -> list[str] | None:
    """Return the names of the columns in lower case, ``None`` where they are not known."""
    columns = known_items(table.fields.get("columns"))
    names = [each.fields.get("columnname") for each in columns or () if each.__class__ is Thing]
    known = [each.lower() for each in names if isinstance(each, str)]
    return known if columns is not None and len(known) == len(names) else None


def key_of_item(thing: Thing, key: Value) -> Value:
    """Return the key of a value of a row, by its column, or of a table of a set; ``None`` where it is not known."""
    if thing.type == _TABLES:
        tables = known_items(thing) or []
        titles = [each.fields.get("tablename") for each in tables if each.__class__ is Thing]
        return key if isinstance(key, int) else titles.index(key) if key in titles else None
    if isinstance(key, int):
        names = _names(thing.fields[OWNER]) or []
        return names[key] if 0 <= key < len(names) else None
    if key.__class__ is Thing and key.type == "datacolumn":
        key = key.fields.get("columnname")
    return key.lower() if isinstance(key, str) else None


def _new_row(table: Thing, values: list[Value]) -> Thing:
    row = Thing(ROW, fields={OWNER: table})
    names = _names(table) or []
    row.fields.update({names[at] if at < len(names) else f"\0{at}": value for at, value in enumerate(values)})
    return row


def _add(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """Add a row, a column or a table, or make it of its values."""
    first = a[0] if a and a[0].__class__ is Thing else None
    if thing.type == _ROWS and (first is None or first.type != ROW):
        values = known_items(first) if first is not None and len(a) == 1 and first.type == "array" else a
        names = _names(thing.fields[OWNER])
        if values is None or (names is not None and len(values) > len(names)):
            raise UnsolvedError
        first = _new_row(thing.fields[OWNER], values)
    elif first is None:
        first = new_column(machine, a) if thing.type == _COLUMNS else new_table(machine, a)
    append(machine, thing, [first])
    return first


def _field(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    """``Field(column)``, ``Item(column)``."""
    return thing.fields.get(_known_key(thing, a[0]))


def _set_field(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    machine.state.put(thing.fields, _known_key(thing, a[0]), a[1])
    return None


def _known_key(thing: Thing, column: Value) -> Value:
    key = key_of_item(thing, column)
    if key is None:
        raise UnsolvedError
    return key


METHODS: dict[str, dict[str, Method]] = {
    TABLE: {
        "newrow": lambda machine, thing, a, token: _new_row(thing, []),
        **dict.fromkeys(("select", "asenumerable"), lambda machine, thing, a, token: thing.fields["rows"]),
    },
    ROW: {**dict.fromkeys(("field", "item"), _field), "setfield": _set_field},
    **{kind: {"add": _add} for kind in (_ROWS, _COLUMNS, _TABLES)},
}
"""Methods by the type of the object and their name in lower case."""


def row_values(thing: Thing) -> Thing:
    """Return all values of a row."""
    return array_of([thing.fields.get(each) for each in _names(thing.fields[OWNER]) or []])


def forget(machine: Runner, value: Value) -> None:
    """Forget the rows of a table, or the tables of a set, which something unknown fills."""
    if value.__class__ is not Thing or value.type not in (TABLE, SET):
        return
    for name in ("tables", "rows"):
        inner = value.fields.get(name)
        if inner.__class__ is Thing:
            owner = inner.fields.get(OWNER)
            blur(machine, inner, [UNKNOWN])
            machine.state.put(inner.fields, OWNER, owner)
