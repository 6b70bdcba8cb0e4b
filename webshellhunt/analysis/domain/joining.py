"""Joining: one value for several, as branches leave them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from webshellhunt.analysis.domain.taints import counted, derived, is_found, traces_of
from webshellhunt.analysis.domain.texts import concatenated
from webshellhunt.analysis.domain.values import (
    ABSENT,
    NUMBER,
    UNKNOWN,
    Choice,
    Opaque,
    Tainted,
    Text,
    Value,
    options_of,
)
from webshellhunt.analysis.traces import merged

MAX_OPTIONS = 8
_FEW = 12
"""Options that are compared with each other."""


def join(left: Value, right: Value) -> Value:
    """Return either of two values as one."""
    if left is right or left is ABSENT:
        return right
    if right is ABSENT:
        return left
    if left.__class__ is right.__class__ and left == right:
        return right
    if left.__class__ is not Choice and right.__class__ is not Choice:
        return _one_of([left, right])
    if _is_among(right, left):
        return left
    return right if _is_among(left, right) else choice((*options_of(left), *options_of(right)))


def _is_among(value: Value, options: Value) -> bool:
    """True if a value is one of several others."""
    if options.__class__ is Choice:
        for each in options.options:
            if each is value or (each.__class__ is value.__class__ and each == value):
                return True
    return False


def choice(values: Iterable[Value]) -> Value:
    """Return one of several values as one; of too many, the taint is kept."""
    options = _distinct(values)
    return options[0] if len(options) == 1 else _one_of(options)


def _one_of(options: list[Value]) -> Value:
    """Return one of several values, none of which are the same, as one."""
    kinds = [each.__class__ for each in options]
    if kinds.count(Opaque) > 1:
        options = _with_one_number(options)
    tainted = [each for each in options if each.__class__ is Tainted] if kinds.count(Tainted) > 1 else []
    if tainted and len({(each.type, each.form) for each in tainted}) == 1:
        options = [each for each in options if each.__class__ is not Tainted]
        traces = merged(trace for each in tainted for trace in each.traces)
        options.append(Tainted(traces, tainted[0].type, tainted[0].form))
    if len(options) > MAX_OPTIONS:
        options = [collapsed(options)]
    return options[0] if len(options) == 1 else Choice(tuple(options))


def _distinct(values: Iterable[Value]) -> list[Value]:
    """Return the options of values, each once: the first ones are compared, further ones looked up."""
    options: list[Value] = []
    seen: set[tuple[type, Value]] = set()
    for value in values:
        for option in value.options if value.__class__ is Choice else (value,):
            if len(options) < _FEW:
                for each in options:
                    if each is option or (each.__class__ is option.__class__ and each == option):
                        break
                else:
                    options.append(option)
                continue
            if not seen:
                seen = {(each.__class__, each) for each in options}
            if (option.__class__, option) not in seen:
                seen.add((option.__class__, option))
                options.append(option)
    return options


def collapsed(options: Sequence[Value]) -> Value:
    """Return one value for several; of texts, the beginning and the end that all of them have stay known."""
    is_text = any(each.__class__ is Text or isinstance(each, str) for each in options)
    if not is_text or not all(map(_is_textual, options)):
        return derived(options)
    front = _common([_edge(each, 0) for each in options])
    back = _common([text[::-1] for text in (_edge(each, -1) for each in options)])[::-1]
    begins = front or ("" if any(_is_written(_part(each, 0)) for each in options) else UNKNOWN)
    ends = back or ("" if any(_is_written(_part(each, -1)) for each in options) else UNKNOWN)
    return concatenated((begins, derived(options, "string"), ends))


def _is_textual(value: Value) -> bool:
    """True if a value may be a text, of which the parts that the visitor writes are known."""
    return value.__class__ in (Text, Opaque) or isinstance(value, str) or is_found(value)


def _is_written(value: Value) -> bool:
    """True if the visitor writes a value, or a part of it."""
    return bool(traces_of(value)) and not is_found(value)


def _part(text: Value, at: int) -> Value:
    return text.parts[at] if text.__class__ is Text else text


def _edge(text: Value, at: int) -> str:
    """Return the known text at the beginning or the end of a text."""
    part = _part(text, at)
    return str(part) if isinstance(part, str) else ""


def _common(texts: Sequence[str]) -> str:
    """Return the beginning that all of some texts have."""
    low, high = min(texts), max(texts)
    size = next((at for at, letter in enumerate(low) if letter != high[at]), len(low))
    return low[:size]


def _with_one_number(options: list[Value]) -> list[Value]:
    """Return options of which one at most is a number that is not known."""
    numbers = [each for each in options if each.__class__ is Opaque and each.type == NUMBER.type and not each.path]
    if len(numbers) < 2:
        return options
    others = [each for each in options if not any(each is number for number in numbers)]
    return [*others, counted(numbers)]
