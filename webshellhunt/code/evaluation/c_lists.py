"""What the members of lists of C# and JScript do: they map, filter and fold, or change a list in place."""

from __future__ import annotations

from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.constants.operators import Char, Value
from webshellhunt.code.evaluation.c_values import Closure, integer_of, number_of, text_of, truth_of
from webshellhunt.code.evaluation.functions import MAX_ITEMS
from webshellhunt.code.evaluation.values import MAX_TEXT


def sequence(value: Value) -> list[Value]:
    """Return the items of a list, or the characters of a text, of which those that are the same are made once."""
    if isinstance(value, str):
        if len(value) > MAX_ITEMS:
            raise UnknownError
        made = {each: Char(each) for each in set(value)}
        return [made[each] for each in value]
    if isinstance(value, bytes):
        return list(value)
    if not isinstance(value, list):
        raise UnknownError
    return value


def part(value: Value, start: int, end: int | None = None) -> list[Value]:
    """Return some items of a list, or characters of a text, without making the others."""
    if not isinstance(value, (str, bytes, list)):
        raise UnknownError
    return sequence(value[start:end])


def called(function: Value, *arguments: Value) -> Value:
    """Return what a function that is a value gives for some arguments."""
    if not isinstance(function, Closure):
        raise UnknownError
    return function.call(list(arguments))


def mapped(a: list[Value]) -> list[Value]:
    """``Select(f)``: each item as a function gives it, which may ask for its number too."""
    return [flat(called(a[1], item, index)) for index, item in enumerate(sequence(a[0]))]


def flat(value: Value) -> Value:
    """Return a value that goes into a list; no list does, for what holds itself has no end."""
    if isinstance(value, (list, dict)):
        raise UnknownError
    return value


def filtered(a: list[Value]) -> list[Value]:
    """``Where(f)``: the items of which a function is true."""
    return [item for index, item in enumerate(sequence(a[0])) if truth_of(called(a[1], item, index))]


def folded(a: list[Value]) -> Value:
    """``Aggregate(seed, f)``, ``Aggregate(f)``."""
    items = sequence(a[0])
    value, rest, function = (a[1], items, a[2]) if len(a) > 2 else (items[0], items[1:], a[1])
    for item in rest:
        value = called(function, value, item)
    return value


def reduced(a: list[Value]) -> Value:
    """``reduce(f, seed)``, ``reduce(f)``."""
    return folded([a[0], a[2], a[1]] if len(a) > 2 else a)


def zipped(a: list[Value]) -> list[Value]:
    """``Zip(other, f)``."""
    return [flat(called(a[2], x, y)) for x, y in zip(sequence(a[0]), sequence(a[1]), strict=False)]


def ordered(a: list[Value], *, falls: bool = False) -> list[Value]:
    """``OrderBy(key)``; where it ``falls``, from the largest to the smallest."""
    keys = [called(a[1], item) for item in sequence(a[0])]
    texts = all(isinstance(key, str) for key in keys)
    order = sorted(range(len(keys)), key=lambda at: keys[at] if texts else number_of(keys[at]), reverse=falls)
    return [sequence(a[0])[at] for at in order]


def grown(held: Value, items: list[Value], at: int | None = None) -> Value:
    """Put items into a list; return it."""
    if not isinstance(held, list) or len(held) + len(items) > 4 * MAX_ITEMS:
        raise UnknownError
    position = len(held) if at is None else at
    if not 0 <= position <= len(held):
        raise UnknownError
    held[position:position] = [flat(item) for item in items]
    return held


def reverse_here(a: list[Value]) -> Value:
    """``Array.Reverse(items)``, ``Array.Reverse(items, start, count)``."""
    if len(a) == 3:
        start, count = integer_of(a[1]), integer_of(a[2])
        a[0][start : start + count] = a[0][start : start + count][::-1]
    else:
        items_of(a[0]).reverse()
    return a[0]


def items_of(value: Value) -> list[Value]:
    """Return a list itself, to be changed."""
    if not isinstance(value, list):
        raise UnknownError
    return value


def copy_part(source: Value, start: Value, target: Value, at: Value, count: Value) -> Value:
    """``Array.Copy(source, start, target, at, count)``."""
    left, right, size = integer_of(start), integer_of(at), integer_of(count)
    if min(left, right, size) < 0 or left + size > len(items_of(source)) or right + size > len(items_of(target)):
        raise UnknownError
    target[right : right + size] = source[left : left + size]
    return target


def position(a: list[Value]) -> int:
    """``x.IndexOf(y)``."""
    if isinstance(a[0], list):
        return a[0].index(a[1]) if a[1] in a[0] else -1
    return text_of(a[0]).find(text_of(a[1]), integer_of(a[2]) if len(a) > 2 else 0)


def concat(a: list[Value]) -> Value:
    """``x.Concat(y)``, of texts and of lists."""
    is_list = isinstance(a[0], list)
    parts = [each if isinstance(each, (list, str)) else text_of(each) for each in a]
    if sum(1 if is_list and not isinstance(each, list) else len(each) for each in parts) > (
        MAX_ITEMS if is_list else MAX_TEXT
    ):
        raise UnknownError
    if not is_list:
        return "".join(text_of(each) for each in a)
    return [item for each in a for item in (each if isinstance(each, list) else [each])]


def push(a: list[Value]) -> Value:
    """``items.push(x)``, which gives the new length."""
    return len(grown(a[0], a[1:]))
