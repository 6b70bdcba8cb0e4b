"""Compiler: code of the core becomes functions of Python over a frame; the case of known values comes first in each.

A frame is a list: 0 the heap, 1 the run, 2 ``this``, 3 the result, then registers.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from dataclasses import replace as changed
from itertools import compress
from operator import is_not
from typing import Any

from webshellhunt.core import ir, net_compile, properties, script_compile
from webshellhunt.core.budget import ENTRIES_OF_STEPS, PARTS_OF_STEP, TEXT_OF_STEP, sized
from webshellhunt.core.calls import call
from webshellhunt.core.classes import lineage
from webshellhunt.core.containers import next_item, slot_in, spread
from webshellhunt.core.conversions import FailError
from webshellhunt.core.ending import PageEnd, Thrown
from webshellhunt.core.errors import doubt_conversion, error_number, may_fail
from webshellhunt.core.facts import (
    Side,
    Turns,
    about_arguments,
    apply,
    comparison_facts,
    note_copies,
    outside,
    restore,
    tells,
)
from webshellhunt.core.heap import CLASS, CODE, KIND, PAGE, REST, TOLD, put_at, value_at
from webshellhunt.core.letter_loops import plain, variable_of
from webshellhunt.core.members import (
    FIXED as _FIXED,
)
from webshellhunt.core.members import (
    NO_OBJECT,
    Found,
    assigned,
    call_in_scope,
    call_one,
    call_value,
    copied_struct,
    invoke,
    item,
    member,
    missing,
    new,
    quick,
    set_item,
    set_member,
    single_object,
    stepped,
    unknown_call,
    use_row,
)
from webshellhunt.core.net_operators import NET
from webshellhunt.core.operators import OPERATORS as BASIC
from webshellhunt.core.operators import (
    Operator,
    compared,
    conjunction,
    disjunction,
    each_pair,
    negation,
    number_of,
    subtracted,
    truth_of,
)
from webshellhunt.core.php_operators import PHP
from webshellhunt.core.procedure import Code, CodeBlock, Fork, Frame, compiled
from webshellhunt.core.rows import SELF
from webshellhunt.core.text import strcomp
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NUMBER,
    OBJECTS,
    TRUTH,
    UNKNOWN,
    Argument,
    Char,
    Empty,
    Fact,
    Func,
    Measure,
    Named,
    OneOf,
    Parts,
    Ref,
    Sign,
    Some,
    Truth,
    TypeOf,
    Value,
    join,
    labels_of,
    options,
    same,
)

Store = Callable[[Frame, Any], None]
OPERATORS = BASIC | NET | PHP

# Expressions ----------------------------------------------------------------------------------------------------------


def expression(node: Value) -> Code:
    """Return the function of an expression; one with a key notes each text that it is."""
    code = _EXPRESSIONS[node.__class__](node)
    key = getattr(node, "key", None)
    if key is None or _is_never_text(node):
        return code
    is_register = node.__class__ is ir.Load and node.place.__class__ is ir.Local
    return _noting_register(node.place.slot, key) if is_register else _noting(code, key)


def _is_never_text(node: ir.Expr) -> bool:
    """True if no value of an expression is a text."""
    if node.__class__ is ir.Op:
        found = OPERATORS.get(node.name)
        return found is not None and (bool(found.comparison) or found.unknown in _NO_TEXTS)
    return node.__class__ is ir.Pure and node.row.result.what in _NO_TEXTS


_NO_TEXTS = frozenset({number_of, truth_of, subtracted, "number", "codes", "truth", "none"})
"""The nodes that make the results of operators and rows that are never texts."""


def _noting_register(slot: int, key: Value) -> Code:
    def noting(f: Frame) -> Value:
        value = f[slot]
        if value.__class__ is str:
            found = f[1].noted.get(key)
            if found is None:
                f[1].noted[key] = [value, False]
            elif found[1]:
                found[0] = value
            elif found[0] != value:
                found[:] = value, True
        return value

    return noting


def _noting(code: Code, key: Value) -> Code:
    """Return an expression that notes the texts that it is (`KnownTexts.note`)."""

    def noting(f: Frame) -> Value:
        value = code(f)
        if value.__class__ is str:
            found = f[1].noted.get(key)
            if found is None:
                f[1].noted[key] = [value, False]
            elif found[1]:
                found[0] = value
            elif found[0] != value:
                found[:] = value, True
        return value

    return noting


def _const(node: ir.Const) -> Code:
    value = node.value
    return lambda f: value


def _let(node: ir.Let) -> Code:
    slot, value, body = node.slot, expression(node.value), expression(node.body)

    def let(f: Frame) -> Value:
        f[slot] = value(f)
        return body(f)

    return let


def _cond(node: ir.Cond) -> Code:
    """Return the choice between two expressions; of an unknown condition both, each with the facts of the answer."""
    test, yes, no = _condition(node.test), expression(node.yes), expression(node.no)
    at = getattr(node.test, "at", 0)

    def cond(f: Frame) -> Value:
        value = test(f)
        if value is True:
            return yes(f)
        if value is False:
            return no(f)
        f[1].undecided.add(at + f[1].unit * ir.UNIT)
        before = apply(f, value.yes)
        a = yes(f)
        restore(f, before)
        before = apply(f, value.no)
        b = no(f)
        restore(f, before)
        return _either(value, a, b)

    return cond


def _either(test: Truth, a: Value, b: Value) -> Value:
    """Return the value of a choice if its condition is not known."""
    a, b = True if a is test else a, False if b is test else b
    if (a.__class__ is bool or a.__class__ is Truth) and (b.__class__ is bool or b.__class__ is Truth):
        return disjunction(conjunction(test, a), conjunction(negation(test), b))
    return join(a, b)


def _lambda(node: ir.Lambda) -> Code:
    proc, captured, at, has_this = node.proc, node.captured, node.at, node.has_this
    name = proc.name

    def function(f: Frame) -> Value:
        boxes = tuple([f[slot] for slot in captured])
        code = Func(name, proc, f[2] if has_this else None, boxes, at)
        return f[0].new("function", {CODE: code}, (name, at) if f[1].coarse else None)

    return function


# Places: reading ------------------------------------------------------------------------------------------------------


def _load(node: ir.Load) -> Code:
    return read(node.place)


def read(place: ir.Place) -> Code:
    """Return how to read a place."""
    if place.__class__ is ir.Local:
        return operator.itemgetter(place.slot)
    if place.__class__ is ir.Global:
        return _read_global(place.name)
    if place.__class__ is ir.Field:
        return _read_field(place)
    if place.__class__ is ir.Property:
        return script_compile.load(place, expression)
    assert isinstance(place, ir.Item)
    return _read_item(place)


def _read_global(name: str) -> Code:
    def read_global(f: Frame) -> Value:
        value = f[0].t[PAGE].get(name, MISSING)
        return value if value is not MISSING else missing(f, name)

    return read_global


def _read_field(place: ir.Field) -> Code:
    base, name, at, of = expression(place.base), place.name, place.at, place.of
    lower = name.lower()

    def read_field(f: Frame) -> Value:
        value = base(f)
        kind = value.__class__
        if kind is Ref:
            table = f[0].t[value.oid]
            if table[KIND] == "box":
                return table.get(name, UNKNOWN)
            symbol = table.get(CLASS)
            if symbol is not None and name in table and not of and name not in lineage(f[1], symbol).names:
                return table[name]
        elif kind in _VALUES and (made := quick(f, value, lower, ())) is not MISSING:
            return made
        return member(f, value, name, at, of)

    return read_field


_VALUES = frozenset({str, int, Char, TypeOf})
"""Values whose members are those of a type of the library."""


def _read_item(place: ir.Item) -> Code:
    base, at = place.base, place.at
    keys = [*map(expression, place.keys)]
    if base.__class__ is ir.Load and base.place.__class__ is ir.Field:
        subject, name, at, of = expression(base.place.base), base.place.name, base.place.at, base.place.of
        return lambda f: invoke(f, subject(f), name, [key(f) for key in keys], at, of)[0]
    value = expression(base)
    if len(keys) > 1:
        return lambda f: item(f, value(f), [key(f) for key in keys], at)
    key = keys[0] if keys else _const(ir.Const(MISSING))

    def read_item(f: Frame) -> Value:
        subject, k = value(f), key(f)
        if subject.__class__ is Ref and k.__class__ is int:
            table = f[0].t[subject.oid]
            if k in table and table[KIND] in _FIXED and REST not in table:
                return table[k]
        return item(f, subject, [k] if k is not MISSING else [], at)

    return read_item


# Places that a condition is about ------------------------------------------------------------------------------------

_SEEN_THROUGH = frozenset({"lcase", "ucase", "strtolower", "strtoupper", "trim", "ltrim", "rtrim", "cstr"})
"""Rows of one argument that a condition on their result sees through: their result is the place's text but for its
letter case and blanks."""


_CODES = frozenset({"asc", "ascw", "ord"})
_OF_TEXTS: dict[str, Callable[[Any], Any]] = {
    "tolower": str.lower, "toupper": str.upper, "tolowerinvariant": str.lower, "toupperinvariant": str.upper,
    "trim": str.strip, "trimstart": str.lstrip, "trimend": str.rstrip, "tostring": str, "normalize": str,
    "tochararray": str,
}  # fmt: skip
"""Members of texts that a condition on their result sees through."""


def _seen_through(node: Value) -> tuple[Any, Callable[[Any], Any]] | None:
    """Return the text whose member a call or a read is, and the function of known texts that the member is."""
    if node.__class__ is ir.Op and node.name == "typed":
        return node.args[0], lambda value: value
    if node.__class__ is ir.Call and not node.args and isinstance(node.callee, ir.Field):
        node = ir.Load(node.callee)
    if node.__class__ is not ir.Load or node.place.__class__ is not ir.Field:
        return None
    of = _OF_TEXTS.get(node.place.name.lower())
    if of is None:
        return None
    return node.place.base, lambda value: of(value) if value.__class__ is str else value


def place_in(node: ir.Expr) -> ir.Expr:
    """Return the expression in functions that a condition on their result sees through."""
    while (inner := _operand(node)) is not None:
        node = inner[0]
    return node


def _operand(node: Value) -> tuple[Any, Callable[[Any], Any]] | None:
    """Return the operand of a function that a condition on its result sees through, and the function."""
    if node.__class__ is ir.Pure and node.row.names[-1] in _SEEN_THROUGH and len(node.args) == 1:
        return (node.args[0], node.row.known) if node.row.known is not None else None
    return script_compile.seen_through(node) or _seen_through(node)


def place_key(node: Value, *, is_compared: bool = False) -> Side | None:
    """Return the place that an expression reads, for the facts of a condition about it; a letter's by its code."""
    seen: list[Callable[[Any], Any]] = []
    if is_compared and node.__class__ is ir.Pure and node.row.names[-1] in _CODES and node.row.known is not None:
        seen, node = [node.row.known], node.args[0]
    while (inner := _operand(node)) is not None:
        seen.insert(0, inner[1])
        node = inner[0]
    key = _key_of(node.place) if node.__class__ is ir.Load else None
    if node.__class__ is ir.Call and node.callee.__class__ is ir.Field and len(node.args) == 1:
        key = _key_of_item(ir.Item(ir.Load(node.callee, node.at), [node.args[0].value], node.at))
    return Side(key, tuple(seen)) if key is not None else None


def _key_of(place: ir.Place) -> Code | None:
    if place.__class__ is ir.Local:
        slot = place.slot
        return lambda f: slot
    if place.__class__ is ir.Global:
        variable = (PAGE, place.name)
        return lambda f: variable
    if place.__class__ is ir.Field:
        if place.base.__class__ is not ir.Load and place.base.__class__ is not ir.Const:
            return None
        return _key_of_field(expression(place.base), place.name)
    if place.__class__ is ir.Property:
        return script_compile.key(place, expression)
    assert isinstance(place, ir.Item)
    return _key_of_item(place)


def _key_of_field(base: Code, name: str) -> Code:
    """Return the key of a field: an object of the library has its names in lower case."""
    lower = name.lower()

    def field_key(f: Frame) -> Value:
        value = base(f)
        if value.__class__ is not Ref:
            return None
        table = f[0].t[value.oid]
        return (value.oid, name if name in table or lower not in table else lower)

    return field_key


def _key_of_item(place: ir.Item) -> Code | None:
    """Return the key of an entry of an object, or of an element of an array, by a key without effect."""
    if len(place.keys) != 1 or not _is_plain(place.keys[0]):
        return None
    base, key = place.base, expression(place.keys[0])
    is_member = base.__class__ is ir.Load and base.place.__class__ is ir.Field and base.place.base.__class__ is ir.Const
    subject = expression(base) if is_member or _is_plain(base) else _single_object(base)
    if subject is None:
        return None

    def entry_key(f: Frame) -> Value:
        value = subject(f)
        if value.__class__ is not Ref:
            return None
        table = f[0].t[value.oid]
        if table[KIND] in _INDEXED:
            index = key(f)
            return (value.oid, index) if index.__class__ is int and index in table else None
        slot = slot_in(table, key(f)) if table[KIND] != "object" else None
        return (value.oid, slot) if slot is not None else None

    return entry_key


_INDEXED = frozenset({"array", "list", "vector", "genericlist"})
"""Kinds of objects whose elements have numbers."""


def _single_object(node: ir.Expr) -> Code | None:
    """Return an object of which there is one, by members of a variable that have no effect."""
    names: list[str] = []
    while node.__class__ is ir.Load and node.place.__class__ is ir.Field:
        names.insert(0, node.place.name)
        node = node.place.base
    if not names or not _is_plain(node):
        return None
    base = expression(node)

    def found(f: Frame) -> Value:
        value = base(f)
        for name in names:
            value = single_object(f, value, name)
        return value

    return found


def _is_plain(node: ir.Expr) -> bool:
    """True for a constant or a variable."""
    if node.__class__ is ir.Op and node.name == "typed":
        node = node.args[0]
    return node.__class__ is ir.Const or (node.__class__ is ir.Load and node.place.__class__ in (ir.Local, ir.Global))


# Operators ------------------------------------------------------------------------------------------------------------


def _op(node: ir.Op) -> Code:
    """Return an operator: quick forms of known operands, else its general function."""
    if node.name.endswith("-js"):
        return script_compile.operation(node, expression, place_key)
    special = net_compile.SPECIAL.get(node.name)
    if special is not None:
        return special(node, expression, place_key)
    found = OPERATORS.get(node.name)
    args = [*map(expression, node.args)]
    if found is None:
        return lambda f: number_of(*(each(f) for each in args))
    if len(args) == 1:
        return _unary(found, args[0], node.at)
    if len(args) != 2:
        return _many(found, args)
    left, right = args
    if found.comparison:
        return _comparison(node, found, left, right)
    general = _general(found, node.at)
    constant = node.args[1].value if node.args[1].__class__ is ir.Const else None
    if found.whole is not None and constant.__class__ is int:
        return _with_constant(found.whole, general, left, constant)
    if found.texts is operator.add:
        return _joining(found.whole, general, left, right)
    if found.whole is not None:
        return _of_wholes(found.whole, general, left, right)
    return lambda f: general(f, left(f), right(f))


def _general(of: Operator, at: int) -> Callable[[Frame, Any, Any], Any]:
    known, unknown, plain, method = of.known, of.unknown, of.plain, of.method

    def general(f: Frame, a: Value, b: Value) -> Value:
        if method and (a.__class__ in OBJECTS or b.__class__ in OBJECTS):
            made = net_compile.operate(f, of, [a, b], at)
            if made is not MISSING:
                return made
        if plain is not None:
            if a.__class__ in OBJECTS:
                a = plain(f, a)
            if b.__class__ in OBJECTS:
                b = plain(f, b)
        if a.__class__ in KNOWN and b.__class__ in KNOWN:
            return known(a, b)
        if a.__class__ is OneOf or b.__class__ is OneOf:
            made = each_pair(of, a, b)
            if made is not MISSING:
                return made
        return unknown(a, b)

    return general


def _unary(of: Operator, operand: Code, at: int) -> Code:
    known, unknown, plain, method = of.known, of.unknown, of.plain, of.method

    def unary(f: Frame) -> Value:
        a = operand(f)
        if method and a.__class__ in OBJECTS:
            made = net_compile.operate(f, of, [a], at)
            if made is not MISSING:
                return made
        if plain is not None and a.__class__ in OBJECTS:
            a = plain(f, a)
        return known(a) if a.__class__ in KNOWN else unknown(a)

    return unary


def _many(of: Operator, operands: list[Code]) -> Code:
    known, unknown = of.known, of.unknown

    def many(f: Frame) -> Value:
        values = [each(f) for each in operands]
        return (known if all(each.__class__ in KNOWN for each in values) else unknown)(*values)

    return many


def _with_constant(whole: Value, general: Value, left: Code, constant: int) -> Code:
    def with_constant(f: Frame) -> Value:
        a = left(f)
        return whole(a, constant) if a.__class__ is int else general(f, a, constant)

    return with_constant


def _joining(whole: Value, general: Value, left: Code, right: Code) -> Code:
    def joining(f: Frame) -> Value:
        a, b = left(f), right(f)
        kind = a.__class__
        if kind is b.__class__:
            if kind is str:
                text = a + b
                return text if len(text) < TEXT_OF_STEP else sized(f, text)
            if kind is int and whole is not None:
                return whole(a, b)
        elif kind is str and b.__class__ is Char:
            text = a + b
            return text if len(text) < TEXT_OF_STEP else sized(f, text)
        value = general(f, a, b)
        if value.__class__ is Parts and len(value.parts) > PARTS_OF_STEP:
            f[1].budget.left -= len(value.parts)
        return value

    return joining


def _of_wholes(whole: Value, general: Value, left: Code, right: Code) -> Code:
    def of_wholes(f: Frame) -> Value:
        a, b = left(f), right(f)
        return whole(a, b) if a.__class__ is int and b.__class__ is int else general(f, a, b)

    return of_wholes


def _comparison(node: ir.Op, of: Operator, left: Code, right: Code) -> Code:
    at_once, answer, plain, relation, method = of.whole, compared(of), of.plain, of.comparison, of.method
    at = node.at
    sides = place_key(node.args[0], is_compared=True), place_key(node.args[1], is_compared=True)
    assert at_once is not None

    def comparison(f: Frame) -> Value:
        a, b = left(f), right(f)
        kind = a.__class__
        if kind is b.__class__ and (kind is int or kind is str or kind is Char):
            return at_once(a, b)
        if method and (kind in OBJECTS or b.__class__ in OBJECTS):
            made = net_compile.operate(f, of, [a, b], at)
            if made is not MISSING:
                return made
            if plain is None:
                a, b = net_compile.comparable(f, a, b), net_compile.comparable(f, b, a)
        if plain is not None:
            a, b = plain(f, a), plain(f, b)
        value = answer(a, b)
        if value is TRUTH and (sides != (None, None) or tells(a) or tells(b)):
            return comparison_facts(f, relation, answer, ((sides[0], a), (sides[1], b)))
        return value

    return comparison


# Functions of the library ---------------------------------------------------------------------------------------------

_NOT_KNOWN = (FailError, ValueError, TypeError, OverflowError, KeyError, IndexError)
"""Errors by which a function for known arguments says that it fails, or that it does not know the result after all."""


def _pure(node: ir.Pure) -> Code:
    row, at = node.row, node.at
    if row.is_script:
        return script_compile.pure(node, expression, _Sides(node.args))
    args = [*map(expression, node.args)]
    known = row.known
    sides = _Sides(node.args)

    def general(f: Frame, values: list[Any]) -> Value:
        result = use_row(f, row, None, values, at)
        return sides.about_places(f, result) if result.__class__ in _WITH_FACTS else result

    if row.parted is strcomp:
        return _compared_texts(args, sides, general)
    if known is None or row.do is not None or row.is_text:
        return lambda f: general(f, [each(f) for each in args])
    return _known_of_one(known, general, args[0]) if len(args) == 1 else _known_of_many(known, general, args)


def _compared_texts(args: list[Code], sides: _Sides, general: Value) -> Code:
    """Return ``StrComp``: of texts that are not known, a number with the facts that follow where they are equal."""
    equal = compared(OPERATORS["eq-vb"])

    def equal_words(a: Value, b: Value) -> Value:
        return equal(*(each.lower() if each.__class__ is str else each for each in (a, b)))

    def compared_texts(f: Frame) -> Value:
        values = [each(f) for each in args]
        found = general(f, values)
        if found.__class__ in KNOWN or len(values) < 2:
            return found
        pairs = [(sides.side(Argument(index)), each) for index, each in enumerate(values[:2])]
        answer = equal_words if values[2:] == [1] else equal
        return Sign(comparison_facts(f, "eq", answer, (pairs[0], pairs[1])))

    return compared_texts


def _known_of_one(known: Callable[..., Any], general: Value, arg: Code) -> Code:
    def of_one(f: Frame) -> Value:
        a = arg(f)
        if a.__class__ in KNOWN:
            try:
                result = known(a)
            except _NOT_KNOWN:
                return general(f, [a])
            return result if a.__class__ is not str or len(a) < TEXT_OF_STEP else _counted(f, result, a)
        return general(f, [a])

    return of_one


def _known_of_many(known: Callable[..., Any], general: Value, args: list[Code]) -> Code:
    def of_many(f: Frame) -> Value:
        values = [each(f) for each in args]
        for value in values:
            if value.__class__ not in KNOWN:
                return general(f, values)
        try:
            result = known(*values)
        except _NOT_KNOWN:
            return general(f, values)
        if result.__class__ is str:
            return result if len(result) < TEXT_OF_STEP else sized(f, result)
        first = values[0] if values else None
        return result if first.__class__ is not str or len(first) < TEXT_OF_STEP else _counted(f, result, first)

    return of_many


def _counted(f: Frame, result: Value, text: str) -> Value:
    """Return the result of a function over a long text, and count its cost."""
    f[1].budget.left -= len(text) // TEXT_OF_STEP
    return sized(f, result) if result.__class__ is str and len(result) >= TEXT_OF_STEP else result


_WITH_FACTS = frozenset({Truth, Measure, Sign, Ref})


class _Sides:
    """The places of the arguments of a call, for the facts of a result of the library about them; most say nothing."""

    __slots__ = ("_args", "_found", "_subject")

    def __init__(self, args: Sequence[ir.Expr], subject: ir.Expr | None = None) -> None:
        self._args = args
        self._subject = subject
        self._found: dict[Argument, Side | None] = {}

    def about_places(self, f: Frame, result: Value) -> Value:
        """Return a result whose facts about arguments are about their places."""
        kind = result.__class__
        if kind is Truth:
            return Truth(self._facts(f, result.yes), self._facts(f, result.no)) if result.yes or result.no else result
        if kind is Sign:
            return Sign(self.about_places(f, result.equal))
        if kind is Ref:
            if (name := f[0].t[result.oid].get(TOLD)).__class__ is str:
                f[0].own(result.oid).update({name: self.about_places(f, f[0].t[result.oid][name]), TOLD: None})
            return result
        return changed(result, told=self.about_places(f, result.told)) if kind is Measure else result

    def _facts(self, f: Frame, facts: tuple[Fact, ...]) -> tuple[Fact, ...]:
        found: list[Fact] = []
        for key, now, then in facts:
            if key.__class__ is not Argument:
                found.append((key, now, then))
                continue
            side = self.side(key)
            place = side.key(f) if side is not None else None
            if place is not None and ((now := value_at(f, place)).__class__ is not Ref or then.__class__ is Ref):
                found.append((place, now, then))
        return tuple(found)

    def side(self, argument: Argument) -> Side | None:
        """Return the place of an argument, of its only unknown part where the argument is inner."""
        if argument not in self._found:
            node = self._args[argument.index] if 0 <= argument.index < len(self._args) else None
            if argument.index == SELF:
                node = self._subject
            while argument.is_copy and (original := script_compile.replaced_in(node)) is not None:
                node = original
            side = place_key(node) if node is not None else None
            if side is None and node is not None and argument.is_inner:
                side = _inner_key(node)
            self._found[argument] = side
        return self._found[argument]


def _inner_key(node: ir.Expr) -> Side | None:
    """Return the place of the only part of a text that is no constant."""
    while node.__class__ is ir.Op and len(node.args) == 2:
        others = [each for each in node.args if each.__class__ is not ir.Const]
        if len(others) != 1:
            return None
        node = others[0]
    return place_key(node)


# Calls ----------------------------------------------------------------------------------------------------------------


def _arguments(args: list[ir.Arg]) -> Callable[[Frame], list[Any]]:
    names = len(args)
    while names and args[names - 1].name:
        names -= 1
    codes = [expression(each.value) if at < names else _named(each) for at, each in enumerate(args)]
    if not any(each.is_spread for each in args):
        return lambda f: [each(f) for each in codes]
    pairs = [(code, each.is_spread) for code, each in zip(codes, args, strict=True)]

    def values(f: Frame) -> list[Any]:
        found: list[Any] = []
        for code, is_spread in pairs:
            value = code(f)
            if is_spread:
                found += spread(f, value)
            else:
                found.append(value)
        return found

    return values


def _named(arg: ir.Arg) -> Code:
    """Return an argument that has the name of its parameter; one before an argument by place is by place itself."""
    value, name = expression(arg.value), arg.name
    return lambda f: Named(name, value(f))


class _Outs:
    """The values that go back to the arguments of a call: last values of parameters, and facts about them."""

    __slots__ = ("_out", "_places", "is_seen_through", "sides", "stores")

    def __init__(self, args: list[ir.Arg], subject: ir.Expr | None = None) -> None:
        self.sides = _Sides([each.value for each in args], subject)
        self.stores = [(index, write(each.out)) for index, each in enumerate(args) if each.out is not None]
        self._out = frozenset(index for index, _ in self.stores)
        self._places = [place_key(each.value) for each in args]
        self.is_seen_through = any(each is not None and bool(each.seen) for each in self._places)

    def before(self, f: Frame) -> list[Any]:
        """Return the values of the places that arguments are made of, before the call; only where one is no place."""
        if not self.is_seen_through:
            return []
        keys = [each.key(f) if each is not None and each.seen else None for each in self._places]
        return [None if key is None else value_at(f, key) for key in keys]

    def given_back(self, f: Frame, found: Found, values: list[Any], before: list[Any]) -> Value:
        """Write the parameters that the procedure changed; return the result with facts about the arguments."""
        result, finals, proc = found
        if proc is None:
            if finals is not None:
                self._given_by_library(f, finals)
            return self.sides.about_places(f, result) if result.__class__ in _WITH_FACTS else result
        written = proc.written()
        for index, store in self.stores if written else ():
            if 4 + index in written and index < len(proc.params) and proc.params[index].is_out:
                store(f, outside(finals[index]))
        for index in compress(range(len(values)), map(is_not, finals, values)):
            if 4 + index not in written:
                self._narrow(f, index, finals[index], values, before)
        is_telling = result.__class__ is Truth or tells(result)
        return self._about_places(f, found, values, before) if is_telling else result

    def _given_by_library(self, f: Frame, finals: list[Any]) -> None:
        for index, store in self.stores:
            if index < len(finals) and finals[index] is not MISSING:
                store(f, finals[index])

    def _about_places(self, f: Frame, found: Found, values: list[Any], before: list[Any]) -> Value:
        """Return the result of a procedure, with facts about the places of arguments."""
        result, finals, proc = found
        assigned_ones, written = proc.assigned(), proc.written()

        def place(g: Frame, index: int, now: Value) -> tuple[Any, Any] | None:
            if not 0 <= index < len(values) or index >= len(finals):
                return None
            is_out = index in self._out and 4 + index in written and proc.params[index].is_out
            if is_out and now is finals[index]:
                return self._place_given_back(g, index, finals[index])
            if 4 + index in assigned_ones or (4 + index in written and finals[index] is not values[index]):
                return None
            return self._place(values, before, g, index)

        return about_arguments(f, result, place)

    def _place_given_back(self, f: Frame, index: int, final: Value) -> tuple[Any, Any] | None:
        """Return the key and the value of the place that got the last value of a parameter."""
        side = self._places[index]
        key = side.key(f) if side is not None and not side.seen else None
        return None if key is None or not same(now := value_at(f, key), outside(final)) else (key, now)

    def _narrow(self, f: Frame, index: int, final: Value, values: list[Any], before: list[Any]) -> None:
        """Keep the facts about an argument that the procedure returned with: other values ended the page."""
        is_formed = final.__class__ is Some and bool(final.form)
        if values[index].__class__ in KNOWN or not (is_formed or all(x.__class__ in KNOWN for x in options(final))):
            return
        side, found = self._places[index], self._place(values, before, f, index)
        if side is not None and not side.seen and found is not None:
            put_at(f, found[0], final)

    def _place(self, values: list[Any], before: list[Any], f: Frame, index: int) -> tuple[Any, Any] | None:
        """Return the key and the value of the place that an argument reads, ``None`` if it changed in the call."""
        side = self._places[index] if index < len(self._places) else None
        key = side.key(f) if side is not None else None
        if side is None or key is None:
            return None
        now = value_at(f, key)
        return (key, now) if now is (before if side.seen else values)[index] else None


def _call(node: ir.Call) -> Code:
    callee = node.callee
    base = callee.base if callee.__class__ in (ir.Field, ir.Property) else None
    outs, at = _Outs(node.args, base), node.at
    if callee.__class__ is ir.Property:
        return script_compile.call_member(node, expression, outs)  # which compiles the arguments; twice a level is 2ⁿ
    values = _arguments(node.args)
    if callee.__class__ is str:
        if node.scope is not None:
            return _call_text(callee, values, node.scope, at)
        return _call_by_name(callee, values, outs, at)
    if callee.__class__ is ir.Field:
        return _call_member(callee, values, outs, at)
    return _call_value(expression(callee), values, outs, at)


def _call_value(function: Code, values: Callable[[Frame], list[Any]], outs: _Outs, at: int) -> Code:
    """Return the call of the value of a variable."""

    def call_it(f: Frame) -> Value:
        value, given, before = function(f), values(f), outs.before(f)
        if f[1].prototypes and not outs.stores:
            return properties.call_value(f, value, given, None, at, (outs, before))
        return outs.given_back(f, call_value(f, value, given, at), given, before)

    return call_it


def _call_by_name(name: str, values: Callable[[Frame], list[Any]], outs: _Outs, at: int) -> Code:
    def call_by_name(f: Frame) -> Value:
        given, before = values(f), outs.before(f)
        proc = f[1].procs.get(name)
        if proc is None:
            return outs.given_back(f, (unknown_call(f, name, given, at), None, None), given, before)
        if proc.is_chosen or (given and given[-1].__class__ is Named):
            procs = [proc, *map(compiled, proc.source.others)]
            return outs.given_back(f, call_one(f, procs, given, None, at), given, before)
        return outs.given_back(f, (*call(f, proc, given, None, at), proc), given, before)

    return call_by_name


def _call_text(name: str, values: Callable[[Frame], list[Any]], scope: Value, at: int) -> Code:
    """Return a call of a function that may run a text in the scope of the call."""

    def call_text(f: Frame) -> Value:
        return call_in_scope(f, name, values(f), at, scope)

    return call_text


def _call_member(callee: ir.Field, values: Callable[[Frame], list[Any]], outs: _Outs, at: int) -> Code:
    base, name, of = expression(callee.base), callee.name, callee.of
    lower = name.lower()

    def call_member(f: Frame) -> Value:
        subject = base(f)
        given = values(f)
        if subject.__class__ in _VALUES and (made := quick(f, subject, lower, given)) is not MISSING:
            return made
        before = outs.before(f)
        return outs.given_back(f, invoke(f, subject, name, given, at, of), given, before)

    return call_member


def _new(node: ir.New) -> Code:
    name, values, at = node.type, _arguments(node.args), node.at
    if node.callee is None:
        return lambda f: new(f, name, values(f), at)
    return script_compile.new(node, expression)


# Places: writing ------------------------------------------------------------------------------------------------------


def write(place: ir.Place) -> Store:
    """Return the assignment to a place."""
    if place.__class__ is ir.Local:
        slot = place.slot

        def to_local(f: Frame, value: Value) -> None:
            f[slot] = value

        return to_local
    if place.__class__ is ir.Global:
        name = place.name

        def to_global(f: Frame, value: Value) -> None:
            heap = f[0]
            (heap.t[PAGE] if PAGE in heap.owned else heap.own(PAGE))[name] = outside(value)

        return to_global
    if place.__class__ is ir.Field:
        base, name, at = expression(place.base), place.name, place.at
        return _write_field(base, name, at, place.of)
    if place.__class__ is ir.Property:
        return script_compile.store(place, expression)
    assert isinstance(place, ir.Item)
    return _write_item(place)


def _write_field(base: Code, name: str, at: int, of: str) -> Store:
    def write_field(f: Frame, value: Value) -> None:
        subject = base(f)
        if subject.__class__ is Ref and value.__class__ in KNOWN:
            table = f[0].t[subject.oid]
            symbol = table.get(CLASS)
            if symbol is not None and name in table and not of and name not in lineage(f[1], symbol).names:
                f[0].write(subject.oid, name, value)
                return
        set_member(f, subject, name, [], value, at, of)

    return write_field


def _write_item(place: ir.Item) -> Store:
    base, at = place.base, place.at
    keys = [*map(expression, place.keys)]
    if base.__class__ is ir.Load and base.place.__class__ is ir.Field:
        subject, name, at, of = expression(base.place.base), base.place.name, base.place.at, base.place.of
        return lambda f, value: set_member(f, subject(f), name, [key(f) for key in keys], value, at, of)
    container = expression(base)
    if len(keys) != 1:
        return lambda f, value: set_item(f, container(f), [key(f) for key in keys], value, at)
    key = keys[0]

    def write_item(f: Frame, value: Value) -> None:
        subject, k = container(f), key(f)
        if subject.__class__ is Ref and k.__class__ is int and value.__class__ in KNOWN:
            table = f[0].t[subject.oid]
            if k in table and table[KIND] in _FIXED and len(table) <= ENTRIES_OF_STEPS:
                f[0].write(subject.oid, k, value)
                return
        set_item(f, subject, [k], value, at)

    return write_item


# Assignments ----------------------------------------------------------------------------------------------------------


def _write(node: ir.Write) -> Code:
    """Return an assignment as an expression, which notes copies."""
    code, keys = _written(node), _copied_by(node)
    if keys is None:
        return code
    mine, other = keys

    def write_copy(f: Frame) -> Value:
        found = code(f)
        value, of = value_at(f, mine), value_at(f, other)
        if value.__class__ is Some and same(value, of):
            value, of = changed(value), changed(of)  # objects that no other places have
            put_at(f, mine, value)
            put_at(f, other, of)
            note_copies(f, value, of)
        return found

    return write_copy


def _copied_by(node: Value) -> tuple[Any, Any] | None:
    """Return the keys of the variable of an assignment and of the one whose text it gets; ``None`` for other code."""
    value, mine = node, variable_of(node.place) if node.__class__ is ir.Write and not node.is_old else None
    if mine is not None:
        value, inner = None, node.value
        while inner is not value:
            value, inner = inner, place_in(plain(inner))
    other = variable_of(value.place) if value.__class__ is ir.Load else None
    is_apart = other.__class__ is tuple and mine.__class__ is int  # writing the other one would be an effect
    return None if mine is None or other is None or mine == other or is_apart else (mine, other)


def _written(node: ir.Write) -> Code:
    value, put, at, place = expression(node.value), write(node.place), node.at, node.place
    name = place.name if isinstance(place, (ir.Local, ir.Global, ir.Field)) else ""
    if node.is_old:
        return _write_after(read(place), value, put)
    if node.how == "copy" or node.how == "value":
        return _write_copy(place, value, put, name, at, assigned if node.how == "copy" else copied_struct)
    if node.how == "letter":
        return lambda f: put(f, renewed(value(f)))
    if node.how == "step":
        return _write_step(value, put, name or getattr(getattr(place, "name", None), "value", ""), at)
    checks = node.how == "object" and (place.__class__ is not ir.Local or bool(place.name))

    if not checks and place.__class__ is ir.Local:
        return _share_in_register(place.slot, value)

    def share(f: Frame) -> Value:
        v = value(f)
        if checks:
            _check_object(f, v)
        put(f, v)
        return v

    return share


def renewed(value: Value) -> Value:
    """Return a value as one of its own: facts about the letter of another turn are not about this one."""
    return changed(value) if value.__class__ is Some else value


def _share_in_register(slot: int, value: Code) -> Code:
    def share_in_register(f: Frame) -> Value:
        v = f[slot] = value(f)
        return v

    return share_in_register


def _check_object(f: Frame, value: Value) -> None:
    """Fail if a value is no object; a text that is not known may be one that gives the text."""
    if value.__class__ in (str, int, float, bool, Empty):
        raise Thrown(NO_OBJECT)
    if value.__class__ is Some and value.type == "text":
        may_fail(f)


def _write_step(value: Code, put: Store, name: str, at: int) -> Code:
    def write_step(f: Frame) -> Value:
        v = stepped(value(f), name, at)
        put(f, v)
        return v

    return write_step


def _write_after(old: Code, value: Code, put: Store) -> Code:
    def write_after(f: Frame) -> Value:
        before = old(f)
        put(f, value(f))
        return before

    return write_after


def _write_copy(
    place: ir.Place, value: Code, put: Store, name: str, at: int, stored: Callable[[Frame, Any, str, int], Any]
) -> Code:
    if place.__class__ is ir.Local:
        slot = place.slot

        def copy_to_local(f: Frame) -> Value:
            v = value(f)
            f[slot] = v = v if v.__class__ in KNOWN else stored(f, v, name, at)
            return v

        return copy_to_local
    if place.__class__ is ir.Global:

        def copy_to_variable(f: Frame) -> Value:
            v = value(f)
            if v.__class__ not in KNOWN:
                v = outside(stored(f, v, name, at))
            heap = f[0]
            (heap.t[PAGE] if PAGE in heap.owned else heap.own(PAGE))[name] = v
            return v

        return copy_to_variable

    def copy(f: Frame) -> Value:
        v = value(f)
        if v.__class__ not in KNOWN:
            v = stored(f, v, name, at)
        put(f, v)
        return v

    return copy


_EXPRESSIONS: dict[type, Callable[[Any], Code]] = {
    ir.Const: _const,
    ir.Load: _load,
    ir.Write: _write,
    ir.Op: _op,
    ir.Pure: _pure,
    ir.Call: _call,
    ir.New: _new,
    ir.Lambda: _lambda,
    ir.Cond: _cond,
    ir.Let: _let,
}

# Ends of blocks -------------------------------------------------------------------------------------------------------


def block(node: ir.Block) -> CodeBlock:
    """Compile a block."""
    code = [_resuming(each) if node.resumes else expression(each) for each in node.code]
    end = node.end
    following = getattr(end, "yes", getattr(end, "done", getattr(end, "to", -1)))
    copies = [keys for each in node.code if (keys := _copied_by(each)) is not None]
    leave = _ENDS[end.__class__](end)
    return CodeBlock(code, leave, len(code) + 1, node.resumes, node.handler, node.caught, following, copies)


def _resuming(node: ir.Expr) -> Code:
    """Return an expression that an error is passed over in: an assignment that may fail may leave the value before."""
    code = expression(node)
    if node.__class__ is not ir.Write or node.place.__class__ not in (ir.Local, ir.Global) or not _converts(node.value):
        return code
    key = _key_of(node.place)
    assert key is not None

    def assign(f: Frame) -> Value:
        place, number = key(f), error_number(f)
        before = value_at(f, place)
        value = code(f)
        if labels_of(before) and error_number(f) is NUMBER and (kept := join(value, before)) is not value:
            put_at(f, place, kept)
            doubt_conversion(f, number, (place, kept, value), (place, kept, before))
        return value

    return assign


def _converts(node: ir.Expr) -> bool:
    """True if an expression converts a possible text, and so may fail."""
    if node.__class__ is ir.Pure and node.row.fails and node.row.result.what in _CONVERTED:
        return not all(map(_is_never_text, node.args))
    return node.__class__ in (ir.Pure, ir.Op) and any(map(_converts, node.args))


_CONVERTED = frozenset({"codes", "truth", "form"})
"""The results of rows that convert."""


def _condition(test: ir.Expr) -> Code:
    """Return a condition: a truth value, known or not."""
    convert = OPERATORS["truth-vb"]
    if test.__class__ is ir.Op and test.name.endswith("-js"):
        return expression(test)
    if test.__class__ is ir.Op and test.name.startswith("truth-"):
        convert, test = OPERATORS[test.name], test.args[0]
    method, at = convert.method, getattr(test, "at", 0)
    value, side = expression(test), place_key(test)
    known, unknown, plain = convert.known, convert.unknown, convert.plain

    def condition(f: Frame) -> Value:
        found = value(f)
        if found.__class__ is bool or found.__class__ is Truth:
            return found
        if (
            method
            and found.__class__ in OBJECTS
            and (made := net_compile.operate(f, convert, [found], at)) is not MISSING
        ):
            found = made
        if plain is not None:
            found = plain(f, found)
        if found.__class__ in KNOWN:
            return known(found)
        answer = unknown(found)
        if answer is TRUTH and found.__class__ is OneOf and side is not None:
            return comparison_facts(f, "truth", lambda each, _: _answer(known, each), ((side, found), (None, None)))
        return answer

    return condition


def _answer(known: Callable[[Any], Any], value: Value) -> Value:
    """Return a value of a condition that may be several as a truth value."""
    if value.__class__ not in KNOWN:
        return value if value.__class__ is Truth else TRUTH
    try:
        return known(value)
    except Thrown:
        return TRUTH


def _jump(end: ir.Jump) -> Code:
    to = end.to
    return lambda f: to


def _end_page(f: Frame) -> Value:
    raise PageEnd


def _return(end: ir.Return) -> Code:
    ends_page = end.ends_page
    if end.value is None:
        return _end_page if ends_page else lambda f: -1
    result = expression(end.value)

    def leave(f: Frame) -> int:
        f[3] = result(f)
        if ends_page:
            raise PageEnd
        return -1

    return leave


def _throw(end: ir.Throw) -> Code:
    value = expression(end.value) if end.value is not None else None

    def throw(f: Frame) -> Value:
        raise Thrown(value=MISSING if value is None else value(f))

    return throw


def _next(end: ir.Next) -> Code:
    """Return the step of a loop over items; where it is not known if there is one more, only the body gets it."""
    slot, put, body, done = end.iterator, write(end.target), end.body, end.done
    fork = Fork(body, done)
    find_key = _key_of(end.target) if end.target.__class__ in (ir.Local, ir.Global) else None
    turns = _turns(end.turns) if end.turns is not None else None

    def step(f: Frame) -> Value:
        kind, value = next_item(f[1], f, slot, [], 0)
        if kind == "done":
            return done
        if kind == "item":
            put(f, value)
            return body
        key = find_key(f) if find_key is not None else None
        if key is None:
            put(f, value)
            f[1].truth = TRUTH
        else:
            told = () if turns is None else turns.passed(f, slot)
            value = renewed(value)
            f[1].truth = Truth(((key, value_at(f, key), value),), told)
        return fork

    return step


def _turns(turns: ir.Turns) -> Turns | None:
    """Return how the turns of a loop over letters are noted, ``None`` where the text or a letter has no place."""
    text, letters = place_key(turns.text), [*map(place_key, turns.letters)]
    flags = [(place_key(flag), answer) for flag, answer in turns.flags]
    known = [each for each in letters if each is not None]
    if text is None or len(known) < len(letters):
        return None
    return Turns(text, known, [(side, answer) for side, answer in flags if side is not None])


def _counted_turns(turns: ir.Turns) -> Callable[[Frame], tuple[Fact, ...]] | None:
    """Return how the turns of a loop that counts are noted where its condition is not known."""
    noted = _turns(turns)
    if noted is None or turns.index is None or turns.bound is None:
        return None
    slot, first, more = turns.slot, turns.first, turns.more
    text, index, bound = expression(turns.text), expression(turns.index), expression(turns.bound)

    def passed(f: Frame) -> tuple[Fact, ...]:
        number, last, it = index(f), bound(f), f[slot]
        is_known = number.__class__ is int
        if is_known and number == first:
            it = ("any", number, 0)
        elif it.__class__ is not tuple or (is_known and (it[1].__class__ is not int or it[1] + 1 != number)):
            it = EMPTY  # letters before this one were not looked at
        is_whole = last.__class__ is Measure and last.what is None and last.plus + more >= first
        is_whole = is_whole and same(last.of, text(f))
        f[slot] = ("any", number, it[2]) if is_whole and it.__class__ is tuple else EMPTY
        return noted.passed(f, slot)

    return passed


def _branch(end: ir.Branch) -> Code:
    test, yes, no, at = _condition(end.test), end.yes, end.no, end.at
    fork = Fork(yes, no)
    stays = end.turns is not None and end.turns.stays
    passed = _counted_turns(end.turns) if end.turns is not None else None

    def branch(f: Frame) -> Value:
        value = test(f)
        if value is True:
            return yes
        if value is False:
            return no
        if passed is not None and (told := passed(f)):
            value = Truth(value.yes, value.no + told) if stays else Truth(value.yes + told, value.no)
        f[1].truth = value
        f[1].undecided.add(at + f[1].unit * ir.UNIT)
        return fork

    return branch


_ENDS: dict[type, Callable[[Any], Code]] = {
    ir.Jump: _jump,
    ir.Branch: _branch,
    ir.Next: _next,
    ir.Return: _return,
    ir.Throw: _throw,
}
