"""Makers: new collections, texts, encodings and arrays."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.analysis.domain.arrays import MAX_ITEMS, array_of, new_array
from webshellhunt.analysis.domain.values import NUMBER, REST, Char, Opaque, Thing, Value, is_known
from webshellhunt.analysis.library.arguments import (
    Runner,
    UnsolvedError,
    flat_text_of,
    integer_of,
    is_function,
    items_of,
    option_of,
    part_of,
    text_of,
)
from webshellhunt.analysis.library.calls import attempt
from webshellhunt.analysis.library.containers import DICTIONARIES, LISTS
from webshellhunt.analysis.library.decoders import ENCODING_TYPES
from webshellhunt.analysis.library.dotnet import dictionaries, tables
from webshellhunt.analysis.library.dotnet.builders import builder_of
from webshellhunt.analysis.library.dotnet.changing import tuple_of
from webshellhunt.analysis.library.dotnet.elements import KINDS as ELEMENTS
from webshellhunt.analysis.library.dotnet.elements import new_element
from webshellhunt.analysis.library.dotnet.lists import new_list
from webshellhunt.analysis.library.enumerators import ENUMERATOR, MAKER, new_script_enumerator
from webshellhunt.analysis.library.jscript.functions import new_array as new_script_array
from webshellhunt.analysis.library.parts import parts_of
from webshellhunt.analysis.library.patterns import regexp
from webshellhunt.analysis.library.streams import STREAMS, new_stream
from webshellhunt.analysis.library.visual_basic.texts import repeat
from webshellhunt.lazy_pattern import lazy_pattern

_HOST = lazy_pattern(r"(\w{1,20})://([\w.:-]{1,255})[/?#]")
_NUMBERS = frozenset(
    {
        "byte", "sbyte", "short", "ushort", "int", "uint", "long", "ulong", "int16", "uint16", "int32", "uint32",
        "int64",        "uint64", "integer", "double", "single", "float", "decimal",
    }
)  # fmt: skip
Maker = Callable[[Runner, list[Value]], Value]


def made(machine: Runner, type: str, arguments: list[Value], rank: int) -> Value:  # noqa: A002 - the word of the tree
    """Return a new object of a type, `UNSOLVED` for one that is not known."""
    return attempt(machine, (), lambda: _made(machine, type, arguments, rank))


def _made(machine: Runner, kind: str, a: list[Value], rank: int) -> Value:
    if rank:
        return _new_array(machine, kind, a)
    maker = MAKERS.get(kind)
    if maker is not None:
        return maker(machine, a)
    if kind in STREAMS:
        return new_stream(machine, kind, a)
    if kind in DICTIONARIES:
        return _new_dictionary(machine, kind, a)
    if kind in LISTS:
        return new_list(kind, [each for each in a if not _is_comparer(each)])
    if kind in ELEMENTS:
        return new_element(machine, kind, a)
    if kind.endswith("exception") or kind == "error":
        return _new_exception(machine, kind, a)
    if kind in ENCODING_TYPES:
        name = ENCODING_TYPES[kind]
        return Opaque(f"encoding.{name}", ("encoding", name))
    raise UnsolvedError


def _is_comparer(value: Value) -> bool:
    """True for ``StringComparer.Ordinal`` and others, which are no items."""
    return value.__class__ is Opaque and value.path[-2:-1] == ("stringcomparer",)


def _new_array(machine: Runner, kind: str, bounds: list[Value]) -> Value:
    """Return an array with a number of items, each with the value that its type has at first."""
    if len(bounds) != 1 or not is_known(bounds[0]):
        return new_array([]) if not bounds else Thing("array")
    count = integer_of(bounds[0])
    if not 0 <= count <= MAX_ITEMS:
        return Thing("array")
    machine.spend(count // 64)
    first: Value = (
        0 if kind in _NUMBERS else Char("\0") if kind == "char" else False if kind in ("bool", "boolean") else None
    )
    return array_of([first] * count)


def _new_dictionary(machine: Runner, kind: str, a: list[Value]) -> Value:
    if any(each.__class__ is Thing and each.symbol is not None for each in a):
        raise UnsolvedError  # a comparer of the page
    thing = Thing(kind)
    if any("ignorecase" in option_of(each) or "caseinsensitive" in option_of(each) for each in a):
        thing.fields["comparemode"] = 1
    if a and a[0].__class__ is Thing and a[0].type in DICTIONARIES:
        dictionaries.METHODS["addrange"](machine, thing, a[:1], 0)
    return thing


def _new_text(_: Runner, a: list[Value]) -> Value:
    """``new String(characters)``, ``new String(characters, start, count)``, ``new String(character, count)``."""
    if len(a) == 2:
        return repeat(text_of(a[0]), integer_of(a[1]))
    if len(a) == 3:
        return "".join(map(text_of, items_of(a[0])[integer_of(a[1]) :][: max(integer_of(a[2]), 0)]))
    return flat_text_of(a[0]) if a else ""


def _new_builder(machine: Runner, a: list[Value]) -> Value:
    text: Value = a[0] if a else ""
    if isinstance(text, (int, float, bytes)) or text is None or text.__class__ is Thing or text == NUMBER:
        return builder_of()  # a capacity
    return builder_of(part_of(text, machine.language))


def _new_lazy(machine: Runner, a: list[Value]) -> Value:
    """``new Lazy(function)``, ``new ThreadLocal(function)``: the function runs when the value is read first."""
    if not a or not is_function(a[0]):
        raise UnsolvedError
    return Thing("lazy", fields={MAKER: a[0]})


def _new_exception(machine: Runner, kind: str, a: list[Value]) -> Value:
    """``new Exception(message, inner)``; ``new Error(number, message)`` of JScript."""
    if not a:
        return Thing(kind, fields={"message": Opaque("string"), "innerexception": None})
    if kind == "error":
        message = a[1] if len(a) > 1 else a[0]
        number = a[0] if len(a) > 1 else 0
        return Thing(kind, fields={"name": "Error", "number": number, "message": message, "description": message})
    inner = a[1] if len(a) > 1 else None
    if len(a) > 2 or (kind != "exception" and inner is not None and inner.__class__ is not Thing):
        raise UnsolvedError  # the message is made of several arguments
    return Thing(kind, fields={"message": a[0], "innerexception": inner})


def _new_uri(machine: Runner, a: list[Value]) -> Value:
    """``new Uri(text)``: its host is known where the text begins with it."""
    first = parts_of(a[0])[0] if a else ""
    match = _HOST.match(first) if isinstance(first, str) else None
    if len(a) != 1 or match is None:
        raise UnsolvedError
    host = {"scheme": match[1], "host": match[2].partition(":")[0].lower(), "authority": match[2]}
    return Thing("uri", fields={**host, REST: a[0]})


def _new_regex(_: Runner, a: list[Value]) -> Value:
    """``new Regex(pattern, options)``: for all matches."""
    options = "".join(map(option_of, a[1:]))
    flags = ("i" if "ignorecase" in options else "") + ("m" if "multiline" in options else "")
    return regexp(a[0], f"g{flags}")


MAKERS: dict[str, Maker] = {
    "string": _new_text,
    "stringbuilder": _new_builder,
    "stringwriter": lambda machine, a: builder_of(),
    **dict.fromkeys(("lazy", "threadlocal"), _new_lazy),
    "uri": _new_uri,
    "regexp": lambda machine, a: regexp(*(a or [""])[:2]),
    "regex": _new_regex,
    ENUMERATOR: new_script_enumerator,
    "array": lambda machine, a: new_script_array(a),
    "object": lambda machine, a: a[0] if a and a[0].__class__ is Thing else Thing("object"),
    **dict.fromkeys(("tuple", "valuetuple"), lambda machine, a: tuple_of(a)),
    tables.TABLE: tables.new_table,
    tables.SET: tables.new_set,
    "datacolumn": tables.new_column,
    "keyvaluepair": lambda machine, a: dictionaries.pair(a[0], a[1]),
}
"""Constructors by their type in lower case."""
