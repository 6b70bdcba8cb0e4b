"""Primitives of XML of .NET: nodes that code makes are known by the names of elements and attributes.

Source: learn.microsoft.com/dotnet/api: System.Xml.XmlNode, System.Xml.Linq.XElement.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from webshellhunt.core.containers import is_entry, put_entry
from webshellhunt.core.heap import KIND, REST, SIZE
from webshellhunt.core.library_calls import labels_in, make
from webshellhunt.core.members import arrive
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import Row
from webshellhunt.core.state import Run
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    UNKNOWN,
    Ref,
    Some,
    Value,
    choice,
    concat,
    labels_of,
    options,
    to_text,
)  # fmt: skip
from webshellhunt.library.net_primitives import NET_PRIMITIVES
from webshellhunt.library.net_streams import content_of, put_content
from webshellhunt.library.primitives import read_file, store_file
from webshellhunt.library.sequences import all_of, items_of, made_list, put_items, table_of

Primitive = Callable[[Run, Frame, Value, list[Value], int, Row], Value]
_NODES = frozenset({"xmlnode", "xmldocument", "xelement", "xdocument"})
_MOST_NODES = 1_000
_SECRET = re.compile(r"(?i)connection|machinekey|password|\*")
"""Names of parts of a configuration that have secrets."""
_LAST_STEP = re.compile(r"([\w.-]+)(?:\[[^\]]*\])?\s*$")


def _name(value: Value) -> Value:
    """Return the name of an element that a name or a path means."""
    if not isinstance(value, str):
        return None
    match = _LAST_STEP.search(value.removesuffix("/text()"))
    return match[1] if match is not None else None


def _children(m: Run, f: Frame, node: Value, at: int) -> list[Value]:
    if SIZE not in table_of(f, node):
        return []
    found = [one for each in all_of(items_of(m, f, node, at)) for one in options(each)]
    return [each for each in found if table_of(f, each).get(KIND) in _NODES]


def _below(m: Run, f: Frame, node: Value, at: int) -> Iterator[Value]:
    """Yield all nodes below one, in the order of the document."""
    waiting = _children(m, f, node, at)[::-1]
    for _ in range(_MOST_NODES):
        if not waiting:
            return
        each = waiting.pop()
        yield each
        waiting += _children(m, f, each, at)[::-1]


def _loaded(f: Frame, node: Value, part: Value = None) -> Value:
    """Return some text of the source of a node, `MISSING` for one that code made; a named part has few secrets."""
    found = table_of(f, node).get("loaded", MISSING)
    is_open = isinstance(part, str) and _SECRET.search(part) is None
    labels = frozenset(each for each in labels_in(f, found) if not (is_open and each.kind == "settings"))
    return MISSING if found is MISSING else Some("text", labels)


def _new(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Make a document or an element; the arguments after its name are its content."""
    is_named = row.result.kind not in ("xmldocument", "xdocument")
    made = make(f, row.result.kind, {SIZE: 0, "called": a[0] if is_named else "", "text": ""}, at)
    _add(m, f, made, a[is_named:], at, row)
    return made


def _add(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    for each in [x for one in a for x in _spread(m, f, one, at)]:
        _change(f, subject, each)
        table = table_of(f, each)
        if table.get(KIND) == "xattribute":
            put_entry(m, f, subject, [table.get("called"), table.get("value", "")], at)
            _show(f, subject, table.get("called"), table.get("value", ""))
        elif table.get(KIND) in _NODES:
            known, rest = items_of(m, f, subject, at) if SIZE in table_of(f, subject) else ([], MISSING)
            put_items(f, subject, [*known, each], rest)
            _show(f, subject, table.get("called"), each)
        elif each is not None and each is not MISSING:
            text = to_text(each) if each.__class__ is not Ref else Some("text", labels_in(f, each))
            f[0].write(subject.oid, "text", concat(table_of(f, subject).get("text", ""), text))
    return MISSING


def _show(f: Frame, subject: Value, name: Value, value: Value) -> None:
    """Let a child or an attribute be a member of its element, as ``e.<name>`` and ``e.@name`` of Visual Basic are."""
    if isinstance(name, str) and name.lower() not in _OWN:
        f[0].own(subject.oid).setdefault(name.lower(), value)


_OWN = frozenset({"called", "text", "loaded", "whole"})


def _spread(m: Run, f: Frame, value: Value, at: int) -> list[Value]:
    table = table_of(f, value)
    return all_of(items_of(m, f, value, at)) if SIZE in table and table[KIND] not in _NODES else [value]


def _load(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    _change(f, subject, a[0])
    put_items(f, subject, [])
    is_path = row.names[-1] == "load" and a[0].__class__ is not Ref
    content = read_file(f, a[0], at) if is_path else content_of(f, a[0], at)
    f[0].write(subject.oid, "loaded", Some("text", labels_in(f, a[0]) | labels_in(f, content)))
    return EMPTY


def _parse(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    return make(f, row.result.kind, {SIZE: 0, "loaded": Some("text", labels_in(f, a[0]))}, at)


def _found(m: Run, f: Frame, subject: Value, a: list[Value], at: int) -> tuple[list[Value], Value]:
    """Return the nodes of a name below one, all for none; and one of a loaded document."""
    name = _name(a[0]) if a and a[0] is not MISSING else MISSING
    nodes = [*_below(m, f, subject, at)] if a else _children(m, f, subject, at)
    if name is not MISSING and name is not None:
        nodes = [each for each in nodes if table_of(f, each).get("called") == name]
    loaded = _loaded(f, subject, a[0] if a else None)
    if loaded is MISSING:
        return nodes, MISSING
    whole = table_of(f, subject).get("whole", subject)
    return nodes, make(f, "xmlnode", {SIZE: 0, "loaded": loaded, "whole": whole}, at)


def _change(f: Frame, subject: Value, value: Value) -> None:
    """Let what a node of a loaded document gets be in all that is read of the document from now on."""
    whole = table_of(f, subject).get("whole")
    if whole.__class__ is Ref and (labels := labels_in(f, value)):
        f[0].write(whole.oid, "loaded", Some("text", labels | labels_in(f, table_of(f, whole).get("loaded", EMPTY))))


def _first(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    nodes, rest = _found(m, f, subject, a, at)
    found = nodes[-1 if row.names[-1] == "lastchild" else 0] if nodes else None
    return found if rest is MISSING else rest if found is None else choice([found, rest])


def _all(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    nodes, rest = _found(m, f, subject, a or [MISSING], at)
    return made_list(m, f, nodes, at, rest)


def _part(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return a child by its place, or an attribute or a child by its name."""
    if a[0].__class__ is int:
        nodes, rest = _found(m, f, subject, [], at)
        return nodes[a[0]] if a[0] < len(nodes) else None if rest is MISSING else rest
    nodes, rest = _found(m, f, subject, a, at)
    return _first(m, f, subject, a, at, row) if nodes else _attribute(m, f, subject, a, at, row)


def _attribute(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return an attribute by its name: its value, for a member that has one an object."""
    table, loaded = table_of(f, subject), _loaded(f, subject, a[0])
    found = table.get(("", a[0]), MISSING) if a[0].__class__ in KNOWN else MISSING
    if found is MISSING and a[0].__class__ not in KNOWN:
        found = Some("text", labels_in(f, subject))
    if found is MISSING:
        found = loaded
    if row.names[-1] == "getattribute":
        return "" if found is MISSING else found
    return None if found is MISSING else make(f, "xattribute", {"called": a[0], "value": found}, at)


def _set_element(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    return _add(m, f, subject, [make(f, "xelement", {SIZE: 0, "called": a[0], "text": to_text(a[1])}, at)], at, row)


def _text(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return the text of a node, and of those below it."""
    found: Value = ""
    for each in (subject, *_below(m, f, subject, at)):
        loaded = _loaded(f, each)
        found = concat(found, to_text(table_of(f, each).get("text", "")))
        found = found if loaded is MISSING else concat(found, loaded)
    return found


def _set_text(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    _change(f, subject, a[0])
    put_items(f, subject, [])
    f[0].own(subject.oid).pop("loaded", None)
    f[0].write(subject.oid, "text", to_text(a[0]))
    return EMPTY


def _whole(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Return a node as text with its tags."""
    labels = labels_of(_text(m, f, subject, a, at, row))
    for node in (subject, *_below(m, f, subject, at)):
        entries = [value for key, value in table_of(f, node).items() if is_entry(key) or key == REST]
        labels |= NONE.union(*map(labels_of, entries))
    return Some("text", labels)


def _of_loaded(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    return Some("text", labels_in(f, subject))


def _write(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Write to the target of a writer."""
    inner = table_of(f, subject).get("inner")
    if table_of(f, inner).get(KIND) in ("stringbuilder", "stringwriter"):
        NET_PRIMITIVES["text-append"](m, f, inner, [Some("text", labels_in(f, each)) for each in a[-1:]], at, row)
    elif inner.__class__ is Ref:
        put_content(f, inner, Some("text", NONE.union(*(labels_in(f, each) for each in a))), at)
    return EMPTY


def _reader(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Make a reader of a stream, of another reader, or of the file of a path."""
    return make(f, "xmlreader", {"data": content_of(f, a[0], at)}, at)


def _read_tables(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``ReadXml`` of a visitor's text: it names types, where tables of other sites only have content."""
    sent = a[0].__class__ is Ref and [each for each in labels_of(content_of(f, a[0], at)) if each.kind == "visitor"]
    if sent:
        arrive(f, ("dataset", "readxml"), at, [Some("text", frozenset(sent))])
    return UNKNOWN


def _writer(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Make a writer to a stream, or to the file of a path."""
    inner = a[0]
    if inner.__class__ is not Ref:
        inner = make(f, "filestream", {"path": inner}, at)
    return make(f, "xmlwriter", {"inner": inner}, at)


def _save(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Write a document to a file; to a stream it is written elsewhere."""
    if a[0].__class__ is not Ref:
        store_file(f, a[0], _whole(m, f, subject, a, at, row), at)
    return EMPTY


XML: dict[str, Primitive] = {
    "xml-new": _new, "xml-add": _add, "xml-load": _load, "xml-parse": _parse, "xml-first": _first, "xml-all": _all,
    "xml-part": _part, "xml-attribute": _attribute, "xml-set-element": _set_element, "xml-text": _text,
    "xml-set-text": _set_text, "xml-whole": _whole, "xml-loaded": _of_loaded, "xml-write": _write,
    "xml-save": _save, "xml-reader": _reader, "read-tables": _read_tables, "xml-writer": _writer,
}  # fmt: skip
"""The primitives by the names that rows use."""
