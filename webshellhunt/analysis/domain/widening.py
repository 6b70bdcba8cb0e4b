"""Widening: values of turns or calls that differ become one that stands for the next ones, too."""

from __future__ import annotations

from webshellhunt.analysis.domain.joining import choice, collapsed, join
from webshellhunt.analysis.domain.taints import codes_of, counted, traces_of
from webshellhunt.analysis.domain.values import (
    ABSENT,
    NUMBER,
    UNKNOWN,
    Choice,
    Opaque,
    Tainted,
    Text,
    Thing,
    Value,
    is_known,
    options_of,
    same,
)
from webshellhunt.analysis.traces import Trace

_STRING = Opaque("string")


def _again(left: Value, right: Value) -> Value:
    """Return either of two values as one, where an object of another turn is like one that is known."""
    if right.__class__ is Thing and left is not right:
        traces = {*codes_of(right)}
        for option in left.options if left.__class__ is Choice else (left,):
            is_alike = option.__class__ is Thing and option.type == right.type and option.symbol is right.symbol
            if is_alike and traces <= {*codes_of(option)}:
                return left
    return join(left, right)


def counting(left: Value, right: Value) -> Value:
    """Return either of two values as one; numbers of which the second one follows the first are any number."""
    if (
        isinstance(right, (int, float))
        and isinstance(left, (int, float))
        and right.__class__ is left.__class__ is not bool
    ):
        return left if left == right else NUMBER
    return join(left, right)


def widened(left: Value, right: Value) -> Value:
    """Return either of two values as one, where the next turn would change it again."""
    both = _again(left, right)
    if left is ABSENT or both.__class__ is not Choice:
        return both
    options = both.options
    if all(isinstance(each, (int, float)) or _is_number(each) for each in options):
        return counted(options)
    if any(each.__class__ is Text for each in options):
        return _grown(both)
    if len(options) > 3 and all(is_known(each) or each.__class__ is Opaque for each in options):
        return UNKNOWN
    return both


def blurred(left: Value, right: Value) -> Value:
    """Return either of two values as one of which no more is known than its type and its taint."""
    both = _again(left, right)
    if left is ABSENT or both.__class__ is not Choice:
        return both
    options = both.options
    if all(each.__class__ is bool for each in options):
        return both
    if all(isinstance(each, (int, float)) or _is_number(each) for each in options):
        return counted(options)
    if all(isinstance(each, str) or each.__class__ is Text or each == _STRING for each in options):
        return _grown(both)
    others = [each for each in options if not is_known(each)]
    return choice([*others, UNKNOWN]) if len(others) < len(options) - 1 else both


def _is_plain(value: Value) -> bool:
    """True if a value is no object or function, and nothing that the code got by a name."""
    return value.__class__ in (Text, Tainted) or (value.__class__ is Opaque and not value.path)


def _grown(value: Value) -> Value:
    """Return a text that each turn makes longer; the beginning that all have stays known."""
    traces = traces_of(value)
    if not traces:
        return _STRING
    made = collapsed(options_of(value))
    front = made.parts[0] if made.__class__ is Text and isinstance(made.parts[0], str) else _STRING
    return Text((front, Tainted(traces, "string"), _STRING))


def _is_number(value: Value) -> bool:
    return value.__class__ is Opaque and value.type == NUMBER.type


def covers(general: Value, value: Value) -> bool:
    """True if a run with one value did all that one with another value would do."""
    if general is value or same(general, value):
        return True
    if value.__class__ is Choice:
        return all(covers(general, each) for each in value.options)
    return any(_covers(each, value) for each in options_of(general))


def _covers(general: Value, value: Value) -> bool:
    if same(general, value):
        return True
    kind = general.__class__
    if kind is Tainted or kind is Text:
        return (is_known(value) or _is_plain(value)) and _ids(value) <= _ids(general)
    if kind is not Opaque or general.path:
        return False
    if _is_number(general):
        return isinstance(value, (int, float)) or (_is_number(value) and {*value.codes} <= {*general.codes})
    if general.type == "string":
        return isinstance(value, str) or value == _STRING
    return not general.type and (is_known(value) or (value.__class__ is Opaque and not value.path and not value.codes))


def _ids(value: Value) -> set[tuple[str, int, str | None]]:
    return {_id(each) for each in codes_of(value)}


def _id(trace: Trace) -> tuple[str, int, str | None]:
    return trace.kind, trace.place, trace.key
