"""Compiler of the operators of languages with classes and types: function values, conversions, tests of types."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.core import ir
from webshellhunt.core.calls import OWN_CLASSES
from webshellhunt.core.classes import PRIMITIVES, VECTOR, distance, is_kind_of, lineage
from webshellhunt.core.ending import Thrown
from webshellhunt.core.errors import may_fail
from webshellhunt.core.facts import Side
from webshellhunt.core.heap import CLASS, CODE, DEFAULT, KIND, MOST_ENTRIES, OPEN, REST, SIZE, Table, value_at
from webshellhunt.core.library_calls import labels_in
from webshellhunt.core.members import FUNCTIONS, TUPLE, bind, call_one, default, for_each, is_function, member, new
from webshellhunt.core.net_operators import CONVERTED, NET, TEXTS_OF, converted_known, converted_some
from webshellhunt.core.operators import Operator, compared, conjunction, negation
from webshellhunt.core.procedure import Code, Frame
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NUMBER,
    OBJECTS,
    TRUTH,
    UNKNOWN,
    Char,
    Empty,
    Func,
    OneOf,
    Ref,
    Some,
    Truth,
    TypeOf,
    Value,
    choice,
    join,
    options,
)  # fmt: skip

Compile = Callable[[ir.Expr], Code]
FindSide = Callable[[ir.Expr], "Side | None"]
"""How to find the place that an expression reads; `compile.place_key`."""

# Function values ------------------------------------------------------------------------------------------------------


def _bind(node: ir.Op, compile_: Compile, _: FindSide) -> Code:
    """Return a member of an object as a function value."""
    subject, name = map(compile_, node.args)
    return lambda f: bind(f, subject(f), name(f))


def functions_of(f: Frame, value: Value) -> list[Value]:
    """Return the functions that a function value calls in turn."""
    if value is None or value is EMPTY:
        return []
    if value.__class__ is Ref and f[0].t[value.oid][KIND] == FUNCTIONS:
        table = f[0].t[value.oid]
        return [table[at] for at in range(table[SIZE])]
    return [value]


def combined(f: Frame, a: Value, b: Value, at: int) -> Value:
    """Return a function value that calls the functions of two."""
    if OneOf in (a.__class__, b.__class__):
        return b if a is None or a is EMPTY else a
    found = [*functions_of(f, a), *functions_of(f, b)]
    return _function_of(f, found, at)


def without(f: Frame, a: Value, b: Value, at: int) -> Value:
    """Return a function value without the functions of another."""
    kept = functions_of(f, a)
    for each in functions_of(f, b):
        gone = _code_of(f, each)
        last = next((place for place in range(len(kept) - 1, -1, -1) if _code_of(f, kept[place]) == gone), -1)
        if last >= 0:
            del kept[last]
    return _function_of(f, kept, at)


def _code_of(f: Frame, value: Value) -> Value:
    """Return the code of a function value, with its object and its captured variables, wherever it was made."""
    if value.__class__ is Ref and CODE in f[0].t[value.oid]:
        value = f[0].t[value.oid][CODE]
    return (value.name, value.proc, value.this, value.boxes) if value.__class__ is Func else value


def _function_of(f: Frame, found: list[Value], at: int) -> Value:
    if len(found) < 2:
        return found[0] if found else None
    site = (FUNCTIONS, at) if f[1].coarse else None
    fields: Table = dict(enumerate(found))
    fields[SIZE] = len(found)
    made: Ref = f[0].new(FUNCTIONS, fields, site)
    return made


def _combine(node: ir.Op, compile_: Compile, _: FindSide) -> Code:
    left, right = map(compile_, node.args)
    at, of = node.at, combined if node.name == "combine" else without
    return lambda f: of(f, left(f), right(f), at)


# Operators of classes of the page -------------------------------------------------------------------------------------


def operate(f: Frame, of: Operator, operands: list[Value], at: int) -> Value:
    """Return the result of an operator on objects: of their class's method, of functions; `MISSING` of any others."""
    several = next((at for at, each in enumerate(operands) if each.__class__ is OneOf and _has_class(f, each)), None)
    if several is not None:
        before, after = operands[:several], operands[several + 1 :]
        kept = [each for each in operands[several].options if each is not MISSING]
        return for_each(f, kept, lambda g, each: _operated(g, of, [*before, each, *after], at))
    method = of.method
    for each in operands:
        table = f[0].t[each.oid] if each.__class__ is Ref else None
        if table is not None and CLASS in table:
            line = lineage(f[1], table[CLASS])
            procs = line.named("methods", method) or line.named("methods", method.lower())
            if procs:
                return call_one(f, procs, operands, None, at)[0]
    joining = _OF_FUNCTIONS.get(method)
    if joining and len(operands) == 2 and f[1].world.library.has_types and any(is_function(f, x) for x in operands):
        return joining(f, operands[0], operands[1], at)
    return _same_fields(f, method, operands)


_OF_FUNCTIONS = {"op_Addition": combined, "op_Subtraction": without}


def _has_class(f: Frame, value: OneOf) -> bool:
    return any(each.__class__ is Ref and CLASS in f[0].t[each.oid] for each in value.options)


def _operated(f: Frame, of: Operator, operands: list[Value], at: int) -> Value:
    """Return the result of an operator for one choice of its operands."""
    made = operate(f, of, operands, at)
    if made is not MISSING:
        return made
    if of.plain is not None:
        operands = [of.plain(f, each) for each in operands]
    elif of.comparison and len(operands) == 2:
        operands = [comparable(f, *operands), comparable(f, *operands[::-1])]
    if of.comparison:
        return compared(of)(*operands)
    return (of.known if all(each.__class__ in KNOWN for each in operands) else of.unknown)(*operands)


def _same_fields(f: Frame, method: str, operands: list[Value]) -> Value:
    """Return whether two records or tuples have the same fields; `MISSING` for anything else."""
    if method not in ("op_Equality", "op_Inequality") or not all(each.__class__ is Ref for each in operands):
        return MISSING
    a, b = (f[0].t[each.oid] for each in operands)
    if a is b or a.get(CLASS) is not b.get(CLASS) or a[KIND] != b[KIND] or not _is_by_fields(a):
        return MISSING
    if a[KIND] == _TYPE:
        a, b = {"name": a.get("name")}, {"name": b.get("name")}
    found: Value = True
    for key in [*a]:
        if not (key.__class__ is str and key[:1] == "\0"):
            found = conjunction(found, compared(NET["eq-net"])(a[key], b.get(key)))
    return found if method == "op_Equality" else negation(found)


def _is_by_fields(table: Table) -> bool:
    return table[KIND] in (TUPLE, "anonymous", "type") or (CLASS in table and table[CLASS].is_record)


_TYPE = "type"
"""The kind of types as objects."""


def comparable(f: Frame, value: Value, other: Value) -> Value:
    """Return an operand of a comparison: an object that is compared with a text or a number is its value."""
    if value.__class__ is not Ref or other is None or other.__class__ in OBJECTS or CLASS in f[0].t[value.oid]:
        return value
    return default(f, value)


# Types ----------------------------------------------------------------------------------------------------------------


def convert(f: Frame, kind: str, value: Value, at: int = 0, *, is_basic: bool = True) -> Value:
    """Return a value as one of a type; ``is_basic``: as Visual Basic converts it."""
    of = value.__class__
    if of is Ref or kind in f[1].classes:
        made = _by_class(f, kind, value, at)
        if made is not MISSING:
            return made
        if of is Ref and kind in CONVERTED and CLASS not in f[0].t[value.oid]:
            value = default(f, value, at)
            of = value.__class__
    if kind not in CONVERTED:
        return _typed(f, kind, value) if kind not in f[1].classes else _of_class(f, kind, value)
    if of in KNOWN:
        return converted_known(kind, value, is_basic=is_basic)
    if of is OneOf:
        return _convert_each(f, kind, value, at, is_basic=is_basic)
    if of is Ref:
        return Some(TEXTS_OF.get(kind, "number"), labels_in(f, value))
    if of is Some and value.type == "text" and value.labels and kind != "string":
        may_fail(f)
    return converted_some(kind, value)


def _convert_each(f: Frame, kind: str, value: OneOf, at: int, *, is_basic: bool) -> Value:
    found = []
    for each in value.options:
        try:
            found.append(convert(f, kind, None if each is MISSING else each, at, is_basic=is_basic))
        except Thrown:
            may_fail(f)
    if not found:
        raise Thrown(_CAST)
    return choice(found)


_CAST, _OVERFLOW = 13, 6
"""Numbers of errors: of a value that is of no such type, of a number that is too large for its type."""


def _of_class(f: Frame, kind: str, value: Value) -> Value:
    """Return a value as one of a class of the page: it surely fails where no choice is one."""
    kept = [each for each in options(value) if each is None or is_of_type(f, each, kind) is not False]
    if not kept:
        raise Thrown(_CAST)
    if len(kept) == len(options(value)):
        return value
    may_fail(f)
    return choice(kept)


def _typed(f: Frame, kind: str, value: Value) -> Value:
    """Return a value of which nothing is known as one of a type of the library."""
    if value.__class__ is Some and not value.type and kind != "object" and kind in f[1].world.library.types:
        return Some(kind, value.labels, value.codes, value.form)
    return value


def _by_class(f: Frame, kind: str, value: Value, at: int) -> Value:
    """Return the result of a conversion that a class of the page declares; `MISSING` where none does."""
    run = f[1]
    symbols = [run.classes[kind]] if kind in run.classes else []
    if value.__class__ is Ref and CLASS in f[0].t[value.oid]:
        own = f[0].t[value.oid][CLASS]
        if symbols and is_kind_of(run, own, kind):
            return value
        symbols.insert(0, own)
    for symbol in symbols:
        for name in (f"op_Implicit.{kind}", f"op_Explicit.{kind}", f"op_implicit.{kind}", f"op_explicit.{kind}"):
            procs = lineage(run, symbol).named("methods", name)
            if procs:
                return call_one(f, procs, [value], None, at)[0]
    return MISSING


def _cast(node: ir.Op, compile_: Compile, _: FindSide) -> Code:
    kind, value, at = node.args[0], compile_(node.args[1]), node.at
    assert isinstance(kind, ir.Const)
    name, is_basic, is_checked = str(kind.value), node.name == "cast-vb", node.name == "cast-checked"
    own: Value = OWN_CLASSES.get(name)

    def cast(f: Frame) -> Value:
        found: Value = value(f)
        if found.__class__ is own and (own is not int or -_INT32 <= found < _INT32):
            return found
        if found.__class__ in KNOWN and name in CONVERTED:
            made = converted_known(name, found, is_basic=is_basic)
        else:
            made = convert(f, name, found, at, is_basic=is_basic)
        if is_checked and made.__class__ is int and found.__class__ is int and made != found:
            raise Thrown(_OVERFLOW)
        return made

    return cast


_INT32 = 1 << 31


def _is_object_of(f: Frame, table: Table, name: str, lower: str) -> Value:
    """Return whether an object is of a type of the library; `MISSING` leaves it to the distance."""
    library, which = f[1].world.library, table[KIND]
    kinds = lineage(f[1], table[CLASS]).types if CLASS in table else (which,)
    if any(each == lower or lower in library.bases.get(each, ()) for each in kinds):
        return True
    if CLASS in table:
        is_known = name not in f[1].classes and lower in library.types and library.types.issuperset(kinds)
        return False if is_known else MISSING
    return False if OPEN not in table and which.endswith("exception") and lower.endswith("exception") else MISSING


def is_of_type(f: Frame, value: Value, name: str) -> bool | None:
    """Return whether one value is of a type, ``None`` where that is not known."""
    if value is None or value.__class__ is Empty or value is MISSING:
        return False
    if name in ("object", ""):
        return True
    lower = name.lower()
    if value.__class__ is Ref:
        found = _is_object_of(f, f[0].t[value.oid], name, lower)
        if found is not MISSING:
            return found  # type: ignore[no-any-return]
    elif value.__class__ is Some and value.type == lower:
        return True
    elif value.__class__ is int and lower in _INTEGERS:
        return (lower == "int32") is (-_INT32 <= value < _INT32) or None
    own = _TYPES_OF.get(value.__class__)
    if own is not None and lower in PRIMITIVES and lower not in own:
        return False
    far = distance(f[1], f, value, name if name in f[1].classes else lower)
    if far is None:
        return False
    return True if 0 <= far < _LOOSE else None


_TYPES_OF = {
    bool: ("boolean",),
    str: ("string", "char"),
    Char: ("char",),
    float: ("double", "single", "decimal"),
}
"""The primitive types that a known value may be of."""
_LOOSE = 4
"""Types that are farther are not those of the value, but take it."""
_INTEGERS = frozenset({"int32", "int64", "uint32", "uint64", "int16", "uint16", "byte", "sbyte"})


def narrowed(f: Frame, value: Value, name: str) -> Value:
    """Return a value that is of a type."""
    lower = name.lower()
    if value.__class__ is not Some or value.type:
        return value
    kind = TEXTS_OF.get(lower, "number" if lower in CONVERTED else lower if lower in f[1].world.library.types else "")
    return Some("text" if lower == "string" else kind, value.labels, value.codes, value.form)


def _split(f: Frame, value: Value, name: str) -> tuple[list[Value], list[Value]]:
    """Return the choices of a value that may be of a type, and those that may not be."""
    yes, no = [], []
    for each in options(value):
        found = is_of_type(f, each, name)
        if found is not False:
            yes.append(narrowed(f, each, name))
        if found is not True:
            no.append(each)
    return yes, no


def _type_name(node: ir.Expr) -> str:
    value = node.value if isinstance(node, ir.Const) else ""
    return value.name if isinstance(value, TypeOf) else str(value)


def _is_type(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    """Return whether a value is of a type, with the facts about its place."""
    operand, name, side = compile_(node.args[0]), _type_name(node.args[1]), find_side(node.args[0])

    def is_type(f: Frame) -> Value:
        value = operand(f)
        yes, no = _split(f, value, name)
        if not yes or not no:
            return not no
        place = side.key(f) if side is not None and not side.seen else None
        if place is None:
            return TRUTH
        now = value_at(f, place)
        return Truth(((place, now, choice(yes)),), ((place, now, choice(no)),))

    return is_type


def _as(node: ir.Op, compile_: Compile, _: FindSide) -> Code:
    operand, name = compile_(node.args[0]), _type_name(node.args[1])

    def as_type(f: Frame) -> Value:
        yes, no = _split(f, operand(f), name)
        return choice([*yes, None] if no else yes)

    return as_type


def _type_object(node: ir.Op, compile_: Compile, _: FindSide) -> Code:
    name = _type_name(node.args[0])
    return lambda f: type_object(f, name)


def type_object(f: Frame, name: str) -> Ref:
    """Return the object that tells of a type; there is one of each."""
    oid = f"type {name}"
    if oid not in f[0].t:
        f[0].add(oid, {KIND: _TYPE, **f[1].world.library.fields.get(_TYPE, {}), "name": name})
    return Ref(oid)


# Arrays, tuples, copies -----------------------------------------------------------------------------------------------


def _new_array(node: ir.Op, compile_: Compile, _: FindSide) -> Code:
    """Return a new array of some sizes, all of whose elements are the first operand."""
    fill, *sizes = map(compile_, node.args)
    at = node.at

    def new_array(f: Frame) -> Value:
        found = [convert(f, "int32", each(f)) for each in sizes]
        is_known = all(each.__class__ is int for each in found)
        size = NUMBER if not is_known else found[0] if len(found) == 1 else tuple(found)
        first = fill(f)
        fields: Table = {DEFAULT: first, SIZE: size}
        if first.__class__ is Ref and size.__class__ is int:  # structures: each element is one of its own
            fields.update((index, copied(f, first, at)) for index in range(min(size, _MOST_STRUCTURES)))
        made: Ref = f[0].new(VECTOR, fields, (VECTOR, at) if f[1].coarse else None)
        return made

    return new_array


_MOST_STRUCTURES = 32
"""Elements of a new array that are structures of their own."""


def _resize_array(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    """Return an array of other sizes with the elements of one."""
    old, make = compile_(node.args[0]), _new_array(ir.Op("new-array", node.args[1:], node.at), compile_, find_side)

    def resize_array(f: Frame) -> Value:
        before = old(f)
        made = make(f)
        table = f[0].own(made.oid)
        size = table[SIZE] if table[SIZE].__class__ is int else MOST_ENTRIES
        for one in options(before):
            if one.__class__ is Ref and SIZE in f[0].t[one.oid]:
                for key, value in f[0].t[one.oid].items():
                    if key == REST or (key.__class__ is int and key < size) or key.__class__ is tuple:
                        table[key] = join(table[key], value) if key in table else value
        return made

    return resize_array


def _clone(node: ir.Op, compile_: Compile, _: FindSide) -> Code:
    """Return a copy of an object, whose fields have the same values."""
    operand, at = compile_(node.args[0]), node.at
    return lambda f: copied(f, operand(f), at)


def copied(f: Frame, value: Value, at: int) -> Value:
    """Return a copy of an object."""
    if value.__class__ is OneOf:
        return choice([copied(f, each, at) for each in value.options])
    if value.__class__ is not Ref:
        return value
    return f[0].copy(value.oid, ("copy", at) if f[1].coarse else None)


def _parts(node: ir.Op, compile_: Compile, _: FindSide) -> Code:
    """Return the parts of a value that is deconstructed, as a tuple."""
    operand, count, at = compile_(node.args[0]), node.args[1], node.at
    assert isinstance(count, ir.Const)
    number = int(count.value)

    def parts_of(f: Frame, value: Value) -> Value:
        table = f[0].t[value.oid] if value.__class__ is Ref else {}
        if SIZE in table:
            return value
        return new(f, TUPLE, _deconstructed(f, value, table, number, at), at)

    def parts(f: Frame) -> Value:
        value = operand(f)
        if value.__class__ is OneOf and all(each.__class__ is Ref for each in value.options):
            return for_each(f, value.options, parts_of)
        return parts_of(f, value)

    return parts


def _deconstructed(f: Frame, value: Value, table: Table, count: int, at: int) -> list[Value]:
    if CLASS in table:
        line = lineage(f[1], table[CLASS])
        procs = [
            each for name in ("Deconstruct", "deconstruct") for each in line.named("methods", name)
            if len(each.params) == count
        ]  # fmt: skip
        if procs:
            return call_one(f, procs, [EMPTY] * count, value, at)[1] or [UNKNOWN] * count
        params = next((each.params for each in line.constructors()[0] if len(each.params) == count), [])
        return [member(f, value, each.name, at) for each in params] or [Some("", labels_in(f, value))] * count
    if table.get(KIND) == "keyvaluepair":
        return [table.get("key", UNKNOWN), table.get("value", UNKNOWN)]
    return [Some("", labels_in(f, value))] * count


SPECIAL: dict[str, Callable[[ir.Op, Compile, FindSide], Code]] = {
    "bind": _bind,
    "combine": _combine,
    "uncombine": _combine,
    "cast": _cast,
    "cast-vb": _cast,
    "cast-checked": _cast,
    "is-type": _is_type,
    "as": _as,
    "type-object": _type_object,
    "new-array": _new_array,
    "resize-array": _resize_array,
    "clone": _clone,
    "with": _clone,
    "parts": _parts,
}
"""Operators that need more than the values of their operands."""
