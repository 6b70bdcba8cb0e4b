"""Operators of ECMA-262 languages over values that are no objects; the facts of a comparison about places.

Source: ECMA-262, "Expressions".
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

from webshellhunt.core.operators import added, measured, subtracted
from webshellhunt.core.script_values import (
    NAN,
    Number,
    as_text,
    int32,
    kind_of,
    number_of,
    text_of,
    tidy,
    truth_of,
)
from webshellhunt.core.text import all_facts
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    MOST,
    NONE,
    NUMBER,
    TRUTH,
    Empty,
    Func,
    Measure,
    Method,
    OneOf,
    Parts,
    Ref,
    Sign,
    Some,
    Truth,
    Value,
    both,
    bounded,
    choice,
    concat,
    labels_of,
    options,
)

Facts = tuple[tuple[Any, Any, Any], ...]

_OBJECTS = (Ref, Func, Method)
_MEASURED = frozenset({Measure, Sign})
_NUMBERS = frozenset({Truth, Measure, Sign})


def some_number(*values: Value) -> Value:
    """Return some number that is computed from values: their labels come back when it becomes a letter."""
    codes = NONE
    for each in values:
        for one in options(each):
            if one.__class__ is Some:
                codes |= one.codes | one.labels
            elif one.__class__ is Parts:
                codes |= labels_of(one)
            elif one.__class__ is Measure and one.what is not None:
                codes |= labels_of(one.what)
    return Some("number", NONE, codes) if codes else NUMBER


def each_pair(of: Callable[[Any, Any], Any], a: Value, b: Value) -> Value:
    """Return the result for each pair of options, ``MISSING`` where they are too many."""
    if len(options(a)) * len(options(b)) > MOST:
        return MISSING
    return choice([of(x, y) for x in options(a) for y in options(b)])


def add(a: Value, b: Value) -> Value:
    """``a + b``: a sum, or both as texts, one after the other."""
    ka, kb = a.__class__, b.__class__
    if ka in KNOWN and kb in KNOWN:
        if ka is str or kb is str:
            return bounded(text_of(a) + text_of(b))
        return tidy(number_of(a) + number_of(b))
    if ka is OneOf or kb is OneOf:
        made = each_pair(add, a, b)
        if made is not MISSING:
            return made
    if _is_text(a) or _is_text(b):
        return concat(as_text(a), as_text(b))
    if _is_number(a) and _is_number(b):
        return added(a, b) if Measure in (ka, kb) else some_number(a, b)
    if labels_of(a) or labels_of(b):
        return concat(as_text(a), as_text(b))
    return Some("", NONE, some_number(a, b).codes)


def _is_text(value: Value) -> bool:
    kind = value.__class__
    return kind is str or kind is Parts or (kind is Some and value.type == "text")


def _is_number(value: Value) -> bool:
    kind = value.__class__
    return (kind in KNOWN and kind is not str) or kind in _NUMBERS or (kind is Some and value.type == "number")


def _arithmetic(of: Callable[[Number, Number], Number]) -> Callable[[Any, Any], Any]:
    def run(a: Value, b: Value) -> Value:
        if a.__class__ in KNOWN and b.__class__ in KNOWN:
            try:
                return tidy(of(number_of(a), number_of(b)))
            except (OverflowError, ValueError):
                return NAN
        if a.__class__ is OneOf or b.__class__ is OneOf:
            made = each_pair(run, a, b)
            if made is not MISSING:
                return made
        return some_number(a, b)

    return run


def _divide(a: Number, b: Number) -> Number:
    if b == 0:
        return NAN if a == 0 or a != a else math.inf if a > 0 else -math.inf
    return a / b


def _remainder(a: Number, b: Number) -> Number:
    if a.__class__ is int and b.__class__ is int and a >= 0 and b > 0:
        return a % b
    return NAN if b == 0 else math.fmod(a, b)


def _power(a: Number, b: Number) -> Number:
    return a**b if abs(b) < 1024 else math.pow(a, b)


def _bits(of: Callable[[int, int], int]) -> Callable[[Any, Any], Any]:
    def run(a: Value, b: Value) -> Value:
        if a.__class__ in KNOWN and b.__class__ in KNOWN:
            return int32(of(int32(a), int32(b)))
        if a.__class__ is OneOf or b.__class__ is OneOf:
            made = each_pair(run, a, b)
            if made is not MISSING:
                return made
        return some_number(a, b)

    return run


def _shift_unsigned(a: Value, b: Value) -> Value:
    if a.__class__ in KNOWN and b.__class__ in KNOWN:
        return (int32(a) & 0xFFFFFFFF) >> (int32(b) & 31)
    return some_number(a, b)


def _order(relation: str, of: Callable[[Any, Any], bool]) -> Callable[[Any, Any], Any]:
    def run(a: Value, b: Value) -> Value:
        if a.__class__ in KNOWN and b.__class__ in KNOWN:
            if a.__class__ is str and b.__class__ is str:
                return of(a, b)
            return of(number_of(a), number_of(b))
        if a.__class__ is OneOf or b.__class__ is OneOf:
            made = each_pair(run, a, b)
            if made is not MISSING:
                return made
        if a.__class__ in _MEASURED or b.__class__ in _MEASURED:
            return measured(relation, a, b)
        return TRUTH

    return run


def _subtract(a: Value, b: Value) -> Value:
    if a.__class__ is Measure:
        return subtracted(a, b)
    return _difference(a, b)


_difference = _arithmetic(lambda a, b: a - b)


BINARY: dict[str, Callable[[Any, Any], Any]] = {
    "add-js": add,
    "sub-js": _subtract,
    "mul-js": _arithmetic(lambda a, b: a * b),
    "div-js": _arithmetic(_divide),
    "mod-js": _arithmetic(_remainder),
    "pow-js": _arithmetic(_power),
    "and-js": _bits(lambda a, b: a & b),
    "or-js": _bits(lambda a, b: a | b),
    "xor-js": _bits(lambda a, b: a ^ b),
    "shl-js": _bits(lambda a, b: a << (b & 31)),
    "shr-js": _bits(lambda a, b: a >> (b & 31)),
    "ushr-js": _shift_unsigned,
    "lt-js": _order("lt", lambda a, b: a < b),
    "gt-js": _order("gt", lambda a, b: a > b),
    "le-js": _order("le", lambda a, b: a <= b),
    "ge-js": _order("ge", lambda a, b: a >= b),
}
"""Operators by name, for any operands that are no objects."""

_LEAST, _MOST = -(1 << 31), (1 << 31) - 1


def _of_small(of: Callable[[int, int], int]) -> Callable[[int, int], Value]:
    """Return an operator of bits for two integers, most of which have 32 bits."""

    def run(a: int, b: int) -> Value:
        if _LEAST <= a <= _MOST and _LEAST <= b <= _MOST:
            return of(a, b)
        return int32(of(int32(a), int32(b)))

    return run


WHOLE: dict[str, Callable[[int, int], Any]] = {
    "sub-js": operator.sub,
    "lt-js": operator.lt,
    "gt-js": operator.gt,
    "le-js": operator.le,
    "ge-js": operator.ge,
    "and-js": _of_small(operator.and_),
    "or-js": _of_small(operator.or_),
    "xor-js": _of_small(operator.xor),
}
"""The same for two integers whose result is not large."""


def negative(value: Value) -> Value:
    """``-value``."""
    if value.__class__ in KNOWN:
        return tidy(-number_of(value))
    return some_number(value)


def number(value: Value) -> Value:
    """``+value``."""
    if value.__class__ in KNOWN:
        return number_of(value)
    if value.__class__ is OneOf:
        return choice([number(each) for each in value.options])
    return some_number(value)


def inverse(value: Value) -> Value:
    """``~value``."""
    return ~int32(value) if value.__class__ in KNOWN else some_number(value)


UNARY: dict[str, Callable[[Any], Any]] = {"neg-js": negative, "num-js": number, "inv-js": inverse}
"""Operators with one operand."""


# Truth ----------------------------------------------------------------------------------------------------------------


def truth(value: Value) -> bool | None:
    """Return whether a value counts as true, ``None`` where that is not known."""
    kind = value.__class__
    if kind in KNOWN:
        return truth_of(value)
    if kind in _OBJECTS:
        return True
    if kind is Parts:
        return True if any(each.__class__ is str and each for each in value.parts) else None
    if kind is OneOf:
        found = {None if each is MISSING else truth(each) for each in value.options}
        return found.pop() if len(found) == 1 else None
    return False if value is MISSING else None


def falsy(value: Value) -> Value:
    """Return a value as it is where it counts as false."""
    if value.__class__ is OneOf:
        return choice([falsy(each) for each in value.options if each is MISSING or truth(each) is not True])
    if value.__class__ is Some:
        return {"text": "", "number": 0}.get(value.type, EMPTY)
    return False if value.__class__ is Truth else "" if value.__class__ is Parts else value


def truthy(value: Value) -> Value:
    """Return a value as it is where it counts as true."""
    if value.__class__ is OneOf:
        return choice([each for each in value.options if each is not MISSING and truth(each) is not False])
    return True if value.__class__ is Truth else value


def negated(value: Value) -> Value:
    """``!value`` of a truth value."""
    return Truth(value.no, value.yes) if value.__class__ is Truth else not value


def either_way(is_or: bool, a: Value, b: Value) -> Value:
    """Return ``a || b`` or ``a && b`` of truth values, the first of which does not decide alone."""
    a_yes, a_no = (a.yes, a.no) if a.__class__ is Truth else ((), ())
    if b.__class__ is bool:
        return b if b is is_or or a.__class__ is not Truth else a
    if a.__class__ is bool:
        return b
    if is_or:
        return Truth(both(a_yes, b.yes), all_facts(a_no, b.no))
    return Truth(all_facts(a_yes, b.yes), both(a_no, b.no))


# Equality -------------------------------------------------------------------------------------------------------------


def equal(a: Value, b: Value, *, is_strict: bool) -> Value:
    """``a == b`` or ``a === b`` of values that are no objects: a truth value, `TRUTH` where it is not known."""
    ka, kb = a.__class__, b.__class__
    if ka in KNOWN and kb in KNOWN:
        return _equal_strictly(a, b) if is_strict else _equal_loosely(a, b)
    if ka is OneOf or kb is OneOf:
        if len(options(a)) * len(options(b)) <= MOST:
            found = [equal(_there(x), _there(y), is_strict=is_strict) for x in options(a) for y in options(b)]
            return found[0] if all(each is found[0] for each in found) else TRUTH
        return TRUTH
    if ka in _MEASURED or kb in _MEASURED:
        return measured("eq", a, b)
    if (ka is Truth and kb is bool) or (kb is Truth and ka is bool):
        flag, is_yes = (a, b) if ka is Truth else (b, a)
        return flag if is_yes else Truth(flag.no, flag.yes)
    if ka in _OBJECTS or kb in _OBJECTS:
        if a is None or b is None or ka is Empty or kb is Empty:
            return False
        return TRUTH
    first, second = type_word(a), type_word(b)
    if first and second and first != second and (is_strict or {"undefined", "null"} & {first, second}):
        return False
    if (ka is Parts or kb is Parts) and differ(a, b):
        return False
    return TRUTH


def _there(value: Value) -> Value:
    return EMPTY if value is MISSING else value


def type_word(value: Value) -> str:
    """Return the type of a value, "" where it is not known; *null* has one of its own."""
    kind = value.__class__
    if kind in KNOWN:
        return "null" if value is None else kind_of(value)
    if kind is Parts:
        return "string"
    if kind is Truth:
        return "boolean"
    if kind in _MEASURED:
        return "number"
    return {"text": "string", "number": "number"}.get(value.type, "") if kind is Some else ""


def _equal_strictly(a: Value, b: Value) -> bool:
    return type_word(a) == type_word(b) and bool(a == b)


def _equal_loosely(a: Value, b: Value) -> bool:
    none_a, none_b = a is None or a.__class__ is Empty, b is None or b.__class__ is Empty
    if none_a or none_b:
        return none_a and none_b
    if a.__class__ is str and b.__class__ is str:
        return bool(a == b)
    return bool(number_of(a) == number_of(b))


def differ(a: Value, b: Value) -> bool:
    """True if two texts differ at their known beginnings or ends."""
    if a.__class__ is str:
        a, b = b, a
    if a.__class__ is not Parts or b.__class__ is not str:
        return False
    first, last = a.parts[0], a.parts[-1]
    return (first.__class__ is str and not b.startswith(first)) or (last.__class__ is str and not b.endswith(last))


def selected(now: Value, other: Value, *, is_strict: bool) -> tuple[Any, Any]:
    """Return a value as it is where it equals a known one, and where it does not; ``MISSING``: not known better."""
    if now.__class__ is OneOf:
        kept = [each for each in now.options if equal(_there(each), other, is_strict=is_strict) is not False]
        left = [each for each in now.options if equal(_there(each), other, is_strict=is_strict) is not True]
        yes = choice([each if each.__class__ in KNOWN else other for each in kept]) if kept else MISSING
        return yes, choice(left) if left else MISSING
    if now.__class__ in _OBJECTS:
        return MISSING, MISSING
    return other, MISSING


def of_kind(value: Value, word: str, kind: str) -> tuple[bool | None, Any]:
    """Return whether ``typeof`` of a value is a word, and the value where it is; ``kind`` is that of an object."""
    found = kind or type_word(value)
    if found == "null":
        found = "object"
    if found:
        return found == word, value
    if value.__class__ is Some:
        narrowed = {
            "string": Some("text", value.labels, NONE, value.form),
            "number": Some("number", NONE, value.codes | value.labels),
            "undefined": EMPTY,
            "boolean": TRUTH,
        }
        return None, narrowed.get(word, value)
    return None, value
