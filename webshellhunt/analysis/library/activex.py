"""Objects of COM that pages use as decoders: streams of ADODB, elements of MSXML, CAPICOM, and encodings of .NET.

Source: ADO Stream object; MSXML ``dataType`` and ``nodeTypedValue``; CAPICOM ``Utilities`` object.
"""

from __future__ import annotations

import base64

from webshellhunt.analysis.domain.joining import choice, join
from webshellhunt.analysis.domain.taints import derived, traces_of
from webshellhunt.analysis.domain.values import ABSENT, NUMBER, REST, UNKNOWN, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, bytes_of, integer_of, text_of
from webshellhunt.analysis.library.containers import byte_array
from webshellhunt.analysis.library.decoders import (
    ENCODING_TYPES,
    ENCODINGS,
    decode,
    from_base64,
    from_hexadecimal,
    get_bytes,
    get_string,
)
from webshellhunt.analysis.library.dotnet.dictionaries import Method
from webshellhunt.analysis.library.streams import CONTENT
from webshellhunt.decoding.codepages import python_codec

_MARKS = {"utf-8": b"\xef\xbb\xbf", "utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}
ELEMENT = "xmlelement"
_ATTRIBUTE = "\0@"


class EffectOnlyError(UnsolvedError):
    """The effect of a method has happened; its result is not known."""


def field_of(thing: Thing, name: str) -> Value:
    """Return a field by its name in any case, `ABSENT` where there is none."""
    found = thing.fields.get(name, ABSENT)
    if found is not ABSENT:
        return found
    return next((value for key, value in thing.fields.items() if isinstance(key, str) and key.lower() == name), ABSENT)


# ADODB.Stream --------------------------------------------------------------------------------------------------------


def _charset(thing: Thing) -> str:
    name = field_of(thing, "charset")
    codec = python_codec(text_of(name)) if isinstance(name, str) and name else "utf-16-le"
    if codec is None:
        raise UnsolvedError
    return codec


def _content(thing: Thing) -> Value:
    """Return the content from the position on."""
    content = thing.fields.get(CONTENT, b"")
    at = field_of(thing, "position")
    return content[at:] if isinstance(content, bytes) and isinstance(at, int) else content


def _put(machine: Runner, thing: Thing, added: Value) -> None:
    content = thing.fields.get(CONTENT, b"")
    if field_of(thing, "position") == 0:
        content = b""
        machine.state.drop(thing.fields, "position")
        machine.state.drop(thing.fields, "Position")
    is_whole = isinstance(content, bytes) and isinstance(added, bytes)
    machine.state.put(thing.fields, CONTENT, content + added if is_whole else derived([content, added]))


def _write(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    value = a[0]
    try:
        _put(machine, thing, bytes_of(value))
    except UnsolvedError:
        _put(machine, thing, derived([value]))
    raise EffectOnlyError


def _write_text(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    if is_known(a[0]):
        codec = _charset(thing)
        mark = _MARKS.get(codec, b"") if not thing.fields.get(CONTENT) else b""
        end = "\r\n" if len(a) > 1 and a[1] == 1 else ""
        _put(machine, thing, mark + (text_of(a[0]) + end).encode(codec, "replace"))
    else:
        _put(machine, thing, derived(a[:1]))
    raise EffectOnlyError


def _read(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    content = _content(thing)
    if not isinstance(content, bytes):
        return derived([content])
    count = integer_of(a[0]) if a and is_known(a[0]) else -1
    return content if count < 0 else content[:count]


def _read_text(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    content = _content(thing)
    if not isinstance(content, bytes):
        return derived([content])
    codec = _charset(thing)
    text = decode(codec, content.removeprefix(_MARKS.get(codec, b"")))
    count = integer_of(a[0]) if a and is_known(a[0]) else -1
    return text if count < 0 else text[:count]


def _load(machine: Runner, thing: Thing, _: list[Value], __: int) -> Value:
    machine.state.put(thing.fields, CONTENT, UNKNOWN)
    raise EffectOnlyError


def _copy_to(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    if a[0].__class__ is not Thing:
        raise UnsolvedError
    _put(machine, a[0], _content(thing))
    return None


def _size(_: Runner, thing: Thing, __: list[Value], ___: int) -> Value:
    content = thing.fields.get(CONTENT, b"")
    return len(content) if isinstance(content, bytes) else NUMBER


def _no_result(_: Runner, __: Thing, ___: list[Value], ____: int) -> Value:
    return None


_STREAM: dict[str, Method] = {
    "write": _write,
    "writetext": _write_text,
    "read": _read,
    "readtext": _read_text,
    "loadfromfile": _load,
    "copyto": _copy_to,
    "size": _size,
    **dict.fromkeys(("flush", "close", "skipline", "seteos", "cancel"), _no_result),
}


# MSXML ---------------------------------------------------------------------------------------------------------------


def _create_element(_: Runner, __: Thing, ___: list[Value], ____: int) -> Value:
    return Thing(ELEMENT)


def _create_text(_: Runner, __: Thing, a: list[Value], ___: int) -> Value:
    return Thing(ELEMENT, fields={REST: a[0]})


def _set_attribute(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """``element.SetAttribute(name, value)``."""
    key = f"{_ATTRIBUTE}{a[0]}" if isinstance(a[0], str) else REST
    machine.state.put(thing.fields, key, a[1] if key != REST else join(thing.fields.get(REST, ABSENT), a[1]))
    return None


def _get_attribute(_: Runner, thing: Thing, a: list[Value], __: int) -> Value:
    found = thing.fields.get(f"{_ATTRIBUTE}{a[0]}", ABSENT)
    if found is ABSENT and (not isinstance(a[0], str) or REST in thing.fields):
        return derived([thing])
    return "" if found is ABSENT else found if REST not in thing.fields else choice([found, thing.fields[REST]])


def _take_child(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    """Add a child to a document or an element; the first child of a document is its root."""
    child = a[0]
    if child.__class__ is not Thing:
        raise UnsolvedError
    if thing.type != ELEMENT and "documentelement" not in thing.fields:
        machine.state.put(thing.fields, "documentelement", child)
    elif traces_of(child):
        machine.state.put(thing.fields, REST, join(thing.fields.get(REST, ABSENT), derived([child])))
    return child


_TAKING = dict.fromkeys(("appendchild", "prependchild", "insertbefore", "insertafter", "replacechild"), _take_child)
_DOCUMENT: dict[str, Method] = {
    **dict.fromkeys(("createelement", "createnode"), _create_element),
    **dict.fromkeys(("createtextnode", "createcdatasection", "createcomment"), _create_text),
    **_TAKING,
}
_ELEMENT: dict[str, Method] = {"setattribute": _set_attribute, "getattribute": _get_attribute, **_TAKING}


def _typed_value(thing: Thing) -> Value:
    """``element.nodeTypedValue``: the text of an element as bytes, by its data type."""
    text, kind = field_of(thing, "text"), field_of(thing, "datatype")
    if text is ABSENT:
        return UNKNOWN
    if not isinstance(text, str) or not isinstance(kind, str):
        return derived([text])
    if kind.lower() == "bin.base64":
        return from_base64([text])
    return from_hexadecimal([text]) if kind.lower() == "bin.hex" else str(text)


def _element_text(thing: Thing) -> Value:
    """``element.text``: its typed value as text, by its data type."""
    value, kind = field_of(thing, "nodetypedvalue"), field_of(thing, "datatype")
    if value is ABSENT:
        return UNKNOWN
    if not isinstance(kind, str) or not (isinstance(value, bytes) or value.__class__ is Thing):
        return derived([value])
    data = bytes_of(value)
    if kind.lower() == "bin.base64":
        packed = base64.b64encode(data).decode()
        return "\n".join(packed[at : at + 72] for at in range(0, len(packed), 72))
    return data.hex()


# CAPICOM and classes of .NET -----------------------------------------------------------------------------------------


def _decoded(_: Runner, __: Thing, a: list[Value], ___: int) -> Value:
    return from_base64(a).decode("latin-1")


def _encoded(_: Runner, __: Thing, a: list[Value], ___: int) -> Value:
    data = a[0] if isinstance(a[0], bytes) else text_of(a[0]).encode("utf-16-le")
    return base64.b64encode(data).decode()


_CAPICOM: dict[str, Method] = {
    "base64decode": _decoded,
    "base64encode": _encoded,
    "hextobinary": lambda machine, thing, a, token: from_hexadecimal(a).decode("latin-1"),
}


def _transformed(_: Runner, __: Thing, a: list[Value], ___: int) -> Value:
    """``FromBase64Transform.TransformFinalBlock(bytes, start, count)``."""
    data = bytes_of(a[0])
    start = integer_of(a[1]) if len(a) > 1 else 0
    count = integer_of(a[2]) if len(a) > 2 else len(data)
    return byte_array(from_base64([data[start : start + count].decode("latin-1")]))


def _encoding_method(codec: str, name: str, a: list[Value]) -> Value:
    if name.startswith("getstring"):
        return get_string(codec, a)
    if name.startswith("getbytes"):
        return get_bytes(codec, a)
    raise UnsolvedError


# All of them ---------------------------------------------------------------------------------------------------------


def object_method(machine: Runner, thing: Thing, name: str, a: list[Value], token: int) -> Value:
    """Return the result of a method of an object of COM.

    Raises:
        UnsolvedError: It is not known.
    """
    kind = thing.type
    last = kind.rpartition(".")[2]
    if last in ENCODING_TYPES:
        return _encoding_method(ENCODINGS[ENCODING_TYPES[last]], name, a)
    if last == "frombase64transform" and name == "transformfinalblock":
        return _transformed(machine, thing, a, token)
    table = _STREAM if kind == "adodb.stream" else _CAPICOM if kind.startswith("capicom.") else None
    if table is None and (kind == ELEMENT or _is_document(kind)):
        table = _ELEMENT if kind == ELEMENT else _DOCUMENT
    if table is None or name not in table:
        raise UnsolvedError
    return table[name](machine, thing, a, token)


def _is_document(kind: str) -> bool:
    return kind.startswith("msxml") or "xmldom" in kind or kind == "xmldocument"


def object_property(machine: Runner, thing: Thing, name: str) -> Value:
    """Return a property of an object of COM.

    Raises:
        UnsolvedError: It is not known.
    """
    if thing.type == ELEMENT and name in ("nodetypedvalue", "nodevalue"):
        return _typed_value(thing)
    if thing.type == ELEMENT and name == "text":
        return _element_text(thing)
    if thing.type == "adodb.stream" and name == "size":
        return _size(machine, thing, [], 0)
    raise UnsolvedError
