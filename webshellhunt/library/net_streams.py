"""Primitives of .NET: streams and files.

A stream has its content as bytes, or as a text of unknown parts, in the field ``data``; one around another stream has
that in the field ``inner``; one on a file has its ``path``.
"""

from __future__ import annotations

import math
import zlib
from contextlib import suppress
from functools import partial
from itertools import chain, product

from webshellhunt.core.containers import known_bytes
from webshellhunt.core.heap import BYTES, KIND, REST, SIZE
from webshellhunt.core.library_calls import codes_of, labels_in, make, with_form
from webshellhunt.core.members import arrive
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import Row
from webshellhunt.core.state import Run
from webshellhunt.core.values import (
    EMPTY,
    MISSING,
    NONE,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Char,
    Parts,
    Ref,
    Some,
    Value,
    choice,
    concat,
    join,
    labels_of,
    options,
    text_of_parts,
    to_text,
)  # fmt: skip
from webshellhunt.library.net_common import (
    MOST_TEXT,
    Primitive,
    arguments_of,
    as_text,
    form_of,
    given,
    known_or_some,
    of_letters,
    of_text,
    written,
)
from webshellhunt.library.net_functions import combined
from webshellhunt.library.net_lists import copy_into
from webshellhunt.library.net_texts import appended
from webshellhunt.library.primitives import FILES, file_key, keep_file, move_file, read_file
from webshellhunt.library.sequences import items_of, made_bytes, made_list, table_of, text_or_none

_MOST_PATHS = 16
_PACKED = {"gzipstream": 31, "deflatestream": -15, "zlibstream": 15}
_WRITERS = frozenset({"filestream", "textstream"})
_CONNECTIONS = frozenset({"networkstream", "sslstream"})
_WRITERS_TO = {**dict.fromkeys(_CONNECTIONS, "connectionwriter"), "requestwriter": "requestwriter"}
_OUTSIDE = _CONNECTIONS | {"responsewriter"}


def content_of(f: Frame, value: Value, at: int, depth: int = 0) -> Value:
    """Return the whole content of a stream."""
    if value.__class__ is not Ref:
        return value if value.__class__ in (bytes, str) else Some("", labels_of(value), form=form_of(value))
    table = table_of(f, value)
    if SIZE in table:
        return known_or_some(f, value)
    inner = table.get("inner")
    if inner is not None and depth < _DEEPEST:
        found = choice([content_of(f, each, at, depth + 1) for each in options(inner)])
        kind = table[KIND]
        if kind in _PACKED:
            return _unpacked(kind, found)
        return Some("", labels_of(found) | labels_in(f, value)) if kind == "cryptostream" else found
    if "data" not in table and "path" in table:
        return read_file(f, table["path"], at)
    return table.get("data", Some("", labels_in(f, value)))


_DEEPEST = 8


def _unpacked(kind: str, content: Value) -> Value:
    if content.__class__ is bytes:
        try:
            return zlib.decompressobj(wbits=_PACKED[kind]).decompress(content, MOST_TEXT)
        except zlib.error:
            return Some("bytes")
    return Some("", labels_of(content))


def put_content(f: Frame, value: Value, added: Value, at: int) -> None:
    """Add to the content of a stream, of the stream that it writes to, or of a file."""
    for _ in range(_DEEPEST):
        table = table_of(f, value)
        if table.get(KIND) in _PACKED or table.get(KIND) == "cryptostream":
            added = Some("bytes", labels_of(added) | labels_in(f, value))
        if table.get("inner").__class__ is not Ref:
            break
        value = table["inner"]
    if value.__class__ is not Ref:
        return
    f[0].write(value.oid, "data", _longer(table.get("data", b""), added))
    path = table.get("path")
    if path.__class__ in (str, Parts, Some) and path is not EMPTY:
        key = file_key(path)
        keep_file(f, path, _longer(f[0].t[FILES].get(key, b""), added), at)


def _longer(old: Value, added: Value) -> Value:
    if old.__class__ is bytes and added.__class__ is bytes:
        return old + added if len(old) + len(added) <= MOST_TEXT else Some("bytes")
    if old in (b"", "", EMPTY):
        return added
    return concat(as_text(old), as_text(added))


def _codec(f: Frame, values: list[Value]) -> Value:
    """Return the codec of an encoding among some arguments."""
    return next((table_of(f, x)["charset"] for x in values if "charset" in table_of(f, x)), "utf-8")


def _new_stream(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """Make a stream, reader or writer: of bytes, a text, a file, or around another stream."""
    kind = row.result.kind
    first = given(a, 0)
    fields: dict[Value, Value] = {"charset": _codec(f, a[1:]), "at": 0}
    if kind == "memorystream":
        is_content = first is not MISSING and first.__class__ not in (int, float) and first is not NUMBER
        data = known_or_some(f, first) if is_content else b""
        if len(a) > 2 and data.__class__ is bytes and a[1].__class__ is int and a[2].__class__ is int:
            data = data[a[1] : a[1] + a[2]]
        fields["data"] = data
    elif kind == "stringreader":
        fields["data"] = to_text(first)
    elif first.__class__ is Ref or (first.__class__ is Some and first.type not in ("text", "")):
        fields["inner"] = first
        if (path := table_of(f, first).get("path")) is not None:
            fields["path"] = path
        elif kind in _WRITERS:
            kind = _WRITERS_TO.get(table_of(f, first)[KIND], "memorywriter")  # a text that is written there is no file
        if kind == "cryptostream":
            fields["key"] = Some("", NONE.union(*(labels_in(f, each) for each in a[1:])))
    elif first is not MISSING:
        _open_file(f, kind, first, fields, a, at)
    return make(f, kind, fields, at)


def _open_file(f: Frame, kind: str, path: Value, fields: dict[Value, Value], a: list[Value], at: int) -> None:
    """Open a file by its path; a value that may be a stream as well is one."""
    if path.__class__ is Some and kind in ("streamreader", "binaryreader") and path.type == "" and path.labels:
        fields["inner"] = path
        return
    fields["path"] = path
    key = file_key(path)
    is_new = (kind == "textstream" and given(a, 1, False) is not True) or "Create" in [*map(text_or_none, a[1:])]
    if kind in _WRITERS and is_new and key.__class__ in (str, Parts, Some) and key is not EMPTY:
        f[0].own(FILES).pop(key, None)
    if kind == "textstream":
        arrive(f, ("streamwriter",), at, [path], is_made=True)


def _write(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Write(bytes, start, count)`` of a stream, ``Write(value)`` of a writer."""
    if a and a[0].__class__ is Ref and SIZE in table_of(f, a[0]) and not row.names[-1].startswith("writeline"):
        added = known_or_some(f, a[0])
        if added.__class__ is bytes and len(a) > 2 and a[1].__class__ is int and a[2].__class__ is int:
            added = added[a[1] : a[1] + a[2]]
        if added.__class__ is not bytes and KIND in table_of(f, a[0]):
            known, rest = items_of(m, f, a[0], at)
            if any(isinstance(each, str) for each in known):
                added = of_letters(known, rest)
    else:
        added = appended(m, f, a, at, row)
    if added.__class__ is str:
        with suppress(LookupError, TypeError):
            added = added.encode(table_of(f, subject).get("charset", "utf-8"), "replace")
    put_content(f, subject, added, at)
    return EMPTY


def _write_byte(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    value = a[0]
    added = bytes([value & 0xFF]) if value.__class__ is int else Some("bytes", labels_of(value) | codes_of(value))
    put_content(f, subject, added, at)
    return EMPTY


def _taken(f: Frame, subject: Value, content: Value, count: int | None = None) -> Value:
    """Return the content after the position, and move the position."""
    table = table_of(f, subject)
    at = table.get("position", table.get("at", 0))
    if content.__class__ not in (bytes, str):
        return content
    start = at if at.__class__ is int else 0
    end = len(content) if count is None else min(start + max(count, 0), len(content))
    own = f[0].own(subject.oid)
    own.pop("position", None)
    own["at"] = end
    return content[start:end]


def _text_in(f: Frame, subject: Value, at: int) -> Value:
    return as_text(content_of(f, subject, at), table_of(f, subject).get("charset", "utf-8"))


_OF_TEXT = frozenset({"streamreader", "stringreader", "textreader", "textstream"})


def _read(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Read(buffer, start, count)``: the buffer gets the content; without arguments, one byte or letter."""
    is_text = table_of(f, subject).get(KIND) in _OF_TEXT
    content = _text_in(f, subject, at) if is_text else content_of(f, subject, at)
    if not a or a[0].__class__ is not Ref:
        found = _taken(f, subject, content, 1)
        if found.__class__ in (bytes, str):
            return ord(found) if found else -1
        return Some("number", NONE, labels_of(found) | codes_of(found))
    found = _taken(f, subject, content, given(a, 2) if given(a, 2).__class__ is int else None)
    if found.__class__ in (bytes, str) and given(a, 1, 0).__class__ is int:
        values: list[Value] = [*found] if found.__class__ is bytes else [Char(c) for c in found]
        source = made_bytes(m, f, found, at) if found.__class__ is bytes else made_list(m, f, values, at)
        copy_into(m, f, None, [source, 0, a[0], given(a, 1, 0), len(values)], at, row)
        return len(values)
    labels = labels_of(found)
    f[0].write(a[0].oid, REST, join(table_of(f, a[0]).get(REST, some := Some("", labels, labels)), some))
    return NUMBER


def _peek(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    before = {key: table_of(f, subject).get(key, MISSING) for key in ("at", "position")}
    found = _read(m, f, subject, [], at, row)
    own = f[0].own(subject.oid)
    for key, value in before.items():
        own.pop(key, None)
        if value is not MISSING:
            own[key] = value
    return found


def _read_line(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``ReadLine()``; the lines before the first unknown part of a text are known."""
    text, place = _text_in(f, subject, at), table_of(f, subject).get("at", 0)
    head = text.parts[0] if text.__class__ is Parts else text
    if head.__class__ is not str or place.__class__ is not int:
        return choice([Some("text", labels_of(text), form=form_of(text)), None])
    line, end, _ = head[place:].partition("\n")
    if text.__class__ is str and not line and not end:
        return None
    f[0].write(subject.oid, "at", place + len(line) + len(end) if end or text.__class__ is str else NUMBER)
    if end or text.__class__ is str:
        return line.removesuffix("\r")
    return text_of_parts([line, *text.parts[1:]])


def _read_bytes(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``ToArray()``, ``ReadBytes(n)``: bytes of a stream, all of them or the next ones."""
    content = content_of(f, subject, at)
    if content.__class__ is str:
        content = content.encode("utf-8", "replace")
    if row.names[-1] == "readbytes" and content.__class__ is bytes:
        if a[0].__class__ is not int:
            return Some("bytes")
        content = _taken(f, subject, content, a[0])
    return made_bytes(m, f, content, at) if content.__class__ is bytes else content


def _copy_stream(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``CopyTo(stream)``: the content that a file gets arrives there."""
    content = content_of(f, subject, at)
    added = _taken(f, subject, content) if subject.__class__ is Ref else content
    for target in options(a[0]):
        if target.__class__ is Ref:
            kind = table_of(f, target)[KIND]
            if kind in _OUTSIDE:
                arrive(f, (kind, "write"), at, [added])
            if kind in _WRITERS:
                arrive(f, ("file", "writeallbytes"), at, [table_of(f, target).get("path", ""), added])
            put_content(f, target, added, at)
    return EMPTY


def _seek(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    is_start = len(a) < 2 or a[1] in ("Begin", 0)
    f[0].write(subject.oid, "at", a[0] if is_start and a[0].__class__ is int else NUMBER)
    return NUMBER


def _set_length(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    content = content_of(f, subject, at)
    if content.__class__ is bytes and a[0].__class__ is int:
        f[0].write(subject.oid, "data", content[: a[0]])
    return EMPTY


def _stream_length(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    content = content_of(f, subject, at)
    return len(content) if content.__class__ is bytes else NUMBER


def _at_end(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    text, place = _text_in(f, subject, at), table_of(f, subject).get("at", 0)
    return place >= len(text) if text.__class__ is str and place.__class__ is int else TRUTH


def _written_lines(m: Run, f: Frame, value: Value, at: int) -> Value:
    """Return the content of a file: a text, bytes, or lines."""
    if value.__class__ is not Ref:
        return value
    table = table_of(f, value)
    if BYTES in table or known_bytes(table) is not None:
        return known_or_some(f, value)
    if SIZE not in table:
        return content_of(f, value, at)
    known, rest = items_of(m, f, value, at)
    parts = [x for each in known for x in (written(m, f, each, at), "\r\n")]
    return text_of_parts([*parts, *(() if rest is MISSING else (Some("text", labels_in(f, rest)),))])


def _file_write(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``File.WriteAllText(path, content)`` and its like; ``AppendAllText`` adds to its content."""
    key = file_key(a[0])
    if key.__class__ in (str, Parts, Some) and key is not EMPTY:
        added = _written_lines(m, f, a[1], at)
        old = f[0].t[FILES].get(key, b"") if row.names[-1].startswith("append") else b""
        keep_file(f, a[0], _longer(old, added), at)
    return EMPTY


def _file_read(kind: str, m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    content = read_file(f, a[0], at)
    if kind == "bytes":
        data = content.encode() if content.__class__ is str else content
        return made_bytes(m, f, data, at) if data.__class__ is bytes else data
    text = as_text(content)
    if kind == "text":
        return text
    if text.__class__ is str:
        return made_list(m, f, [*text.splitlines()], at)
    return made_list(m, f, [], at, Some("text", labels_of(text), form=form_of(text)))


def _combine(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Path.Combine``: alternatives are combined one by one, unless one of them may be any path."""
    paths = [options(each) for each in arguments_of(f, a, at)]
    many = chain.from_iterable(each for each in paths if len(each) > 1)
    if math.prod(map(len, paths)) > _MOST_PATHS or any(isinstance(each, Some) and not each.form for each in many):
        return MISSING
    return choice([combined([*each]) for each in product(*paths)])


def _fileinfo_move(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    move_file(f, table_of(f, subject).get("path", UNKNOWN), a[0], at)
    if row.names[-1] == "moveto":
        f[0].write(subject.oid, "path", a[0])
        return EMPTY
    return make(f, "fileinfo", {"path": a[0]}, at)


def _of_path(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Name`` and ``Extension`` of a file."""
    path = table_of(f, subject).get("path", UNKNOWN)
    name = "net-extension" if row.names[-1] == "extension" else "net-file-name"
    found = of_text(name, to_text(path), [])
    return with_form(found, "file-name") if found.__class__ is Some and found.labels else found


def _found_files(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    """``Directory.GetFiles(path)``: paths of files that are there; who names the folder does not write them."""
    labels = labels_of(a[0])
    return made_list(m, f, [], at, Some("text", labels, form="found" if labels else ""))


def _found_infos(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    labels = labels_of(table_of(f, subject).get("path", UNKNOWN))
    kind = "directoryinfo" if "director" in row.names[-1] else "fileinfo"
    return made_list(m, f, [], at, make(f, kind, {"path": Some("text", labels, form="found" if labels else "")}, at))


def _read_char(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
    found = _taken(f, subject, _text_in(f, subject, at), 1)
    return Char(found) if found.__class__ is str and found else Some("char", labels_of(found))


STREAMS: dict[str, Primitive] = {
    "new-stream": _new_stream, "stream-write": _write, "stream-write-byte": _write_byte, "stream-read": _read,
    "stream-peek": _peek, "stream-read-text": lambda m, f, s, a, at, row: _taken(f, s, _text_in(f, s, at)),
    "stream-read-line": _read_line, "stream-bytes": _read_bytes,
    "stream-copy": _copy_stream, "stream-seek": _seek, "stream-set-length": _set_length,
    "stream-length": _stream_length, "stream-at-end": _at_end, "file-write": _file_write,
    "file-text": partial(_file_read, "text"), "file-bytes": partial(_file_read, "bytes"),
    "file-lines": partial(_file_read, "lines"),
    "path-combine": _combine, "fileinfo-move": _fileinfo_move, "of-path": _of_path,
    "found-files": _found_files, "found-infos": _found_infos,
    "stream-inner": lambda m, f, s, a, at, row: table_of(f, s).get("inner", s),
    "stream-read-char": _read_char,
}  # fmt: skip
"""The primitives by the names that rows use."""
