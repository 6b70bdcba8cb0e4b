"""Compiler of the constructs of languages with prototypes: properties, their operators, calls of function values.

`compile` asks here for the place `ir.Property` and for operators whose names end in ``-js``.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from webshellhunt.core import ir, members
from webshellhunt.core import properties as p
from webshellhunt.core import script_operators as ops
from webshellhunt.core.budget import TEXT_OF_STEP, sized
from webshellhunt.core.containers import slot_in
from webshellhunt.core.facts import Side, comparison_facts, tells
from webshellhunt.core.heap import CLASS, CODE, KIND, PAGE, PROTOTYPE, REST, SIZE, value_at
from webshellhunt.core.library_calls import labels_in
from webshellhunt.core.procedure import Code, Frame
from webshellhunt.core.script_values import text_of
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    TRUTH,
    UNKNOWN,
    Empty,
    Func,
    Method,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    Value,
    choice,
    options,
)

Compile = Callable[[Any], Code]
FindSide = Callable[[Any], "Side | None"]
"""How to find the place that an expression reads; `compile.place_key`."""

_EXACT = 1 << 53
_TEXTS = p.prototype_of("String")
_OBJECTS = p.prototype_of("Object")
_CONVERTED = frozenset({Ref, OneOf, Func, Method})


# Properties -----------------------------------------------------------------------------------------------------------


def load(place: ir.Property, compile_: Compile) -> Code:
    """Return how to read a property."""
    base, at, is_key = compile_(place.base), place.at, place.is_key
    if place.name.__class__ is ir.Const and not is_key:
        return _load_named(base, p.key_of(place.name.value), at)
    key = compile_(place.name)

    def read(f: Frame) -> Value:
        value, k = base(f), key(f)
        if k.__class__ is int:
            if value.__class__ is Ref:
                table = f[0].t[value.oid]
                found = table.get(k, MISSING)
                if found is not MISSING and found.__class__ is not OneOf and REST not in table:
                    return found
            elif value.__class__ is str and 0 <= k < len(value):
                return value[k]
        if is_key and p.has_keys(f, value):
            return members.item(f, value, [k], at)
        if k.__class__ not in KNOWN:
            k = p.primitive(f, k, "text")
        return p.get(f, value, k, at)

    return read


def _load_named(base: Code, name: Value, at: int) -> Code:
    is_length = name == "length"

    def read(f: Frame) -> Value:
        value = base(f)
        if value.__class__ is Ref:
            table = f[0].t[value.oid]
            found = table.get(name, MISSING)
            if (
                found is not MISSING
                and found.__class__ is not OneOf
                and REST not in table
                and table[KIND] in p.SCRIPTED
            ):
                return found
            if is_length and table[KIND] == "list" and table[SIZE].__class__ is int:
                return table[SIZE]
        elif is_length and value.__class__ is str:
            return len(value)
        return p.get(f, value, name, at)

    return read


def store(place: ir.Property, compile_: Compile) -> Callable[[Frame, Any], None]:
    """Return how to assign to a property."""
    base, key, at, is_key = compile_(place.base), compile_(place.name), place.at, place.is_key

    def write(f: Frame, value: Value) -> None:
        k = key(f)
        if is_key and p.has_keys(f, owner := base(f)):
            members.set_item(f, owner, [k], value, at)
            return
        p.put(f, base(f), k if k.__class__ in KNOWN else p.primitive(f, k, "text"), value, at)

    return write


def key(place: ir.Property, compile_: Compile) -> Callable[[Frame], Any] | None:
    """Return how to find the key of a property of an object: one that is there."""
    is_this = isinstance(place.base, ir.Op) and place.base.name == "this-js"
    if not (is_this or place.base.__class__ in (ir.Load, ir.Const)) or place.name.__class__ not in (ir.Load, ir.Const):
        return None
    base, name, is_key = compile_(place.base), compile_(place.name), place.is_key

    def find(f: Frame) -> Value:
        value, k = base(f), p.key_of(name(f))
        if is_key and value.__class__ is Method and value.name == "item":  # ``x.Item["k"]`` is ``x["k"]``
            value = value.subject
        if value.__class__ is not Ref or k is None:
            return None
        table = f[0].t[value.oid]
        if is_key and table[KIND] not in p.SCRIPTED and CLASS not in table:
            slot = slot_in(table, k)
            return (value.oid, slot) if slot is not None else None
        return (value.oid, k) if k in table and table[KIND] in p.SCRIPTED else None

    return find


_SEEN_THROUGH: dict[str, Callable[[str], str]] = {
    "toLowerCase": str.lower,
    "toUpperCase": str.upper,
    "toString": str,
    "valueOf": str,
}
"""Methods of texts that a condition on their result sees through."""


def seen_through(node: Value) -> tuple[Any, Callable[[Any], Any]] | None:
    """Return the operand of a conversion that a condition sees through, and the conversion of known values."""
    if node.__class__ is ir.Op and node.name == "text-js":
        return node.args[0], text_of
    if node.__class__ is ir.Call and node.callee.__class__ is ir.Property and not node.args:
        name = node.callee.name
        of = _SEEN_THROUGH.get(name.value) if name.__class__ is ir.Const else None
        if of is not None:
            return node.callee.base, lambda value: of(text_of(value))
    return None


def replaced_in(node: Value) -> Value:
    """Return the text in which a call replaces something, ``None`` for anything else."""
    if node.__class__ is not ir.Call or node.callee.__class__ is not ir.Property:
        return None
    name = node.callee.name
    return node.callee.base if name.__class__ is ir.Const and name.value == "replace" else None


def pure(node: ir.Pure, compile_: Compile, sides: Value) -> Code:
    """Return a function of the library of a language with prototypes; ``sides`` are the places of its arguments."""
    row, at = node.row, node.at
    args = [compile_(each) for each in node.args]

    def general(f: Frame, values: list[Any]) -> Value:
        result = p.use(f, row, None, values, at)
        return sides.about_places(f, result) if result.__class__ in p.WITH_FACTS else result

    known = row.known
    if known is not None and row.is_exact(len(args)):
        if len(args) != 1:
            return _known_of_many(known, args, general)
        only = args[0]

        def of_one(f: Frame) -> Value:
            value = only(f)
            if value.__class__ in KNOWN:
                try:
                    return known(value)
                except NOT_KNOWN:
                    pass
            return general(f, [value])

        return of_one
    return lambda f: general(f, [each(f) for each in args])


def _known_of_many(known: Callable[..., Value], args: list[Code], general: Callable[..., Value]) -> Code:
    def of_many(f: Frame) -> Value:
        values = [each(f) for each in args]
        for value in values:
            if value.__class__ not in KNOWN:
                return general(f, values)
        try:
            return known(*values)
        except NOT_KNOWN:
            return general(f, values)

    return of_many


NOT_KNOWN = (ValueError, TypeError, OverflowError, KeyError, IndexError)
"""Errors by which a function for known arguments says that it does not know the result after all."""


# Calls ----------------------------------------------------------------------------------------------------------------


def arguments(nodes: Sequence[ir.Arg], compile_: Compile) -> Callable[[Frame], list[Any]]:
    """Return how to evaluate arguments."""
    codes = [compile_(each.value) for each in nodes]
    if any(each.is_spread for each in nodes):
        return _spread([(code, each.is_spread) for code, each in zip(codes, nodes, strict=True)])
    if len(codes) == 1:
        only = codes[0]
        return lambda f: [only(f)]
    return lambda f: [each(f) for each in codes]


def _spread(codes: Sequence[tuple[Code, bool]]) -> Callable[[Frame], list[Any]]:
    """Return how to evaluate arguments of which some are lists of several."""

    def evaluate(f: Frame) -> list[Any]:
        found: list[Any] = []
        for code, is_spread in codes:
            value = code(f)
            if not is_spread:
                found.append(value)
                continue
            listed = f[1].world.rows["js", "list-of"].do(f[1], f, None, [value], 0, None)
            items = p.items_of(f, listed)
            found += items if items is not None else [choice([*p.some_items(f, listed), EMPTY])] * _SOME_SPREAD
        return found

    return evaluate


_SOME_SPREAD = 3
"""Arguments that a list of unknown length stands for."""


def call_member(node: ir.Call, compile_: Compile, outs: Value) -> Code:
    """Return the call of a property, with its object as ``this``; ``outs`` are the places of its arguments."""
    callee = node.callee
    assert isinstance(callee, ir.Property)
    base, at, values_of = compile_(callee.base), node.at, arguments(node.args, compile_)
    if callee.name.__class__ is not ir.Const or callee.name.value.__class__ is not str:
        name_of = compile_(callee.name)

        def call_computed(f: Frame) -> Value:
            subject, name = base(f), name_of(f)
            name = name if name.__class__ in KNOWN else p.primitive(f, name, "text")
            values = values_of(f)
            return p.call_property(f, subject, name, values, at, (outs, outs.before(f)))

        return call_computed
    name = callee.name.value
    lower = name.lower()

    of_base = callee.base.place if callee.base.__class__ is ir.Load else None
    slot = of_base.slot if of_base.__class__ is ir.Local else 0

    def call(f: Frame) -> Value:
        subject, values = base(f), values_of(f)
        if slot and subject.__class__ is Some and lower in f[1].world.gatherers:
            f[slot] = Some(subject.type, subject.labels.union(*(labels_in(f, each) for each in values)))
        if subject.__class__ is str:
            tables = f[0].t
            row = f[1].world.rows.get(("text", lower))
            is_own = name not in tables.get(_TEXTS, ()) and name not in tables.get(_OBJECTS, ())
            if row is not None and row.below is not None and name[:1].isupper():
                row = None  # a method of .NET
            if is_own and row is not None and row.known is not None and row.is_exact(len(values) + 1):
                if KNOWN.issuperset(map(type, values)):
                    try:
                        return row.known(subject, *values)
                    except NOT_KNOWN:
                        pass
                return p.about(f, (p.use(f, row, subject, values, at), None, None), values, (outs, []))
        return p.call_property(f, subject, name, values, at, (outs, outs.before(f)))

    return call


def new(node: ir.New, compile_: Compile) -> Code:
    """Return ``new f(…)`` of a function value."""
    callee, at, values_of = compile_(node.callee), node.at, arguments(node.args, compile_)
    return lambda f: p.construct(f, callee(f), values_of(f), at)


# Operators ------------------------------------------------------------------------------------------------------------


def operation(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    """Return an operator whose name ends in ``-js``."""
    special = _SPECIAL.get(node.name)
    if special is not None:
        return special(node, compile_, find_side)
    if node.name in ops.UNARY:
        operand, of = compile_(node.args[0]), ops.UNARY[node.name]
        return lambda f: of(_primitive(f, operand(f), "number"))
    return _binary(node, compile_, find_side)


def _primitive(f: Frame, value: Value, hint: str = "") -> Value:
    return p.primitive(f, value, hint) if value.__class__ in _CONVERTED else value


def _binary(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    left, right = map(compile_, node.args)
    general, whole = ops.BINARY[node.name], ops.WHOLE.get(node.name)
    hint = "" if node.name == "add-js" else "number"
    relation = node.name[:2] if node.name in ("lt-js", "gt-js", "le-js", "ge-js") else ""
    sides = (find_side(node.args[0]), find_side(node.args[1])) if relation else (None, None)
    if node.name == "add-js":

        def add(f: Frame) -> Value:
            a, b = left(f), right(f)
            if a.__class__ is str and b.__class__ is str:
                text = a + b
                return text if len(text) < TEXT_OF_STEP else sized(f, text)
            if a.__class__ is int and b.__class__ is int:
                number = a + b
                return number if -_EXACT <= number <= _EXACT else float(number)
            return general(_primitive(f, a), _primitive(f, b))

        return add

    def run(f: Frame) -> Value:
        a, b = left(f), right(f)
        if a.__class__ is int and b.__class__ is int and whole is not None:
            return whole(a, b)
        found = general(_primitive(f, a, hint), _primitive(f, b, hint))
        if (
            relation
            and (found is TRUTH or found.__class__ is OneOf)
            and (sides != (None, None) or tells(a) or tells(b))
        ):
            return comparison_facts(f, relation, general, ((sides[0], a), (sides[1], b)))
        return found

    return run


def _truth(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    operand, find = compile_(node.args[0]), _key(find_side(node.args[0]))
    chosen = _chosen(node.args[0], compile_, find_side)

    def run(f: Frame) -> Value:
        value = operand(f)
        if value.__class__ is bool or value.__class__ is Truth:
            return value
        found = truth_at(f, value, find)
        return chosen(f, ops.truth) or found if found is TRUTH and chosen is not None else found

    return run


def _chosen(node: ir.Expr, compile_: Compile, find_side: FindSide) -> Callable[..., Truth | None] | None:
    """Return the facts of an answer about ``o[k]`` about the place of ``k``: it is one of the names of ``o``."""
    place = node.place if node.__class__ is ir.Load else None
    if place.__class__ is not ir.Property or place.name.__class__ is ir.Const:
        return None
    if place.base.__class__ not in (ir.Load, ir.Const, ir.Cond):
        return None
    base, find = compile_(place.base), _key(find_side(place.name))
    if find is None:
        return None

    def chosen(f: Frame, answer: Callable[[Any], Any]) -> Truth | None:
        subject, key = base(f), find(f)
        names, rest = p.names_of(f, subject) if subject.__class__ is Ref else ([], UNKNOWN)
        if key is None or rest is not MISSING or value_at(f, key).__class__ in KNOWN or answer(EMPTY) is not False:
            return None
        kept = [each for each in names if answer(p.get(f, subject, each, 0)) is not False]
        return Truth(((key, value_at(f, key), choice([*kept])),)) if kept else None

    return chosen


def _key(side: Side | None) -> Callable[[Frame], Any] | None:
    return None if side is None or side.seen else side.key


def truth_at(f: Frame, value: Value, find: Value) -> Value:
    """Return a value as a truth value, with its facts about its place."""
    found = ops.truth(value)
    if found is not None:
        return found
    place = None if find is None else find(f)
    if place is None:
        return TRUTH
    now = value_at(f, place)
    return Truth(((place, now, ops.truthy(now)),), ((place, now, ops.falsy(now)),))


def _not(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    truth = _truth(node, compile_, find_side)
    return lambda f: ops.negated(truth(f))


def _logic(is_or: bool) -> Callable[[ir.Op, Compile, FindSide], Code]:
    """Return ``||`` or ``&&`` of two conditions, the second of which is evaluated if the first does not decide."""

    def compiled(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
        left, right = map(compile_, node.args)

        def run(f: Frame) -> Value:
            a = left(f)
            return a if a is is_or else ops.either_way(is_or, a, right(f))

        return run

    return compiled


def _equality(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    left, right = map(compile_, node.args)
    sides = find_side(node.args[0]), find_side(node.args[1])
    chosen = _chosen(node.args[0], compile_, find_side)
    is_equal = node.name.startswith("eq")
    is_strict = "strict" in node.name

    def run(f: Frame) -> Value:
        a, b = left(f), right(f)
        if a.__class__ is b.__class__ and (a.__class__ is str or a.__class__ is int):
            return (a == b) is is_equal
        found = equal(f, a, b, is_strict=is_strict)
        if found is TRUTH and (sides != (None, None) or tells(a) or tells(b)):

            def answer(x: Value, y: Value) -> Value:
                return equal(f, x, y, is_strict=is_strict)

            found = comparison_facts(f, "eq", answer, ((sides[0], a), (sides[1], b)))
            if found is TRUTH and not is_strict:
                found = _equal_to_number(f, sides[0], a, b) or _equal_to_number(f, sides[1], b, a) or found
        if found is TRUTH and chosen is not None and b.__class__ in KNOWN:
            found = chosen(f, lambda x: equal(f, x, b, is_strict=is_strict)) or found
            found = found if found is not TRUTH else _otherwise(chosen(f, lambda x: _differs(f, x, b, is_strict)))
        return found if is_equal else ops.negated(found)

    return run


def _equal_to_number(f: Frame, side: Side | None, value: Value, other: Value) -> Truth | None:
    """Return what ``v == parseInt(v)`` says of ``v``: a text that equals the number that it was read as is one."""
    key = side.key(f) if side is not None and not side.seen else None
    if key is None or value.__class__ is not Some or value.type not in ("", "text") or not value.labels:
        return None
    if other.__class__ is not Some or other.type != "number" or not value.labels <= other.codes:
        return None
    return Truth(((key, value, Some("text", codes=value.labels | value.codes, form="digits")),))


def _differs(f: Frame, a: Value, b: Value, is_strict: bool) -> Value:
    return ops.negated(equal(f, a, b, is_strict=is_strict))


def _otherwise(truth: Truth | None) -> Truth:
    """Return a truth value that says the same where it is false."""
    return TRUTH if truth is None else Truth((), truth.yes)


def equal(f: Frame, a: Value, b: Value, *, is_strict: bool) -> Value:
    """Return whether two values are equal."""
    is_a, is_b = a.__class__ is Ref, b.__class__ is Ref
    if is_a and is_b:
        return TRUTH if a.oid in f[0].weak and a == b else bool(a == b)
    if is_a or is_b:
        ref, other = (a, b) if is_a else (b, a)
        if other.__class__ in KNOWN and (other is None or other.__class__ is Empty):
            return False
        if f[0].t[ref.oid][KIND] in p.SCRIPTED and (is_strict or other.__class__ in (Func, Method)):
            return False if other.__class__ in KNOWN or other.__class__ is Parts else TRUTH
        if other.__class__ in (Func, Method, OneOf):
            return TRUTH
        value = p.primitive(f, ref)
        return TRUTH if value.__class__ is Ref else ops.equal(value, other, is_strict=is_strict)
    return ops.equal(a, b, is_strict=is_strict)


def _typeof(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    operand = compile_(node.args[0])

    def run(f: Frame) -> Value:
        words = [p_type(f, each) for each in options(operand(f))]
        return choice([word or Some("text") for word in words])

    return run


def p_type(f: Frame, value: Value) -> str:
    """Return the result of ``typeof`` for one value, "" where that is not known."""
    if value.__class__ is Ref:
        return "function" if f[0].t[value.oid][KIND] == "function" else "object"
    if value.__class__ in (Func, Method):
        return "function"
    word = "undefined" if value is MISSING else ops.type_word(value)
    return "object" if word == "null" else word


def _is_kind(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    """``typeof x == "word"``, with the facts about the place of ``x``."""
    operand, find = compile_(node.args[0]), _key(find_side(node.args[0]))
    word = _constant(node.args[1])
    chosen = _chosen(node.args[0], compile_, find_side)

    def run(f: Frame) -> Value:
        yes, no = [], []
        for each in options(operand(f)):
            found, narrowed = ops.of_kind(each, word, p_type(f, each))
            if found is not False:
                yes.append(narrowed)
            if found is not True:
                no.append(each)
        if not yes or not no:
            return not no
        place = None if find is None else find(f)
        if place is None:
            said = chosen(f, lambda each: ops.of_kind(each, word, p_type(f, each))[0]) if chosen is not None else None
            return said or TRUTH
        now = value_at(f, place)
        return Truth(((place, now, choice(yes)),), ((place, now, choice(no)),))

    return run


def _in(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    name_of, base = map(compile_, node.args)
    find = _key(find_side(node.args[0]))

    def run(f: Frame) -> Value:
        name, subject = name_of(f), base(f)
        return has_at(f, subject, name, None if find is None else find(f), is_own=False)

    return run


def has_at(f: Frame, subject: Value, name: Value, place: Value, *, is_own: bool) -> Value:
    """Return whether an object has a property, with the facts about the place of its name."""
    found = p.has(f, subject, name, is_own=is_own)
    if found is not None:
        return found
    if place is None or subject.__class__ is not Ref or name.__class__ in KNOWN:
        return TRUTH
    names, rest = p.names_of(f, subject)
    if rest is not MISSING:
        return TRUTH
    return Truth(((place, value_at(f, place), choice([*names]) if names else EMPTY),))


def _instance(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    operand, function = map(compile_, node.args)

    def run(f: Frame) -> Value:
        found = {_is_instance(f, a, b) for a in options(operand(f)) for b in options(function(f))}
        return found.pop() if len(found) == 1 else TRUTH

    return run


def _is_instance(f: Frame, value: Value, function: Value) -> Value:
    if value.__class__ in KNOWN or value.__class__ is Parts:
        return False
    if value.__class__ is not Ref or function.__class__ is not Ref:
        return TRUTH
    table = f[0].t[function.oid]
    wanted = p.prototype(f, function) if CODE in table else table.get("prototype")
    each: Value = value
    for _ in range(16):
        if each == wanted:
            return True
        if each.__class__ is not Ref:
            return each is None and _is_of(f, value, function)
        each = f[0].t[each.oid].get(PROTOTYPE)
    return TRUTH


def _is_of(f: Frame, value: Ref, function: Ref) -> bool:
    """True if a class of the library made an object."""
    names = (p.CLASSES.get(f[0].t[value.oid][KIND], ""), "Object")
    return function.oid.__class__ is str and any(function.oid == f"js.{name}" for name in names)


def _delete(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    base, key = map(compile_, node.args)
    return lambda f: p.remove(f, base(f), _primitive(f, key(f), "text"))


def _text(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    """``String(x)``; a variable of that type keeps nothing as it is."""
    operand, keeps_nothing = compile_(node.args[0]), node.name == "string-js"

    def run(f: Frame) -> Value:
        value = operand(f)
        if value.__class__ is str or (keeps_nothing and (value is None or value is EMPTY)):
            return value
        return p.text(f, value)

    return run


def _has_name(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    """Return whether the object of a ``with`` has a name; one of the library has a name that nothing else has."""
    base = compile_(node.args[0])
    name, is_declared = map(_constant, node.args[1:])

    def run(f: Frame) -> Value:
        found = [_offers(f, each, name, is_declared) for each in options(base(f))]
        return found[0] if len({*found}) == 1 else TRUTH

    return run


def _offers(f: Frame, subject: Value, name: str, is_declared: bool) -> Value:
    if subject.__class__ is not Ref:
        return False if subject.__class__ in KNOWN or is_declared else TRUTH
    if f[0].t[subject.oid][KIND] not in p.SCRIPTED:
        return not is_declared or p.has(f, subject, name, is_own=False) is True
    found = p.has(f, subject, name, is_own=f[0].t[subject.oid][KIND] == "box")
    return TRUTH if found is None else found


def _outside(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    """Return an object by a name that nothing declares: not known, rather than an error that nobody handles."""
    operand = compile_(node.args[0])

    def run(f: Frame) -> Value:
        value = operand(f)
        return UNKNOWN if value is EMPTY and not f[1].handled else value

    return run


def _constant(node: ir.Expr) -> Value:
    return node.value if isinstance(node, ir.Const) else None


def _this(node: ir.Op, compile_: Compile, find_side: FindSide) -> Code:
    """``this``: the object of the call, else the page."""
    page = Ref(PAGE)

    def run(f: Frame) -> Value:
        value = f[2]
        return page if value is None or value is EMPTY else value

    return run


_SPECIAL: dict[str, Callable[[ir.Op, Compile, FindSide], Code]] = {
    "truth-js": _truth,
    "not-js": _not,
    "any-js": _logic(is_or=True),
    "all-js": _logic(is_or=False),
    "eq-js": _equality,
    "ne-js": _equality,
    "eq-strict-js": _equality,
    "ne-strict-js": _equality,
    "typeof-js": _typeof,
    "is-kind-js": _is_kind,
    "in-js": _in,
    "instance-js": _instance,
    "delete-js": _delete,
    "text-js": _text,
    "string-js": _text,
    "has-name-js": _has_name,
    "this-js": _this,
    "outside-js": _outside,
}
"""Operators that need more than the values of their operands."""

__all__ = ["arguments", "call_member", "key", "load", "new", "operation", "store"]
