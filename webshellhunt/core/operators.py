"""Operators by name: one meaning each; lowering chooses. A known function, and one for operands that are not known.

A comparison has the facts of its answer about the places that it compares: `Truth` with facts.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from webshellhunt.core.conversions import FailError, num, whole
from webshellhunt.core.ending import Thrown
from webshellhunt.core.text import all_facts, is_found, moved, parts_of
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    MOST,
    NONE,
    NUMBER,
    OBJECTS,
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
    both,
    choice,
    concat,
    labels_of,
    number,
    options,
    same,
)

MISMATCH, DIVIDED = 13, 11
"""Numbers of errors: a type mismatch, a division by zero."""


def default_member(f: list[Any], value: Value) -> Value:
    """Return the value of an object's default member."""
    return f[1].default(f, value) if value.__class__ in OBJECTS else value


@dataclass(frozen=True, slots=True)
class Operator:
    """``known`` computes the result of known operands, ``unknown`` that of others.

    ``whole`` and ``texts`` are quick forms for two whole numbers and two texts. ``comparison`` names the relation of a
    comparison that tells something about the places that it compares. ``plain`` gives the value that an operand which
    is an object stands for, ``None`` where the operator takes objects.
    """

    known: Callable[..., Any]
    unknown: Callable[..., Any]
    whole: Callable[[int, int], Any] | None = None
    texts: Callable[[str, str], Any] | None = None
    comparison: str = ""
    plain: Callable[[list[Any], Any], Any] | None = default_member
    method: str = ""
    """The method of a class of the page that is the operator for its objects."""


# Results for operands that are not known ------------------------------------------------------------------------------


def number_of(*values: Value) -> Value:
    """Return some number; the labels of its operands come back when it becomes a letter."""
    codes = NONE
    for each in values:
        if each.__class__ in KNOWN:
            continue
        codes |= labels_of(each)
        for one in options(each):
            if one.__class__ is Some:
                codes |= one.codes
            elif one.__class__ is Measure and one.of.__class__ is str:
                codes |= labels_of(one.what)
    return number(codes)


def each_pair(of: Operator, a: Value, b: Value) -> Value:
    """Return the result of an operator for each choice of its operands; `MISSING` if they are too many."""
    if len(options(a)) * len(options(b)) > MOST:
        return MISSING
    found = []
    for x in options(a):
        for y in options(b):
            try:
                found.append((of.known if x.__class__ in KNOWN and y.__class__ in KNOWN else of.unknown)(x, y))
            except Thrown:
                continue
    return choice(found) if found else MISSING


def truth_of(*values: Value) -> Value:
    """Return a truth value of which nothing is known."""
    return TRUTH


def conjunction(a: Value, b: Value) -> Value:
    """Return ``a and b`` of two truth values, known or not."""
    if a is False or b is False:
        return False
    if a is True:
        return b
    if b is True:
        return a
    return Truth(all_facts(a.yes, b.yes), both(a.no, b.no))


def disjunction(a: Value, b: Value) -> Value:
    """Return ``a or b`` of two truth values, known or not."""
    return negation(conjunction(negation(a), negation(b)))


def negation(a: Value) -> Value:
    """Return the opposite of a truth value, known or not."""
    return Truth(a.no, a.yes) if a.__class__ is Truth else not a


# Visual Basic ---------------------------------------------------------------------------------------------------------


def _checked(of: Callable[..., Any]) -> Callable[..., Any]:
    """Return a function of known operands as Visual Basic has it: of nothing, nothing; errors have numbers."""

    def run(*values: Value) -> Value:
        if None in values:
            return None
        try:
            return of(*values)
        except FailError:
            raise Thrown(MISMATCH) from None
        except ZeroDivisionError:
            raise Thrown(DIVIDED) from None
        except (OverflowError, ValueError):
            return NUMBER

    return run


def _sum(a: Value, b: Value) -> Value:
    """Add two known values; two texts are joined, an empty value is the other."""
    if a.__class__ is Empty:
        return b
    if b.__class__ is Empty:
        return a
    return f"{a}{b}" if isinstance(a, str) and isinstance(b, str) else num(a) + num(b)


def _sum_of_some(a: Value, b: Value) -> Value:
    """Add two values: a number if one is surely a number, else a text of both."""
    if a.__class__ is Measure or b.__class__ is Measure:
        return added(a, b)
    for each in (a, b):
        kind = each.__class__
        if kind is int or kind is float or (kind is Some and each.type == "number"):
            return number_of(a, b)
    return concat(a, b)


def added(a: Value, b: Value) -> Value:
    """Add two numbers, of which one may be measured on a text."""
    if a.__class__ is int:
        a, b = b, a
    return moved(a, b) if a.__class__ is Measure and b.__class__ is int else number_of(a, b)


def subtracted(a: Value, b: Value) -> Value:
    """Subtract two numbers, of which the first may be measured on a text."""
    if a.__class__ is Measure and b.__class__ is int:
        return moved(a, -b)
    if a.__class__ is Measure and b.__class__ is Measure and a.what is b.what is None and same(a.of, b.of):
        return a.plus - b.plus
    return number_of(a, b)


def _numbers(of: Callable[[Any, Any], Any]) -> Callable[..., Any]:
    return _checked(lambda a, b: of(num(a), num(b)))


def _wholes(of: Callable[[int, int], Any]) -> Callable[..., Any]:
    return _checked(lambda a, b: of(whole(a), whole(b)))


def quotient(a: int, b: int) -> int:
    """Divide whole numbers towards zero."""
    found = abs(a) // abs(b)
    return found if (a < 0) is (b < 0) else -found


def remainder(a: int, b: int) -> int:
    """Return the rest of a division towards zero, which has the sign of the first."""
    return a - b * quotient(a, b)


def _power(a: Value, b: Value) -> Value:
    if abs(a) > 1e9 or abs(b) > 64 or (a < 0 and b.__class__ is float):
        raise ValueError
    return a**b


def _logic(of: Callable[[int, int], int]) -> Callable[..., Any]:
    """Return an operator on bits, on truth values where both are."""

    def known(a: Value, b: Value) -> Value:
        if a.__class__ is bool and b.__class__ is bool:
            return bool(of(int(a), int(b)) & 1)
        return of(whole(a), whole(b))

    return _checked(known)


def logic_of_some(combined: Callable[[Any, Any], Any] | None) -> Callable[[Any, Any], Any]:
    """Return an operator on bits or truth values of operands that are not known."""

    def unknown(a: Value, b: Value) -> Value:
        if a.__class__ is OneOf or b.__class__ is OneOf:
            a, b = _as_truth(a), _as_truth(b)
        ka, kb = a.__class__, b.__class__
        if combined is not None and (ka is Truth or ka is bool) and (kb is Truth or kb is bool):
            return combined(a, b)
        if combined is not None and (ka in _TRUTHS or kb in _TRUTHS):
            return combined(*(each if each.__class__ in _TRUTHS else _truth_of_any(each) for each in (a, b)))
        return TRUTH if ka is Truth or kb is Truth else number_of(a, b)

    return unknown


_TRUTHS = frozenset({bool, Truth})


def _truth_of_any(value: Value) -> Value:
    """Return whether a value has any bits; of one that is no number, nothing is known."""
    if value.__class__ in KNOWN:
        try:
            return whole(value) != 0
        except (FailError, ValueError):
            return TRUTH
    return _truth_of_some(value)


def _as_truth(value: Value) -> Value:
    """Return a choice of truth values as one that is not known."""
    kinds = {each.__class__ for each in options(value)}
    return TRUTH if value.__class__ is OneOf and kinds <= {bool, Truth} else value


def _not(a: Value) -> Value:
    return not a if a.__class__ is bool else ~whole(a)


def _not_of_some(a: Value) -> Value:
    a = _as_truth(a)
    return negation(a) if a.__class__ is Truth else number_of(a)


def _truth(a: Value) -> Value:
    """Return a value as a condition; of nothing, false."""
    if a.__class__ is str and a.lower() in ("true", "false"):
        return a.lower() == "true"
    return num(a) != 0


def _truth_of_some(a: Value) -> Value:
    a = _as_truth(a)
    if a.__class__ in _MEASURED:
        return negation(measured("eq", a, 0))
    return a if a.__class__ is Truth else TRUTH


def _ordered(of: Callable[[Any, Any], bool]) -> Callable[..., Any]:
    """Return a comparison of known values; an empty one is a number or a text as the other."""

    def known(a: Value, b: Value) -> Value:
        if a.__class__ is Empty:
            a = "" if b.__class__ is str else 0
        if b.__class__ is Empty:
            b = "" if a.__class__ is str else 0
        if isinstance(a, str) and isinstance(b, str):
            return of(a, b)
        try:
            return of(num(a), num(b))
        except FailError:
            return of is operator.ne

    return _checked(known)


@cache
def compared(of: Operator) -> Callable[[Any, Any], Any]:
    """Return a comparison of any two values: known if it is so for each choice of them."""
    known, relation = of.known, of.comparison

    def run(a: Value, b: Value) -> Value:
        if a.__class__ in KNOWN and b.__class__ in KNOWN:
            return known(a, b)
        if a.__class__ is OneOf or b.__class__ is OneOf:
            found = [run(x, y) for x in options(a) for y in options(b)]
            return found[0] if all(each is found[0] for each in found) and found[0].__class__ is bool else TRUTH
        if relation in ("eq", "ne") and {a.__class__, b.__class__} == {bool, Truth}:
            answer, wanted = (a, b) if a.__class__ is Truth else (b, a)
            return answer if wanted is (relation == "eq") else negation(answer)
        if a.__class__ in _MEASURED or b.__class__ in _MEASURED:
            return measured(relation, a, b)
        if relation in ("eq", "ne") and (differ(a, b) or (of.plain is None and _are_apart(a, b))):
            return relation == "ne"
        if of.plain is None and relation in ("eq", "ne") and (is_one := _is_same(a, b)) is not None:
            return is_one is (relation == "eq")
        return TRUTH

    return run


def _are_apart(a: Value, b: Value) -> bool:
    """True if one of two values is null, and the other surely a text, a number or a letter."""
    other = b if a is None else a
    if (a is not None and b is not None) or other is None:
        return False
    return other.__class__ in (Parts, Measure, Sign, Truth) or (
        other.__class__ is Some and other.type in ("number", "char", "truth")
    )


_MEASURED = (Measure, Sign)
_TURNED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le"}
_OPPOSITE = {"lt": "ge", "le": "gt", "ne": "eq"}


def measured(relation: str, a: Value, b: Value) -> Value:
    """Compare a number that is measured on a text with a known one."""
    if a.__class__ is int or a is False:
        a, b, relation = b, a, _TURNED.get(relation, relation)
    if b is False and isinstance(a, Measure):
        b = a.absent  # PHP's place of a text that is not there
    if b.__class__ is not int or a.__class__ not in _MEASURED:
        return TRUTH
    if relation in _OPPOSITE:
        return negation(measured(_OPPOSITE[relation], a, b))
    if isinstance(a, Sign):
        return a.equal if relation == "eq" and b == 0 else TRUTH
    if relation == "ge":
        relation, b = "gt", b - 1
    return _compared_length(relation, a, b) if a.what is None else _compared_place(relation, a, b)


def _compared_length(relation: str, a: Measure, b: int) -> Value:
    """Compare the length of a text: it is at least that of its known parts."""
    least = a.plus
    for each in parts_of(a.of):
        if each.__class__ is str:
            least += len(each)
    return (relation == "gt") if b < least else TRUTH


def _compared_place(relation: str, a: Measure, b: int) -> Value:
    """Compare the place of a text in another, which is ``absent`` if it is not there."""
    if b < a.absent:
        return relation == "gt"
    if b >= a.plus or (relation == "eq" and b != a.absent):
        return TRUTH
    there = True if a.what.__class__ is str and is_found(a) else a.told
    return there if relation == "gt" else negation(there)


def differ(a: Value, b: Value) -> bool:
    """True if two texts surely differ: at their known heads or ends, or as one is longer than the other."""
    if a.__class__ is str:
        a, b = b, a
    if a.__class__ is not Parts:
        return False
    first, last = a.parts[0], a.parts[-1]
    if b.__class__ is str:
        if sum(len(each) for each in a.parts if each.__class__ is str) > len(b):
            return True
        return (first.__class__ is str and not b.startswith(first)) or (last.__class__ is str and not b.endswith(last))
    if b.__class__ is not Parts:
        return False
    head, end = b.parts[0], b.parts[-1]
    if first.__class__ is str and head.__class__ is str and not (first.startswith(head) or head.startswith(first)):
        return True
    return last.__class__ is str and end.__class__ is str and not (last.endswith(end) or end.endswith(last))


def _identical(a: Value, b: Value) -> Value:
    """Return whether two values are one object."""
    found = {_is_same(x, y) for x in options(a) for y in options(b)}
    return found.pop() if len(found) == 1 and None not in found else TRUTH


def _is_same(a: Value, b: Value) -> bool | None:
    objects = (Ref, Func)
    if a.__class__ in objects or b.__class__ in objects or (a is None and b is None):
        return a == b if (a.__class__ in objects or a is None) and (b.__class__ in objects or b is None) else None
    return False if a.__class__ in KNOWN and b.__class__ in KNOWN else None


def _in_range(i: Value, last: Value, step: Value) -> Value:
    """Return whether a counter has not passed its last value."""
    return num(i) <= num(last) if num(step) >= 0 else num(i) >= num(last)


def _concat(a: Value, b: Value) -> Value:
    return None if a is None and b is None else concat(a, b)


def _comparison(of: Callable[[Any, Any], bool], name: str, method: str) -> Operator:
    return Operator(_ordered(of), truth_of, of, of, name, method=method)


def _typed(value: Value, name: Value) -> Value:
    """Return a value as one of the type of its declaration, where its own is not known."""
    if value.__class__ is Some and not value.type:
        return Some(name, value.labels, value.codes, value.form)
    return value


OPERATORS: dict[str, Operator] = {
    "add-vb": Operator(_checked(_sum), _sum_of_some, operator.add, operator.add, method="op_Addition"),
    "concat-vb": Operator(_concat, concat, None, operator.add, method="op_Concatenate"),
    "sub-vb": Operator(_numbers(operator.sub), subtracted, operator.sub, method="op_Subtraction"),
    "mul-vb": Operator(_numbers(operator.mul), number_of, operator.mul, method="op_Multiply"),
    "div-vb": Operator(_numbers(operator.truediv), number_of, method="op_Division"),
    "intdiv-vb": Operator(_wholes(quotient), number_of, method="op_IntegerDivision"),
    "mod-vb": Operator(_wholes(remainder), number_of, method="op_Modulus"),
    "pow-vb": Operator(_numbers(_power), number_of, method="op_Exponent"),
    "and-vb": Operator(_logic(operator.and_), logic_of_some(conjunction), operator.and_, method="op_BitwiseAnd"),
    "or-vb": Operator(_logic(operator.or_), logic_of_some(disjunction), operator.or_, method="op_BitwiseOr"),
    "xor-vb": Operator(_logic(operator.xor), logic_of_some(None), operator.xor, method="op_ExclusiveOr"),
    "eqv-vb": Operator(_logic(lambda a, b: ~(a ^ b)), logic_of_some(None)),
    "imp-vb": Operator(_logic(lambda a, b: ~a | b), logic_of_some(None)),
    "not-vb": Operator(_checked(_not), _not_of_some, method="op_LogicalNot"),
    "neg-vb": Operator(_checked(lambda a: -num(a)), number_of, method="op_UnaryNegation"),
    "plus-vb": Operator(lambda a: a, lambda a: a),
    "truth-vb": Operator(lambda a: bool(_checked(_truth)(a)), _truth_of_some, method="op_True"),
    "eq-vb": _comparison(operator.eq, "eq", "op_Equality"),
    "ne-vb": _comparison(operator.ne, "ne", "op_Inequality"),
    "lt-vb": _comparison(operator.lt, "lt", "op_LessThan"),
    "gt-vb": _comparison(operator.gt, "gt", "op_GreaterThan"),
    "le-vb": _comparison(operator.le, "le", "op_LessThanOrEqual"),
    "ge-vb": _comparison(operator.ge, "ge", "op_GreaterThanOrEqual"),
    "is": Operator(_identical, _identical, plain=None),
    "in-range": Operator(_in_range, truth_of),
    "typed": Operator(lambda a, _: a, _typed, plain=None),
}
"""All operators: ``…-vb`` are those of Visual Basic, the others have one meaning in all languages."""


def _of_nothing(of: Operator) -> Operator:
    """Return an operator for which nothing is the first value of the other operand's type."""

    def known(*values: Value) -> Value:
        return of.known(*[EMPTY if each is None else each for each in values])

    return replace(of, known=known)


OPERATORS |= {name.replace("-vb", "-basic"): _of_nothing(of) for name, of in OPERATORS.items() if name.endswith("-vb")}
