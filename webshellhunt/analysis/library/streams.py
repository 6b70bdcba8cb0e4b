"""Streams in memory: the values written to them are those read; packed bytes are unpacked where they are known.

The field `CONTENT` has the bytes of a stream, or a value that is not known. A reader or writer around a stream has
the stream in the field `INNER`.
"""

from __future__ import annotations

import zlib

from webshellhunt.analysis.domain.arrays import length_of
from webshellhunt.analysis.domain.taints import derived
from webshellhunt.analysis.domain.texts import MAX_TEXT
from webshellhunt.analysis.domain.values import NUMBER, UNKNOWN, Opaque, Text, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import (
    Runner,
    UnsolvedError,
    bytes_of,
    integer_of,
    is_function,
    option_of,
    text_of,
)
from webshellhunt.analysis.library.containers import blur, byte_array
from webshellhunt.analysis.library.decoders import decode, is_encoding
from webshellhunt.analysis.library.dotnet.builders import is_format
from webshellhunt.analysis.library.dotnet.copies import copy_part
from webshellhunt.analysis.library.dotnet.dictionaries import Method
from webshellhunt.analysis.library.dotnet.formats import string_format
from webshellhunt.analysis.library.parts import whole

CONTENT = "\0content"
INNER = "\0inner"
CODEC = "\0codec"
POSITION = "\0at"
PLAIN = frozenset({"memorystream", "bufferedstream", "stream", "unmanagedmemorystream"})
READERS = frozenset({"streamreader", "binaryreader", "stringreader", "textreader"})
WRITERS = frozenset({"streamwriter", "binarywriter"})
PACKED = frozenset({"gzipstream", "deflatestream", "zlibstream", "brotlistream"})
WRAPPED = frozenset({"cryptostream", "bufferedstream"})
STREAMS = PLAIN | READERS | WRITERS | PACKED | WRAPPED
_WINDOWS = {"gzipstream": 31, "deflatestream": -15, "zlibstream": 15}


def as_bytes(value: Value) -> Value:
    """Return a value as bytes where they are known."""
    if isinstance(value, (bytes, bytearray)):
        return bytes(value)
    if value.__class__ is Thing:
        if value.type in STREAMS:
            return content_of(value)
        try:
            return bytes_of(value)
        except (UnsolvedError, ValueError):
            return derived([value], "bytes")
    return derived([value], "bytes")


def content_of(thing: Thing) -> Value:
    """Return the whole content of a stream."""
    inner = thing.fields.get(INNER)
    if inner is None:
        return thing.fields.get(CONTENT, b"")
    content = content_of(inner)
    if thing.type in PACKED:
        return _unpacked(thing.type, content)
    return derived([content, thing.fields.get(CONTENT, b"")]) if thing.type == "cryptostream" else content


def _unpacked(kind: str, content: Value) -> Value:
    if isinstance(content, bytes) and kind in _WINDOWS:
        unpacker = zlib.decompressobj(wbits=_WINDOWS[kind])
        try:
            return unpacker.decompress(content, MAX_TEXT)
        except zlib.error:
            return Opaque("bytes")
    return derived([content], "bytes")


def _put(machine: Runner, thing: Thing, added: Value) -> None:
    """Add to the content of a stream, or of the stream that it writes to."""
    inner = thing.fields.get(INNER)
    if inner is not None:
        _put(machine, inner, derived([added], "bytes") if thing.type in PACKED | {"cryptostream"} else added)
        return
    content = thing.fields.get(CONTENT, b"")
    is_whole = isinstance(content, bytes) and isinstance(added, bytes) and len(content) + len(added) <= MAX_TEXT
    machine.spend(len(content) >> 12 if isinstance(content, bytes) else 1)
    machine.state.put(thing.fields, CONTENT, content + added if is_whole else derived([content, added], "bytes"))


def text_in(thing: Thing) -> Value:
    """Return the content of a stream as text."""
    content = content_of(thing)
    if isinstance(content, str) or content.__class__ is Text:
        return content
    if not isinstance(content, bytes):
        return derived([content], "string")
    return decode(thing.fields.get(CODEC, "utf-8"), content.removeprefix(b"\xef\xbb\xbf"))


# Methods -------------------------------------------------------------------------------------------------------------


def _write(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    """``Write(bytes, start, count)`` of a stream, ``Write(value)`` of a writer."""
    value = string_format(machine, a, token) if is_format(a) else a[0]
    if isinstance(value, str):
        added: Value = value.encode(thing.fields.get(CODEC, "utf-8"), "replace")
    else:
        added = as_bytes(value)
        if isinstance(added, bytes) and len(a) == 3 and all(map(is_known, a[1:])):
            added = added[integer_of(a[1]) :][: integer_of(a[2])]
    _put(machine, thing, added)
    return None


def _write_line(machine: Runner, thing: Thing, a: list[Value], token: int) -> Value:
    _write(machine, thing, a or [""], token)
    return _write(machine, thing, ["\r\n"], token)


def _write_byte(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    value = a[0]
    _put(machine, thing, bytes([integer_of(value) & 0xFF]) if is_known(value) else derived([value], "bytes"))
    return None


def _take(machine: Runner, thing: Thing, whole: Value, count: int | None = None) -> Value:
    """Return the content of a stream after its position, and move the position."""
    if not isinstance(whole, (bytes, str)):
        return whole if whole.__class__ is Text and count is None and POSITION not in thing.fields else derived([whole])
    moved, at = thing.fields.get("position"), thing.fields.get(POSITION, 0)
    start = moved if isinstance(moved, int) else at if isinstance(at, int) else len(whole)
    machine.state.drop(thing.fields, "position")
    end = len(whole) if count is None else min(start + max(count, 0), len(whole))
    machine.state.put(thing.fields, POSITION, end)
    return whole[start:end]


def _read(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """``Read(buffer, start, count)``: the buffer gets the content; without arguments, one byte or character."""
    if not a:
        content = text_in(thing) if thing.type in ("streamreader", "stringreader") else content_of(thing)
        found = _take(machine, thing, content, 1)
        return (ord(found) if found else -1) if isinstance(found, (bytes, str)) else derived([found])
    buffer, content = a[0], content_of(thing)
    if buffer.__class__ is not Thing:
        return derived([content])
    if isinstance(content, bytes) and length_of(buffer) is not None and len(a) > 2 and all(map(is_known, a[1:3])):
        found = _take(machine, thing, content, integer_of(a[2]))
        copy_part(machine, found, 0, buffer, integer_of(a[1]), len(found))
        return len(found)
    blur(machine, buffer, [derived([content])])
    return NUMBER


def _read_text(machine: Runner, thing: Thing, _: list[Value], __: int) -> Value:
    return _take(machine, thing, text_in(thing))


def _line_of(machine: Runner, thing: Thing, text: Text) -> Value:
    """Return the next line of a text that is known in part: those before its first unknown part are known apart."""
    known, *others = text.parts
    at = thing.fields.get(POSITION, 0)
    if not isinstance(known, str) or not isinstance(at, int):
        return derived([text], "string")
    line, end, _ = known[at:].partition("\n")
    machine.state.put(thing.fields, POSITION, at + len(line) + len(end) if end else UNKNOWN)
    return line.removesuffix("\r") if end else whole([line, derived(others)])


def _read_line(machine: Runner, thing: Thing, __: list[Value], ___: int) -> Value:
    text = text_in(thing)
    if text.__class__ is Text:
        return _line_of(machine, thing, text)
    if not isinstance(text, str):
        return derived([text], "string")
    rest = _take(machine, thing, text)
    line, _, after = rest.partition("\n")
    machine.state.put(thing.fields, POSITION, len(text) - len(after))
    return line.removesuffix("\r") if rest else None


def _read_bytes(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    content = content_of(thing)
    if not isinstance(content, bytes) or not is_known(a[0]):
        return derived([content], "bytes")
    return byte_array(_take(machine, thing, content, integer_of(a[0])))


def _seek(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """``Seek(offset, origin)``; only from the start is known."""
    is_start = len(a) < 2 or option_of(a[1]) == "begin" or a[1] == 0
    machine.state.put(thing.fields, POSITION, a[0] if is_start and isinstance(a[0], int) else UNKNOWN)
    return NUMBER


def _to_array(_: Runner, thing: Thing, __: list[Value], ___: int) -> Value:
    content = content_of(thing)
    return byte_array(content) if isinstance(content, bytes) else derived([content], "bytes")


def _copy_to(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    target = a[0]
    if target.__class__ is not Thing or target.type not in STREAMS:
        raise UnsolvedError
    content = content_of(thing)
    _put(machine, target, _take(machine, thing, content) if isinstance(content, bytes) else content)
    return None


def _nothing(_: Runner, __: Thing, ___: list[Value], ____: int) -> Value:
    return None


def _set_length(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    content = thing.fields.get(CONTENT, b"")
    if a[0] == 0:
        machine.state.put(thing.fields, CONTENT, b"")
    elif isinstance(content, bytes):
        machine.state.put(thing.fields, CONTENT, content[: integer_of(a[0])])
    return None


def _length(_: Runner, thing: Thing, __: list[Value], ___: int) -> Value:
    content = content_of(thing)
    return len(content) if isinstance(content, bytes) else NUMBER


METHODS: dict[str, Method] = {
    **dict.fromkeys(("write", "writeasync"), _write),
    **dict.fromkeys(("writeline", "writelineasync"), _write_line),
    "writebyte": _write_byte,
    **dict.fromkeys(("read", "readasync", "readbyte", "readblock", "readexactly", "peek", "readchar"), _read),
    **dict.fromkeys(("readtoend", "readtoendasync", "readstring"), _read_text),
    **dict.fromkeys(("readline", "readlineasync"), _read_line),
    "readbytes": _read_bytes,
    **dict.fromkeys(("toarray", "getbuffer"), _to_array),
    **dict.fromkeys(("copyto", "copytoasync", "writeto"), _copy_to),
    "seek": _seek,
    **dict.fromkeys(("flush", "flushasync", "flushfinalblock", "close", "dispose"), _nothing),
    "setlength": _set_length,
    "length": _length,
    "position": lambda machine, thing, a, token: NUMBER,
    "basestream": lambda machine, thing, a, token: thing.fields.get(INNER, thing),
}
"""Methods by name in lower case."""
PROPERTIES = frozenset({"length", "position", "basestream"})


# Constructors --------------------------------------------------------------------------------------------------------


def new_stream(machine: Runner, kind: str, a: list[Value]) -> Thing:
    """Return a new stream, reader or writer."""
    if kind == "stringreader":
        text = a[0] if is_known(a[0]) or a[0].__class__ is Text else derived([a[0]], "string")
        return Thing(kind, fields={CONTENT: text_of(text) if is_known(text) else text})
    if kind == "memorystream":
        content = as_bytes(a[0]) if a and not isinstance(a[0], (int, float)) and a[0] != NUMBER else b""
        if len(a) > 2 and isinstance(content, bytes) and all(map(is_known, a[1:3])):
            content = content[integer_of(a[1]) :][: integer_of(a[2])]
        return Thing(kind, fields={CONTENT: content})
    if not a or (kind in WRITERS and (a[0].__class__ is not Thing or a[0].type not in STREAMS)):
        raise UnsolvedError
    return _around(kind, a)


def _around(kind: str, a: list[Value]) -> Thing:
    """Return a stream, reader or writer around another one, or around an unknown value."""
    inner = a[0]
    thing = Thing(kind)
    if inner.__class__ is Thing and inner.type in STREAMS:
        thing.fields[INNER] = inner
        if kind == "cryptostream":
            thing.fields[CONTENT] = derived(a[1:])
    elif isinstance(inner, str) or is_function(inner):
        thing.fields[CONTENT] = Opaque("string")
    else:
        thing.fields[CONTENT] = derived([inner], "bytes")
    for each in a[1:]:
        codec = is_encoding(each)
        if codec is not None:
            thing.fields[CODEC] = codec
    return thing
