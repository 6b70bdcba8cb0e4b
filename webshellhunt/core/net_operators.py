"""Operators and conversions of .NET over values: letters are values of their own, numbers have sizes.

A letter that is not known is a value of the type ``char``; the number made of it has its labels as codes, and a letter
made of that number has them again.
"""

from __future__ import annotations

import operator
from collections.abc import Callable

from webshellhunt.core.conversions import FailError, num
from webshellhunt.core.ending import Thrown
from webshellhunt.core.operators import (
    DIVIDED,
    MISMATCH,
    Operator,
    added,
    conjunction,
    disjunction,
    logic_of_some,
    negation,
    number_of,
    quotient,
    remainder,
    subtracted,
    truth_of,
)
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MOST,
    NUMBER,
    TRUTH,
    Char,
    Empty,
    Measure,
    OneOf,
    Parts,
    Sign,
    Some,
    Truth,
    Value,
    choice,
    concat,
    labels_of,
    number,
    options,
    to_text,
    type_of,
)

# Known values ---------------------------------------------------------------------------------------------------------


def number_in(x: Value) -> int | float:
    """Return a known value as a number: of a letter its code."""
    kind = x.__class__
    if kind is int or kind is float:
        return x  # type: ignore[no-any-return]
    if kind is Char:
        return ord(x)
    if kind is bool:
        return int(x)
    return 0 if x is None or kind is Empty else num(x)


def _checked(of: Callable[..., Value]) -> Callable[..., Value]:
    """Return a function of known operands; of null, null."""

    def run(*values: Value) -> Value:
        if None in values:
            return None
        try:
            return of(*map(number_in, values))
        except FailError:
            raise Thrown(MISMATCH) from None
        except ZeroDivisionError:
            raise Thrown(DIVIDED) from None
        except (OverflowError, ValueError, TypeError):
            return NUMBER

    return run


def _whole(of: Callable[[int, int], Value]) -> Callable[..., Value]:
    return _checked(lambda a, b: of(int(a), int(b)))


def _is_text(value: Value) -> bool:
    return all(type_of(each) == "text" for each in options(value))


def _sum(a: Value, b: Value) -> Value:
    if a.__class__ is str or b.__class__ is str or a is None is b:
        return concat(a, b)
    return _numbers_added(a, b)


_numbers_added = _checked(operator.add)


def _sum_of_some(a: Value, b: Value) -> Value:
    """Add two values: a text if one surely is one, a number if both are numbers or letters."""
    if _is_text(a) or _is_text(b):
        return concat(a, b)
    if all(type_of(each) in _NUMERIC for value in (a, b) for each in options(value)):
        a, b = (ord(each) if each.__class__ is Char else each for each in (a, b))
        return added(a, b)
    codes = number_of(a, b).codes
    return Some("", labels_of(a) | labels_of(b), codes)


_NUMERIC = frozenset({"number", "char", "truth"})


def _divided(a: Value, b: Value) -> Value:
    if a.__class__ is int and b.__class__ is int:
        return quotient(a, b)
    return a / b if b else float("nan")


def _rest(a: Value, b: Value) -> Value:
    if a.__class__ is int and b.__class__ is int:
        return remainder(a, b)
    return a - b * int(a / b) if b else float("nan")


def _logic(of: Callable[[int, int], int]) -> Callable[..., Value]:
    bits = _whole(of)

    def known(a: Value, b: Value) -> Value:
        return bool(of(int(a), int(b)) & 1) if a.__class__ is bool and b.__class__ is bool else bits(a, b)

    return known


def _moved(of: Callable[[int, int], int]) -> Callable[..., Value]:
    return _whole(lambda a, b: of(a, b & 63) if abs(a) < 1 << 64 else a)


def _moved_unsigned(a: int, b: int) -> int:
    return (a & 0xFFFFFFFF if a < 0 else a) >> b


def _not(a: Value) -> Value:
    return not a


def _opposite(a: Value) -> Value:
    return negation(a) if a.__class__ is Truth else TRUTH


def _equal(a: Value, b: Value) -> bool:
    if a is None or b is None:
        return a in (None, EMPTY) and b in (None, EMPTY)
    if a.__class__ is Empty or b.__class__ is Empty:
        return not a and not b
    if isinstance(a, str) and isinstance(b, str):
        return str(a) == str(b)
    try:
        return number_in(a) == number_in(b)
    except (FailError, ValueError):
        return False


def _different(a: Value, b: Value) -> bool:
    return not _equal(a, b)


def _ordered(of: Callable[[Value, Value], bool]) -> Callable[[Value, Value], Value]:
    def known(a: Value, b: Value) -> Value:
        if a is None or b is None:
            return False
        if isinstance(a, str) and isinstance(b, str):
            return of(str(a), str(b))
        try:
            return of(number_in(a), number_in(b))
        except FailError:
            return False
        except ValueError:
            return TRUTH

    return known


def _comparison(known: Callable[..., Value], quick: Callable[..., bool], relation: str, method: str) -> Operator:
    return Operator(known, truth_of, quick, quick, relation, None, method)


def truth(a: Value) -> Value:
    """Return a known value as a condition."""
    return a.lower() == "true" if a.__class__ is str and a.lower() in ("true", "false") else bool(a)


def _truth_of_some(a: Value) -> Value:
    if a.__class__ is Truth:
        return a
    kinds = {each.__class__ for each in options(a)}
    return TRUTH if kinds & _MAY_BE_FALSE else True


_MAY_BE_FALSE = KNOWN | {Some, Truth, Measure, Sign}


def coalesce(a: Value, b: Value) -> Value:
    """Return a value, another one where it is null."""
    if a is None or a is EMPTY:
        return b
    if a.__class__ is OneOf and any(each is None or each is EMPTY for each in a.options):
        return choice([b if each is None or each is EMPTY else each for each in a.options])
    return choice([a, b]) if a.__class__ is Some and a.type in ("", "text") and labels_of(a) else a


NET: dict[str, Operator] = {
    "add-net": Operator(_sum, _sum_of_some, operator.add, operator.add, method="op_Addition"),
    "sub-net": Operator(_checked(operator.sub), subtracted, operator.sub, method="op_Subtraction"),
    "mul-net": Operator(_checked(operator.mul), number_of, operator.mul, method="op_Multiply"),
    "div-net": Operator(_checked(_divided), number_of, method="op_Division"),
    "mod-net": Operator(_checked(_rest), number_of, method="op_Modulus"),
    "and-net": Operator(_logic(operator.and_), logic_of_some(conjunction), operator.and_, method="op_BitwiseAnd"),
    "or-net": Operator(_logic(operator.or_), logic_of_some(disjunction), operator.or_, method="op_BitwiseOr"),
    "xor-net": Operator(_logic(operator.xor), logic_of_some(None), operator.xor, method="op_ExclusiveOr"),
    "shl-net": Operator(_moved(operator.lshift), number_of, method="op_LeftShift"),
    "shr-net": Operator(_moved(operator.rshift), number_of, method="op_RightShift"),
    "ushr-net": Operator(_moved(_moved_unsigned), number_of, method="op_UnsignedRightShift"),
    "not-net": Operator(_not, _opposite, method="op_LogicalNot"),
    "inv-net": Operator(_checked(lambda a: ~int(a)), number_of, method="op_OnesComplement"),
    "neg-net": Operator(_checked(operator.neg), number_of, method="op_UnaryNegation"),
    "plus-net": Operator(_checked(operator.pos), number_of, method="op_UnaryPlus"),
    "truth-net": Operator(truth, _truth_of_some, plain=None, method="op_True"),
    "coalesce": Operator(coalesce, coalesce, plain=None),
    "eq-net": _comparison(_equal, operator.eq, "eq", "op_Equality"),
    "ne-net": _comparison(_different, operator.ne, "ne", "op_Inequality"),
    "lt-net": _comparison(_ordered(operator.lt), operator.lt, "lt", "op_LessThan"),
    "gt-net": _comparison(_ordered(operator.gt), operator.gt, "gt", "op_GreaterThan"),
    "le-net": _comparison(_ordered(operator.le), operator.le, "le", "op_LessThanOrEqual"),
    "ge-net": _comparison(_ordered(operator.ge), operator.ge, "ge", "op_GreaterThanOrEqual"),
}
NET["compl-net"] = NET["inv-net"]

# Conversions ----------------------------------------------------------------------------------------------------------

_BITS = {
    "sbyte": (8, True), "byte": (8, False), "int16": (16, True), "uint16": (16, False), "int32": (32, True),
    "uint32": (32, False), "int64": (64, True), "uint64": (64, False),
}  # fmt: skip
"""The whole numbers: how many bits they have, and whether one of them is the sign."""


def _to_whole(value: Value, kind: str, *, is_basic: bool) -> int:
    found = number_in(value)
    if value is True and is_basic:
        found = -1
    if found.__class__ is float:
        found = round(found) if is_basic else int(found)
    bits, is_signed = _BITS[kind]
    low = -(1 << (bits - 1)) if is_signed else 0
    return (int(found) - low) % (1 << bits) + low


def _to_letter(value: Value) -> Value:
    if isinstance(value, str):
        return Char(value[:1] or "\0")
    return Char(chr(int(number_in(value)) & 0xFFFF))


def _to_truth(value: Value) -> Value:
    if value.__class__ is str:
        word = value.strip().lower()
        return word == "true" if word in ("true", "false") else num(value) != 0
    return bool(number_in(value))


def converted_known(kind: str, value: Value, *, is_basic: bool) -> Value:
    """Return a known value as one of a type; ``is_basic``: as Visual Basic does it.

    Raises:
        Thrown: There is no such value.
    """
    try:
        if kind in _BITS:
            return None if value is None and not is_basic else _to_whole(value, kind, is_basic=is_basic)
        if kind in _FLOATS:
            return None if value is None and not is_basic else float(number_in(value))
        if kind == "string":
            return None if value is None else to_text(value)
        if kind == "char":
            return None if value is None else _to_letter(value)
        return None if value is None and not is_basic else _to_truth(value)
    except FailError as error:
        raise Thrown(error.number) from None
    except (ValueError, OverflowError):
        return {"string": Some("text"), "char": Some("char"), "boolean": TRUTH}.get(kind, NUMBER)


_FLOATS = frozenset({"single", "double", "decimal"})
CONVERTED = frozenset({*_BITS, *_FLOATS, "string", "char", "boolean"})
"""The types that a conversion makes values of."""
TEXTS_OF = {"string": "text", "char": "char", "boolean": "truth"}
"""The types of values of the types that are no numbers."""


def converted_some(kind: str, value: Value) -> Value:
    """Return a value that is not known as one of a type."""
    of = value.__class__
    if kind == "string":
        return value if of is Parts else _text_of(value)
    if kind == "char":
        return Some("char", labels_of(value) | number_of(value).codes)
    if kind == "boolean":
        return value if of is Truth else TRUTH
    if of is Some and value.type == "number":
        return value
    if (of is Measure or of is Sign) and kind in _BITS:
        return value
    return number(labels_of(value) | number_of(value).codes)


def _text_of(value: Value) -> Value:
    if value.__class__ is Some and value.type in ("", "text"):
        return value if value.type else Some("text", value.labels, value.codes, value.form)
    return to_text(value)


def few(value: Value) -> bool:
    """True if a conversion of each choice is made on its own."""
    return value.__class__ is OneOf and len(value.options) <= MOST
