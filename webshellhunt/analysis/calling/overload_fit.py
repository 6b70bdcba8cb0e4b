"""Overload fit: which of several functions of one name is called, by the number, the types and the ways of arguments.

As in C# (ECMA-334, Overload resolution): of the candidates that take the arguments, those of the most derived class
stay, and of these the one whose parameters are the nearest to the types of the arguments. A function that overrides
another one counts as one of the class that declares it first.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from webshellhunt.analysis.calling.by_reference import REFERENCES
from webshellhunt.analysis.domain.values import (
    EMPTY,
    Char,
    Choice,
    Closure,
    Opaque,
    Several,
    Tainted,
    Text,
    Thing,
    Value,
)
from webshellhunt.lang.symbols import ClassSymbol, PageSymbols
from webshellhunt.lang.tree import Function, Parameter, TypeName

OVERRIDES = frozenset({"override", "overrides"})
_SAME = 100
_NEAR = 50
"""The mark of a type that the argument converts to, less its distance."""
_FAR = 2
_ANY = 1
_NAMES = {
    "int16": "short", "uint16": "ushort", "int32": "int", "integer": "int", "number": "int", "uinteger": "uint",
    "uint32": "uint", "int64": "long", "uint64": "ulong", "single": "float", "boolean": "bool",
}  # fmt: skip
"""The names of one type as one of them."""
_WIDER = {
    "sbyte": ("short", "int", "long", "float", "double", "decimal"),
    "byte": ("short", "ushort", "int", "uint", "long", "ulong", "float", "double", "decimal"),
    "short": ("int", "long", "float", "double", "decimal"),
    "ushort": ("int", "uint", "long", "ulong", "float", "double", "decimal"),
    "int": ("long", "float", "double", "decimal"),
    "uint": ("long", "ulong", "float", "double", "decimal"),
    "long": ("float", "double", "decimal"),
    "ulong": ("float", "double", "decimal"),
    "float": ("double",),
    "char": ("ushort", "int", "uint", "long", "ulong", "float", "double", "decimal"),
    "double": (),
    "decimal": (),
}
"""The types that a number or a character converts to, nearest first (ECMA-334, Implicit numeric conversions)."""
_NUMBERS = _WIDER.keys() - {"char"}
_OWN = _WIDER.keys() | {"bool", "string"}
"""Types of the language itself."""
_OBJECT = frozenset({"object", "dynamic"})
_KINDS: dict[type, str] = {
    bool: "bool", int: "int", float: "double", Char: "char", str: "string", Text: "string", type(None): "null",
    Closure: "function", Several: "function",
}  # fmt: skip


def pick(
    symbols: PageSymbols,
    functions: Sequence[Function],
    arguments: Sequence[Value],
    *,
    names: Sequence[str] = (),
    ways: Sequence[str] = (),
    types: int = 0,
) -> Function:
    """Return the function of several of one name that a call means.

    Args:
        symbols: The symbols of the page.
        functions: The candidates.
        arguments: The arguments, each as a value of the type that its expression is declared with.
        names: The names of arguments that have one, ``""`` for the others.
        ways: Of C#, how each argument is passed: ``value``, ``ref``, ``out``.
        types: How many type arguments the call has.
    """

    def mark(function: Function) -> tuple[int, ...]:
        pairs = [*_pairs(symbols, function, arguments, names)]
        marks = [_mark(symbols, function, parameter.type, value) for parameter, value, _ in pairs]
        is_expanded = any(each for _, _, each in pairs)
        return (
            _takes(symbols, function, arguments, names) and _takes_types(function, types),
            -sum(each < 0 for each in marks) - _misled(function, ways),
            _depth(symbols, function),
            sum(max(0, each) for each in marks),
            -len(function.generics),
            sum(_is_specific(function, parameter.type) for parameter, _, _ in pairs),
            not is_expanded,
            len(function.parameters) == len(arguments),
        )

    return max(functions, key=mark)


def _pairs(
    symbols: PageSymbols, function: Function, arguments: Sequence[Value], names: Sequence[str]
) -> Iterator[tuple[Parameter, Value, bool]]:
    """Yield each argument with its parameter, and whether it is an item of the array that this one gets."""
    parameters = function.parameters
    rest = parameters[-1] if parameters and parameters[-1].by == "rest" else None
    for at, value in enumerate(arguments):
        if at < len(names) and names[at]:
            wanted = symbols.fold(names[at])
            yield from ((each, value, False) for each in parameters if symbols.fold(each.name) == wanted)
        elif rest is None or at < len(parameters) - 1:
            yield from ((each, value, False) for each in parameters[at : at + 1])
        elif is_normal(rest, value) and len(arguments) == len(parameters):
            yield rest, value, False
        else:
            yield Parameter(rest.start, rest.end, rest.name, _item_type(rest.type)), value, True


def is_normal(rest: Parameter, value: Value) -> bool:
    """True if an argument is the array of a parameter that takes any number of arguments, and not an item of it."""
    is_array = value.__class__ is Thing and value.type in ("array", "list")
    return is_array or (value is None and rest.type is not None and rest.type.rank > 0)


def _item_type(written: TypeName | None) -> TypeName | None:
    if written is None or not written.rank:
        return written
    return TypeName(written.start, written.end, written.name, written.arguments, written.rank - 1)


def _takes(symbols: PageSymbols, function: Function, arguments: Sequence[Value], names: Sequence[str]) -> bool:
    """True if a function takes arguments by their number and their names."""
    parameters = function.parameters
    given = {symbols.fold(each) for each in names if each}
    known = {symbols.fold(each.name) for each in parameters}
    plain = len(arguments) - sum(map(bool, names))
    wanted = [
        each
        for at, each in enumerate(parameters)
        if each.default is None and each.by != "rest" and at >= plain and symbols.fold(each.name) not in given
    ]
    has_rest = bool(parameters) and parameters[-1].by == "rest"
    return not wanted and given <= known and (has_rest or len(arguments) <= len(parameters))


def _takes_types(function: Function, types: int) -> bool:
    """True if a function has as many type parameters as a call has type arguments, or its arguments tell them."""
    if types:
        return len(function.generics) == types
    told = {name for each in function.parameters if each.type is not None for name in _names_in(each.type)}
    return told.issuperset(function.generics)


def _names_in(written: TypeName) -> Iterator[str]:
    yield written.name
    for each in written.arguments:
        yield from _names_in(each)


def _misled(function: Function, ways: Sequence[str]) -> int:
    """Return how many arguments are passed in another way than a function of C# takes them."""
    return sum(
        (way if way in REFERENCES else "") != (each.by if each.by in REFERENCES else "")
        for each, way in zip(function.parameters, ways, strict=False)
    )


def _depth(symbols: PageSymbols, function: Function) -> int:
    """Return how many classes are above the one that declares a function: not only overrides it."""
    owner = symbols.owners.get(function)
    if owner is None or not owner.bases:
        return 0
    declaring = owner
    if not OVERRIDES.isdisjoint(function.modifiers):
        name = symbols.fold(function.name)
        for each in symbols.bases_of(owner)[1:]:
            if any(has_signature_of(symbols, other, function) for other in each.methods.get(name, ())):
                declaring = each
    return len(symbols.bases_of(declaring))


def has_signature_of(symbols: PageSymbols, left: Function, right: Function) -> bool:
    """True if two functions have parameters of the same types; a type parameter may be any type."""
    if len(left.parameters) != len(right.parameters) or len(left.generics) != len(right.generics):
        return False
    free = {*left.generics, *right.generics}
    for function in (left, right):
        owner = symbols.owners.get(function)
        free.update(owner.generics if owner is not None else ())
    for one, other in zip(left.parameters, right.parameters, strict=True):
        if (one.by in REFERENCES) is not (other.by in REFERENCES):
            return False
        if one.type is None or other.type is None:
            if one.type is not other.type:
                return False
        elif not _is_same(one.type, other.type) and one.type.name not in free and other.type.name not in free:
            return False
    return True


def _is_same(left: TypeName, right: TypeName) -> bool:
    return left.rank == right.rank and _short(left) == _short(right)


def _is_specific(function: Function, written: TypeName | None) -> bool:
    """True if the type of a parameter is no type parameter alone."""
    return written is not None and (written.name not in function.generics or written.rank > 0)


def _short(written: TypeName) -> str:
    name = written.name.rpartition(".")[2].lower()
    return _NAMES.get(name, name)


def _kind(value: Value) -> str:
    """Return the name of the type of a value, ``""`` where it is not known."""
    if value is EMPTY:
        return ""
    if value.__class__ is Choice:
        kinds = {*map(_kind, value.options)} - {"null"}
        return kinds.pop() if len(kinds) == 1 else ""
    if value.__class__ is Tainted:
        kind = value.type or "string"
    elif value.__class__ is Opaque or value.__class__ is Thing:
        kind = value.type
    else:
        kind = _KINDS.get(value.__class__, "")
    kind = kind.lower()
    return _NAMES.get(kind, kind)


def _mark(symbols: PageSymbols, function: Function, written: TypeName | None, value: Value) -> int:
    """Return how near the type of a parameter is to that of an argument: negative if this does not convert to it."""
    if written is None:
        return _ANY
    owner = symbols.owners.get(function)
    if written.name in function.generics or (owner is not None and symbols.fold(written.name) in owner.generics):
        return _SAME if not written.rank else _array_mark(value)
    if written.rank:
        return _array_mark(value)
    name, kind = _short(written), _kind(value)
    if not kind:
        return _ANY if name in _OBJECT else 0
    if kind == name:
        return _SAME
    if name in _OBJECT:
        return _ANY
    declared = symbols.class_of(written.name, owner)
    return (
        _class_mark(symbols, declared, kind, value) if declared is not None else _own_mark(written, name, kind, value)
    )


def _array_mark(value: Value) -> int:
    kind = _kind(value)
    if kind == "array":
        return _SAME
    return _NEAR if kind == "null" else 0 if not kind or kind not in _OWN | _OBJECT else -1


def _own_mark(written: TypeName, name: str, kind: str, value: Value) -> int:
    """Return the mark of a type of the language or of a library."""
    if kind == "null":
        return -1 if name in _OWN and name != "string" else _FAR
    wider = _WIDER.get(kind, ())
    if name in wider:
        return _NEAR - wider.index(name)
    if name in _NUMBERS and kind in _NUMBERS:
        return _FAR  # a constant, or a language that narrows by itself
    if value.__class__ is Closure and name in ("func", "action"):
        count = len(written.arguments) - (name == "func")
        return _NEAR if count == len(value.function.parameters) else -1
    if kind in _OBJECT or (name in _OWN and (kind in _OWN or kind == "function" or value.__class__ is Thing)):
        return -1
    return 0


def _class_mark(symbols: PageSymbols, declared: ClassSymbol, kind: str, value: Value) -> int:
    """Return the mark of a class of the page."""
    if value.__class__ is Thing and value.symbol is not None:
        bases = symbols.bases_of(value.symbol)
        if declared in bases:
            return _NEAR - bases.index(declared)
    elif kind == "null":
        return _FAR if declared.kind not in ("struct", "structure", "enum") else -1
    elif declared.kind == "enum" and kind == "int":
        return _FAR
    elif kind not in _OWN | _OBJECT:
        return 0
    return -1 if not symbols.has_operators else 0
