"""Operators of PHP: texts are bytes as Latin-1, numbers come out of their beginnings, arrays and objects have texts."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from typing import Any

from webshellhunt.core.heap import CLASS, KIND, REST
from webshellhunt.core.library_calls import labels_in
from webshellhunt.core.operators import (
    Operator,
    added,
    measured,
    negation,
    number_of,
    subtracted,
    truth_of,
)
from webshellhunt.core.values import (
    KNOWN,
    MISSING,
    NONE,
    TRUTH,
    Empty,
    Func,
    Measure,
    OneOf,
    Parts,
    Ref,
    Sign,
    Some,
    Truth,
    Value,
    bounded,
    choice,
    concat,
    labels_of,
    options,
)

MAP = "map"
"""The kind of an array: entries by key, in their order."""
_NUMBER = re.compile(r"[ \t\r\n\v\f]*([+-]?(?:\d{1,300}(?:\.\d{0,300})?|\.\d{1,300})(?:[eE][+-]?\d{1,3})?)")
_WHOLE = re.compile(r"[+-]?\d{1,18}")
_INVERTED = bytes(range(256))[::-1]


def text(value: Value) -> str:
    """Return a known value as a text."""
    if value.__class__ is str:
        return value
    if value is True:
        return "1"
    if not value and value.__class__ not in (int, float):
        return ""
    if value.__class__ is float:
        return f"{value:.14G}".replace("E+0", "E+")
    return value.decode("latin-1") if value.__class__ is bytes else str(value)


def as_text(value: Value) -> Value:
    """Return any value but an object as a text."""
    kind = value.__class__
    if kind is str or kind is Parts:
        return value
    if kind in KNOWN:
        return text(value)
    if kind is Some:
        return value if value.type in ("", "text") else Some("text", value.labels, NONE, value.form)
    if kind is OneOf:
        return choice([as_text(each) for each in value.options])
    return Some("text", labels_of(value))


def number(value: Value) -> int | float:
    """Return a known value as a number, that at the beginning of a text."""
    kind = value.__class__
    if kind is int or kind is float:
        return value  # type: ignore[no-any-return]
    if kind is bool:
        return int(value)
    found = _NUMBER.match(value) if kind is str else None
    if found is None:
        return 0
    return int(found[1]) if _WHOLE.fullmatch(found[1]) else float(found[1])


def whole(value: Value) -> int:
    """Return a known value as a whole number of 64 bits."""
    found = number(value)
    if found.__class__ is float and not -9e18 < found < 9e18:
        return 0
    found = int(found)
    return found if -(1 << 63) <= found < 1 << 63 else (found + (1 << 63)) % (1 << 64) - (1 << 63)


def truth(value: Value) -> bool:
    """Return a known value as a condition."""
    return not (value is None or value == "0" or not value)


def is_numeric(value: Value) -> bool:
    """True if a known value is a number, or a text of one."""
    if value.__class__ is str:
        found = _NUMBER.match(value)
        return found is not None and not value[found.end() :].strip()
    return value.__class__ in (int, float)


def equal(a: Value, b: Value) -> bool:
    """Return whether two known values are equal for ``==``."""
    if a.__class__ is bool or b.__class__ is bool or a is None or b is None:
        return truth(a) == truth(b)
    if a.__class__ is str and b.__class__ is str:
        return a == b or (is_numeric(a) and is_numeric(b) and number(a) == number(b))
    if is_numeric(a) and is_numeric(b):
        return number(a) == number(b)
    return text(a) == text(b)


def unequal(a: Value, b: Value) -> bool:
    """Return whether two known values are unequal for ``!=``."""
    return not equal(a, b)


def identical(a: Value, b: Value) -> bool:
    """Return whether two known values are equal and of one type."""
    if a is None or b is None or a.__class__ is Empty or b.__class__ is Empty:
        return (a is None or a.__class__ is Empty) and (b is None or b.__class__ is Empty)
    return a.__class__ is b.__class__ and a == b


def _order(a: Value, b: Value) -> tuple[Any, Any]:
    """Return two known values as texts or numbers, to compare which comes first."""
    if a.__class__ is str and b.__class__ is str and not (is_numeric(a) and is_numeric(b)):
        return a, b
    return number(a), number(b)


# Objects as operands --------------------------------------------------------------------------------------------------


def plain(f: list[Any], value: Value) -> Value:
    """Return the text or number that an object stands for."""
    if value.__class__ is OneOf:
        if not any(each.__class__ in (Ref, Func) for each in value.options):
            return value
        return choice([plain(f, each) for each in value.options])
    if value.__class__ is not Ref:
        return value
    table = f[0].t[value.oid]
    if table[KIND] == MAP:
        return "Array"
    if CLASS in table and "__tostring" in table[CLASS].methods:
        return f[1].invoke(f, value, "__tostring", [], 0)[0]
    return Some("", labels_in(f, value))


def plain_truth(f: list[Any], value: Value) -> Value:
    """Return whether an object is true; an array is where it has entries."""
    if value.__class__ is OneOf:
        return choice([plain_truth(f, each) for each in value.options])
    if value.__class__ is not Ref:
        return value
    table = f[0].t[value.oid]
    if table[KIND] != MAP:
        return True if CLASS in table or table[KIND] == "function" else TRUTH
    entries = [each for key, each in table.items() if key.__class__ is tuple and key[0] == ""]
    if any(MISSING not in options(each) for each in entries):
        return True
    return TRUTH if entries or REST in table else False


# Results --------------------------------------------------------------------------------------------------------------


def _joined(a: Value, b: Value) -> Value:
    return bounded(text(a) + text(b))


def _joined_of_some(a: Value, b: Value) -> Value:
    return concat(as_text(a), as_text(b))


def _arithmetic(of: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def known(a: Value, b: Value) -> Value:
        try:
            found = of(number(a), number(b))
        except (ZeroDivisionError, OverflowError, ValueError, TypeError):
            return False
        if found.__class__ is int and not -(1 << 63) <= found < 1 << 63:
            return float(found) if abs(found) < 1 << 1000 else 0
        return found if found.__class__ is int or found.__class__ is float else False

    return known


def _divided(a: float, b: float) -> float:
    found = a / b
    return int(found) if isinstance(a, int) and isinstance(b, int) and a % b == 0 else found


def _rest(a: float, b: float) -> int:
    x, y = whole(a), whole(b)
    found = abs(x) % abs(y)
    return found if x >= 0 else -found


def _power(a: float, b: float) -> Value:
    if abs(a) > 1e9 or abs(b) > 64:
        raise ValueError
    return a**b


def _bits(of: Callable[[int, int], int]) -> Callable[[Any, Any], Any]:
    """Return an operator on bits, those of all letters where both operands are texts."""

    def known(a: Value, b: Value) -> Value:
        if a.__class__ is str and b.__class__ is str:
            return _of_letters(of, a.encode("latin-1", "replace"), b.encode("latin-1", "replace"))
        return of(whole(a), whole(b))

    return known


def _of_letters(of: Callable[[int, int], int], a: bytes, b: bytes) -> str:
    size = min(len(a), len(b))
    found = of(int.from_bytes(a[:size], "big"), int.from_bytes(b[:size], "big")).to_bytes(size, "big")
    longer = a if len(a) > len(b) else b
    return (found + (longer[size:] if of is operator.or_ else b"")).decode("latin-1")


def _bits_of_some(a: Value, b: Value) -> Value:
    """Return some number, or some text: its labels are there either way."""
    made = number_of(a, b)
    kinds = {each.type if each.__class__ is Some else each.__class__ for each in (a, b)}
    if kinds & {"number", int, float, Measure}:
        return made
    return Some("", labels_of(a) | labels_of(b), made.codes)


def _shifted(of: Callable[[int, int], int]) -> Callable[[Any, Any], Any]:
    def known(a: Value, b: Value) -> Value:
        by = whole(b)
        return whole(of(whole(a), by)) if 0 <= by < 64 else 0

    return known


def _inverted(a: Value) -> Value:
    if a.__class__ is str:
        return a.encode("latin-1", "replace").translate(_INVERTED).decode("latin-1")
    return ~whole(a)


def _truth_of_some(a: Value) -> Value:
    if a.__class__ is Truth:
        return a
    if a.__class__ in (Measure, Sign):
        return negation(measured("eq", a, 0))
    if a.__class__ is OneOf:
        found = {_truth_of_some(each) if each.__class__ not in KNOWN else truth(each) for each in a.options}
        return found.pop() if len(found) == 1 else TRUTH
    if a.__class__ is Parts:
        return True if sum(len(each) for each in a.parts if each.__class__ is str) > 1 else TRUTH
    return True if a.__class__ in (Ref, Func) else TRUTH


def _not(a: Value) -> Value:
    found = a if a.__class__ is Truth else truth(a) if a.__class__ in KNOWN else _truth_of_some(a)
    return negation(found)


def _compare(of: Callable[[Any, Any], bool], name: str) -> Operator:
    def known(a: Value, b: Value) -> bool:
        x, y = _order(a, b)
        return of(x, y)

    return Operator(known, truth_of, known, None, name, plain)


def _sign(a: Value, b: Value) -> int:
    x, y = _order(a, b)
    return int(x > y) - int(x < y)


def _sum(a: Value, b: Value) -> Value:
    return added(a, b) if a.__class__ not in KNOWN or b.__class__ not in KNOWN else number(a) + number(b)


PHP: dict[str, Operator] = {
    "concat-php": Operator(_joined, _joined_of_some, None, operator.add, plain=plain),
    "add-php": Operator(_arithmetic(operator.add), _sum, operator.add, plain=plain),
    "sub-php": Operator(_arithmetic(operator.sub), subtracted, operator.sub, plain=plain),
    "mul-php": Operator(_arithmetic(operator.mul), number_of, plain=plain),
    "div-php": Operator(_arithmetic(_divided), number_of, plain=plain),
    "mod-php": Operator(_arithmetic(_rest), number_of, plain=plain),
    "pow-php": Operator(_arithmetic(_power), number_of, plain=plain),
    "and-php": Operator(_bits(operator.and_), _bits_of_some, operator.and_, plain=plain),
    "or-php": Operator(_bits(operator.or_), _bits_of_some, operator.or_, plain=plain),
    "xor-php": Operator(_bits(operator.xor), _bits_of_some, operator.xor, plain=plain),
    "shl-php": Operator(_shifted(operator.lshift), number_of, plain=plain),
    "shr-php": Operator(_shifted(operator.rshift), number_of, plain=plain),
    "inv-php": Operator(_inverted, lambda a: _bits_of_some(a, ""), plain=plain),
    "neg-php": Operator(lambda a: -number(a), number_of, plain=plain),
    "num-php": Operator(number, number_of, plain=plain),
    "text-php": Operator(text, as_text, plain=plain),
    "not-php": Operator(_not, _not, plain=plain_truth),
    "truth-php": Operator(truth, _truth_of_some, plain=plain_truth),
    "xor-truth-php": Operator(lambda a, b: truth(a) != truth(b), truth_of, plain=plain_truth),
    "eq-php": Operator(equal, truth_of, equal, None, "eq", plain),
    "ne-php": Operator(unequal, truth_of, unequal, None, "ne", plain),
    "same-php": Operator(identical, truth_of, operator.eq, None, "eq", plain),
    "differs-php": Operator(lambda a, b: not identical(a, b), truth_of, operator.ne, None, "ne", plain),
    "lt-php": _compare(operator.lt, "lt"),
    "gt-php": _compare(operator.gt, "gt"),
    "le-php": _compare(operator.le, "le"),
    "ge-php": _compare(operator.ge, "ge"),
    "sign-php": Operator(_sign, number_of, plain=plain),
}
"""The operators of PHP."""
