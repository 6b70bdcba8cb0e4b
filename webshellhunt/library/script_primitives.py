"""Primitives of JScript: the operations of its rows on lists, functions, objects and texts.

Each gets the run, the frame, the object, the arguments, the place and the row; ``MISSING`` says that the row's result
is all that is known.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import cmp_to_key, partial
from typing import Any

from webshellhunt.core import properties as p
from webshellhunt.core.classes import VECTOR
from webshellhunt.core.containers import iterate, spread
from webshellhunt.core.heap import KIND, PROTOTYPE, REST, SIZE
from webshellhunt.core.library_calls import labels_in
from webshellhunt.core.script_compile import equal
from webshellhunt.core.script_operators import some_number, truth
from webshellhunt.core.script_values import NAN, as_text, number_of, whole
from webshellhunt.core.text import of_code, piece_of, replace, split
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Argument,
    Measure,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    Value,
    choice,
    concat,
    is_of_server,
    join,
    labels_of,
    options,
)  # fmt: skip
from webshellhunt.library.jscript_functions import from_codes, in_radix
from webshellhunt.library.patterns import COPY, Regex, regex
from webshellhunt.library.sequences import table_of

Frame = list[Any]
Primitive = Callable[[Any, Frame, Any, list[Any], int, Any], Any]
_MOST_CALLS = 4_000
"""Calls of one function for the items of a list, or the matches of a pattern."""
_MOST_ITEMS = 100_000
_MOST_LETTERS = 200
_MOST_BOUND = 64
_DEEPEST = 24
_EVALUATOR = Ref("js.eval")


def argument(a: list[Any], at: int = 0) -> Value:
    """Return an argument; one that is left out is undefined."""
    return a[at] if len(a) > at else EMPTY


# Expressions ----------------------------------------------------------------------------------------------------------


def _make_object(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``{a: b}``: names and values in turn."""
    fields: dict[Any, Any] = {}
    for key, value in zip(a[::2], a[1::2], strict=True):
        name = p.key_of(key)
        if name is not None:
            fields[name] = value
    return p.make(f, "plain", fields, at)


def _names_of(m: Value, f: Frame, __: Value, a: list[Any], at: int, ____: Value) -> Value:
    """Return an iterator over the names of an object; over the items of a collection of .NET."""
    if a[0].__class__ is Ref and m.world.library.has_types:
        kind = f[0].t[a[0].oid][KIND]
        if kind not in p.SCRIPTED and kind != VECTOR:
            return iterate(m, f, None, [a[0]], at)
        if kind == VECTOR:
            items = spread(f, a[0])
            return ("items", tuple(map(str, range(len(items)))), 0)
    names, rest = p.names_of(f, a[0])
    if rest is MISSING and not any(MISSING in options(v) for v in _entries(f, a[0])):
        return ("items", tuple(names), 0)
    return ("any", choice([*names, *([rest] if rest is not MISSING else [])]), 0)


def _entries(f: Frame, value: Value) -> list[Any]:
    return [v for each in options(value) if each.__class__ is Ref for v in f[0].t[each.oid].values()]


def _contains(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``x.indexOf(y) >= 0``, with its facts about ``y``: one of the items, or a part of the text."""
    subject, sought = a
    found = p.call_property(f, subject, "indexOf", [sought], at)
    if found.__class__ in KNOWN:
        return number_of(found) >= 0
    if sought.__class__ in KNOWN:
        return TRUTH
    items = p.items_of(f, subject)
    if items is not None:
        known = [each for each in items if each.__class__ in KNOWN]
        return Truth(((Argument(1), sought, choice(known)),)) if len(known) == len(items) and known else TRUTH
    if subject.__class__ is not str and not is_of_server(subject):
        return TRUTH
    return Truth(((Argument(1, is_inner=sought.__class__ is Parts), sought, piece_of(subject, sought)),))


class _Later:
    """The places of the arguments of ``f.call(object, …)``: each is one later than in a call of the function."""

    @staticmethod
    def given_back(f: Frame, found: Value, _: list[Any], __: Value) -> Value:
        """Return a result that says of an argument that which it says of the one before."""
        made = found[0]
        if found[2] is not None or made.__class__ is not Truth:
            return p.about(f, found, [], None)
        return Truth(*(tuple((_later(key), now, then) for key, now, then in facts) for facts in (made.yes, made.no)))


def _later(key: Value) -> Value:
    return Argument(key.index + 1, key.is_inner) if key.__class__ is Argument else key


def _call_with(_: Value, f: Frame, subject: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``f.call(object, …)``."""
    return p.call_value(f, subject, a[1:], argument(a), at, (_Later, None))


def _matches(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``x.match(y)``, whose result is only tested."""
    if a[0].__class__ is Ref:
        answer = truth(p.call_property(f, a[0], "match", a[1:], at))
        return TRUTH if answer is None else answer
    return _tested(f, a[0], _pattern_of(f, a[1]), 0)


def _executes(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``x.exec(y)``, whose result is only tested; ``x`` may also be an object that starts programs."""
    if a[0].__class__ is Ref and f[0].t[a[0].oid][KIND] == "pattern":
        return _tested(f, a[1], a[0], 1)
    answer = truth(p.call_property(f, a[0], "exec", a[1:], at))
    return TRUTH if answer is None else answer


# Functions ------------------------------------------------------------------------------------------------------------


def _apply(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    """``f.apply(this, list)``."""
    listed = argument(a, 1)
    items = p.items_of(f, listed)
    if items is None:
        some = p.some_items(f, listed)
        items = [choice(some)] * 3 if some else []
    return p.call_value(f, subject, items, argument(a), at)


def _bind(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    """``f.bind(this, arguments)``: a function of the library that keeps them."""
    this, first = argument(a), a[1:]
    table = table_of(f, subject)
    if p.BOUND in table:
        first = [*p.bound_arguments(table), *first][:_MOST_BOUND]
        subject, this = table[p.BOUND], table[p.BOUND_THIS]
    fields: dict[Any, Any] = {p.BOUND: subject, p.BOUND_THIS: this, p.NATIVE: "js.bound"}
    fields |= {(p.BOUND, n): each for n, each in enumerate(first)}
    return p.make(f, "function", fields, at)


def _new_function(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``new Function(parameters, body)``: the value of the text of such a function."""
    *names, body = [p.text(f, each) for each in a] or [""]
    listed: Value = ""
    for n, each in enumerate(names):
        listed = concat(concat(listed, ","), each) if n else each
    return p.evaluate(f, _EVALUATOR, [concat(concat(concat(concat("(function(", listed), "){"), body), "\n})")], at)


# Objects --------------------------------------------------------------------------------------------------------------


def _new_object(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    value = argument(a)
    return p.make(f, "plain", {}, at) if value is None or value is EMPTY else value


def _has_own(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    """``x.hasOwnProperty(name)``, with its facts about the name."""
    name = argument(a)
    found = p.has(f, subject, name if name.__class__ in KNOWN else p.text(f, name), is_own=True)
    if found is not None:
        return found
    if subject.__class__ is not Ref or name.__class__ in KNOWN:
        return TRUTH
    table = f[0].t[subject.oid]
    names = [str(key) for key in table if not p.is_hidden(key)]
    return TRUTH if REST in table else Truth(((Argument(0), name, choice([*names]) if names else EMPTY),))


def _is_prototype(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    """``x.isPrototypeOf(y)``."""
    each = argument(a)
    for _n in range(_DEEPEST):
        if each.__class__ is not Ref:
            return False
        each = f[0].t[each.oid].get(PROTOTYPE)
        if each == subject:
            return True
    return TRUTH


def _class_text(_: Value, f: Frame, subject: Value, __: list[Any], ___: int, ____: Value) -> Value:
    """``Object.prototype.toString``: the class of an object."""
    kind = p.kind_of(f, subject)
    if kind == "prototype":
        kind = f[0].t[subject.oid].get(p.OF, "plain")
    name = p.CLASSES.get(kind, "")
    return f"[object {name}]" if name else Some("text")


def _wrap(m: Value, f: Frame, _: Value, a: list[Any], at: int, row: Value) -> Value:
    """``new String(x)`` and the like: an object with the value."""
    of = m.world.rows["js", row.names[-1].removeprefix("new-")]
    value = p.use(f, of, None, a, at)
    return p.make(f, "wrapped", {p.VALUE: value, p.OF: p.kind_of(f, value)}, at)


def _keys_of(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``Object.keys(x)``."""
    names, rest = p.names_of(f, argument(a))
    return p.make_list(f, [*names], at) if rest is MISSING else p.make_some_list(f, [*names, rest], at)


def _is_list(_: Value, f: Frame, __: Value, a: list[Any], ___: int, ____: Value) -> Value:
    """``Array.isArray(x)``."""
    value = argument(a)
    if value.__class__ is Ref:
        return bool(f[0].t[value.oid][KIND] == "list")
    return False if value.__class__ in KNOWN else TRUTH


def _to_truth(_: Value, __: Frame, ___: Value, a: list[Any], ____: int, _____: Value) -> Value:
    """``Boolean(x)``."""
    value = argument(a)
    found = truth(value)
    return value if value.__class__ is Truth else TRUTH if found is None else found


def _measure(_: Value, f: Frame, ___: Value, a: list[Any], ____: int, _____: Value) -> Value:
    """Return the result of a test of something, which tells nothing of it."""
    if a[0].__class__ is Measure:
        return NUMBER
    tells = labels_of(a[0]) or any(labels_in(f, each) for each in options(a[0]) if each.__class__ is Ref)
    return Some("text") if tells else a[0]


def _as_letters(_: Value, __: Frame, ___: Value, a: list[Any], ____: int, _____: Value) -> Value:
    """Return the code of a letter, which tells as much as that."""
    codes = some_number(a[0]).codes
    return Some("", codes, codes) if codes and a[0].__class__ not in KNOWN else a[0]


def _is_nan(_: Value, f: Frame, __: Value, a: list[Any], ___: int, ____: Value) -> Value:
    """``isNaN(x)``: where it is false, the text is a number."""
    value = p.primitive(f, argument(a), "number")
    if value.__class__ in KNOWN:
        number = number_of(value)
        return number != number
    return Truth((), ((Argument(0), argument(a), _as_digits(value)),))


def _is_finite(_: Value, f: Frame, __: Value, a: list[Any], ___: int, ____: Value) -> Value:
    """``isFinite(x)``: where it is true, the text is a number."""
    value = p.primitive(f, argument(a), "number")
    if value.__class__ in KNOWN:
        number = number_of(value)
        return number == number and abs(number) != float("inf")
    return Truth(((Argument(0), argument(a), _as_digits(value)),))


def _as_digits(value: Value) -> Value:
    return Some("text", NONE, some_number(value).codes, "digits")


_ERRORS = {
    "typeerror": "TypeError", "rangeerror": "RangeError", "referenceerror": "ReferenceError",
    "syntaxerror": "SyntaxError", "evalerror": "EvalError", "urierror": "URIError",
}  # fmt: skip


def _new_error(_: Value, f: Frame, __: Value, a: list[Any], at: int, row: Value) -> Value:
    """``new Error(number, description)``, ``new Error(message)``."""
    number, message = (a[0], argument(a, 1)) if len(a) > 1 else (0, argument(a))
    if len(a) == 1 and a[0].__class__ in (int, float):
        number, message = a[0], ""
    message = "" if message is EMPTY else p.text(f, message)
    name = _ERRORS.get(row.names[-1], "Error")
    fields: dict[Any, Any] = {"name": name, "message": message, "description": message, "number": number}
    if name != "Error":
        fields[PROTOTYPE] = Ref(p.prototype_of(name))
    return p.make(f, "error", fields, at)


def _new_activex(m: Value, f: Frame, _: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``new ActiveXObject(id)``: as ``Server.CreateObject``."""
    if "server" not in f[0].t:
        return m.row(f, m.world.rows["", "createobject"], None, [p.text(f, argument(a))], at)
    return p.call_property(f, Ref("server"), "createobject", [p.text(f, argument(a))], at)


def _get_object(m: Value, f: Frame, _: Value, a: list[Any], at: int, __: Value) -> Value:
    """``GetObject(path, class)``, by the function of the same name of Visual Basic."""
    found = m.world.rows.get(("", "getobject"))
    return UNKNOWN if found is None else m.row(f, found, None, [p.text(f, each) for each in a], at)


# Lists ----------------------------------------------------------------------------------------------------------------


def _new_array(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``new Array(size)``, ``new Array(items)``."""
    if len(a) == 1:
        size = a[0]
        if size.__class__ is int and size >= 0:
            return p.make(f, "list", {SIZE: size}, at)
        if size.__class__ is Some and size.type == "number":
            return p.make(f, "list", {SIZE: NUMBER}, at)
    return p.make_list(f, a, at)


def _replaced(f: Frame, ref: Ref, items: list[Any]) -> None:
    """Give a list other items; its other properties stay."""
    table = f[0].own(ref.oid)
    if ref.oid in f[0].weak:
        _blurred(f, ref, items)
        return
    for key in [k for k in table if k.__class__ is int]:
        del table[key]
    table.update(enumerate(items))
    table[SIZE] = len(items)


def _blurred(f: Frame, ref: Value, added: list[Any]) -> None:
    """Let a list have its items, and others, in any order and number."""
    if ref.__class__ is not Ref:
        return
    items = p.some_items(f, ref) + added
    table = f[0].own(ref.oid)
    for key in [k for k in table if k.__class__ is int]:
        del table[key]
    if items:
        table[REST] = choice([EMPTY if each is MISSING else each for each in items])
    table[SIZE] = NUMBER


def _push(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    """``x.push(items)``; any object with a length may have it."""
    if subject.__class__ is not Ref:
        return NUMBER
    heap = f[0]
    table = heap.own(subject.oid)
    place = SIZE if table[KIND] in ("list", "arguments") else "length"
    size = table.get(place, 0)
    if size.__class__ is not int or subject.oid in heap.weak or len(table) > p.MOST_ENTRIES:
        for each in a:
            table[REST] = join(table[REST], each) if REST in table else each
        table[place] = NUMBER
        return NUMBER
    for n, each in enumerate(a):
        table[size + n] = each
    table[place] = size + len(a)
    return size + len(a)


def _taken(f: Frame, subject: Value, at: int) -> Value:
    items = p.items_of(f, subject)
    if items is None or subject.oid in f[0].weak:
        found = p.some_items(f, subject)
        _blurred(f, subject, [])
        return choice([*found, EMPTY]) if found else EMPTY
    if not items:
        return EMPTY
    value = items.pop(at)
    if at >= 0:
        _replaced(f, subject, items)
        return value
    table = f[0].own(subject.oid)
    table.pop(len(items), None)
    table[SIZE] = len(items)
    return value


def _unshift(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    items = p.items_of(f, subject)
    if items is None:
        _blurred(f, subject, a)
        return NUMBER
    _replaced(f, subject, [*a, *items])
    return len(items) + len(a)


def _splice(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    """``x.splice(start, count, items)``: return the removed items."""
    items = p.items_of(f, subject)
    if items is None or not all(each.__class__ in KNOWN for each in a[:2]):
        found = p.some_items(f, subject)
        _blurred(f, subject, a[2:])
        return p.make_some_list(f, found, at)
    size = len(items)
    first = whole(argument(a))
    first = max(first + size, 0) if first < 0 else min(first, size)
    count = min(max(whole(a[1]), 0), size - first) if len(a) > 1 else size - first
    _replaced(f, subject, [*items[:first], *a[2:], *items[first + count :]])
    return p.make_list(f, items[first : first + count], at)


def _slice_list(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    """``x.slice(start, end)``."""
    items = p.items_of(f, subject)
    if items is None or not all(each.__class__ in KNOWN for each in a):
        return p.make_some_list(f, p.some_items(f, subject), at)
    size = len(items)
    first, last = whole(argument(a)), whole(a[1]) if len(a) > 1 and a[1] is not EMPTY else size
    first = max(first + size, 0) if first < 0 else first
    last = max(last + size, 0) if last < 0 else last
    return p.make_list(f, items[first:last], at)


def _concat_lists(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    """``x.concat(lists, items)``."""
    found: list[Any] = []
    is_exact = True
    for each in (subject, *a):
        if each.__class__ is Ref and f[0].t[each.oid][KIND] == "list":
            items = p.items_of(f, each)
            is_exact = is_exact and items is not None
            found += p.some_items(f, each) if items is None else items
        else:
            is_exact = is_exact and each.__class__ is not OneOf
            found += p.some_items(f, each) if each.__class__ is OneOf else [each]
    return p.make_list(f, found, at) if is_exact else p.make_some_list(f, found, at)


def _join_list(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    by = argument(a)
    return p.joined(f, subject, "," if by is EMPTY else p.text(f, by)) if subject.__class__ is Ref else MISSING


def _reverse_list(_: Value, f: Frame, subject: Value, __: list[Any], ___: int, ____: Value) -> Value:
    items = p.items_of(f, subject)
    if items is not None:
        _replaced(f, subject, items[::-1])
    return subject


def _sort_list(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    """``x.sort(function)``."""
    items = p.items_of(f, subject)
    if items is None or len(items) > _MOST_CALLS:
        return subject
    function = argument(a)
    unknown: list[Any] = []

    def order(x: Value, y: Value) -> int:
        number = p.number(f, p.call_value(f, function, [x, y], None, at))
        if number.__class__ not in KNOWN:
            unknown.append(number)
            return 0
        return int(number > 0) - int(number < 0)

    if function is not EMPTY:
        found = sorted(items, key=cmp_to_key(order))
    else:
        texts = [p.text(f, each) for each in items]
        unknown = [each for each in texts if each.__class__ is not str]
        places = [*range(len(items))] if unknown else sorted(range(len(items)), key=texts.__getitem__)
        found = [items[n] for n in places]
    if unknown:
        _blurred(f, subject, [])
    else:
        _replaced(f, subject, found)
    return subject


def _found_at(f: Frame, items: list[Any] | None, sought: Value, places: Value) -> Value:
    if items is None:
        return MISSING
    for n in places(range(len(items))):
        answer = equal(f, items[n], sought, is_strict=True)
        if answer is True:
            return n
        if answer is not False:
            return MISSING
    return -1


def _each_result(f: Frame, subject: Value, a: list[Any], at: int) -> tuple[list[Any], list[Any], bool]:
    """Return items, the results of a function for them, and whether the items are all in order."""
    items = p.items_of(f, subject)
    function, this = argument(a), argument(a, 1)
    if items is None or len(items) > _MOST_CALLS:
        found = p.some_items(f, subject)
        items = [choice(found)] if found else []
        return items, [p.call_value(f, function, [each, NUMBER, subject], this, at) for each in items], False
    return items, [p.call_value(f, function, [x, n, subject], this, at) for n, x in enumerate(items)], True


def _for_each(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    _each_result(f, subject, a, at)
    return EMPTY


def _map_list(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    _items, found, is_exact = _each_result(f, subject, a, at)
    return p.make_list(f, found, at) if is_exact else p.make_some_list(f, found, at)


def _select(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    """``x.filter(function)``."""
    items, found, is_exact = _each_result(f, subject, a, at)
    answers = [truth(each) for each in found]
    kept = [x for x, answer in zip(items, answers, strict=True) if answer is not False]
    return p.make_list(f, kept, at) if is_exact and None not in answers else p.make_some_list(f, kept, at)


def _any_of(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value, *, is_some: bool) -> Value:
    _items, found, is_exact = _each_result(f, subject, a, at)
    answers = [truth(each) for each in found]
    if is_some in answers and is_exact:
        return is_some
    return TRUTH if None in answers or not is_exact else not is_some


def _reduced(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value, *, is_right: bool) -> Value:
    items = p.items_of(f, subject)
    function = argument(a)
    if items is None or len(items) > _MOST_CALLS:
        found = p.some_items(f, subject)
        some = choice(found) if found else UNKNOWN
        first = a[1] if len(a) > 1 else some
        return join(first, p.call_value(f, function, [first, some, NUMBER, subject], None, at))
    places = [*enumerate(items)][:: -1 if is_right else 1]
    if len(a) < 2 and not places:
        return EMPTY
    value = a[1] if len(a) > 1 else places.pop(0)[1]
    for n, each in places:
        value = p.call_value(f, function, [value, each, n, subject], None, at)
    return value


# Texts and numbers ----------------------------------------------------------------------------------------------------


def _concat_texts(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    value = as_text(subject)
    for each in a:
        value = concat(value, p.text(f, each))
    return value


def _from_char_codes(_: Value, f: Frame, __: Value, a: list[Any], ___: int, ____: Value) -> Value:
    """``String.fromCharCode(codes)``."""
    if all(each.__class__ in KNOWN for each in a):
        return from_codes(*a)
    found: Value = ""
    for each in a[:_MOST_LETTERS]:
        value = each if each.__class__ is Some and each.type == "number" else p.number(f, each)
        letters = [from_codes(x) if x.__class__ in KNOWN else _letter(x) for x in options(value)]
        found = concat(found, choice(letters))
    return found


def _letter(code: Value) -> Value:
    return of_code(Some("text", some_number(code).codes), code)


def _of_numbers(_: Value, f: Frame, __: Value, a: list[Any], ___: int, row: Value) -> Value:
    """``Math.max(numbers)`` and ``Math.min``."""
    numbers = [p.number(f, each) for each in a]
    if not all(each.__class__ in KNOWN for each in numbers):
        return some_number(*numbers)
    if any(each != each for each in numbers):
        return NAN
    is_max = row.names[-1] == "max"
    return (max if is_max else min)(numbers, default=float("-inf" if is_max else "inf"))


def _number_text(_: Value, __: Frame, subject: Value, a: list[Any], ___: int, ____: Value) -> Value:
    """``number.toString(radix)``."""
    if subject.__class__ in KNOWN and all(each.__class__ in KNOWN for each in a):
        try:
            return in_radix(subject, *a[:1])
        except ValueError:
            pass
    return Some("text", NONE, some_number(subject).codes, "digits")


def _split_text(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    """``text.split(by, limit)``."""
    by, limit = argument(a), argument(a, 1)
    text = as_text(subject)
    if text.__class__ is OneOf:
        text = Some("text", labels_of(text)) if labels_of(text) else Some("text")
    most = None if limit is EMPTY else whole(limit) if limit.__class__ in KNOWN else -1
    if by.__class__ is Ref and f[0].t[by.oid][KIND] == "pattern":
        return _split_by_pattern(f, text, by, most, at)
    if by is EMPTY:
        return p.make_list(f, [text], at)
    by = p.text(f, by)
    some = p.make_some_list(f, [Some("text", labels_of(text))], at)
    if by.__class__ is not str or most == -1:
        return some
    if text.__class__ is str:
        found = text.split(by) if by else [*text]
        return p.make_list(f, [*found[:most]], at) if len(found) <= _MOST_ITEMS else some
    items, rest = (split(text, by) if by else None) or ([], MISSING)
    if not items:
        return some
    if rest is MISSING:
        return p.make_list(f, items[:most], at)
    fields: dict[Any, Any] = dict(enumerate(items[:most]))
    if most is None or len(items) < most:
        fields[p.TAIL] = rest
    return p.make(f, "list", {**fields, SIZE: NUMBER}, at)


def _split_by_pattern(f: Frame, text: Value, by: Ref, most: int | None, at: int) -> Value:
    found = _regex(f, by)
    if text.__class__ is str and found is not None and most != -1:
        matched = Regex(found.pattern, is_global=True, repetitions=found.repetitions).matches(text)
        if matched is not MISSING:
            parts: list[Any] = []
            start = 0
            for match in matched:
                if match.end() > match.start():
                    parts.append(text[start : match.start()])
                    start = match.end()
            parts.append(text[start:])
            return p.make_list(f, [each for each in parts if each][:most], at)
    return p.make_some_list(f, [Some("text", labels_of(text))], at)


# Regular expressions --------------------------------------------------------------------------------------------------


_FLAGS = (("global", "g"), ("ignoreCase", "i"), ("multiline", "m"))
_SOURCE = "source"
_SIGNS = "\0flags"


def _new_pattern(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``new RegExp(source, flags)``."""
    source, flags = argument(a), argument(a, 1)
    if source.__class__ is Ref and f[0].t[source.oid][KIND] == "pattern":
        table = f[0].t[source.oid]
        source, flags = table[_SOURCE], table[_SIGNS] if flags is EMPTY else flags
    return p.make(f, "pattern", _pattern_fields(f, source, flags), at)


def _pattern_fields(f: Frame, source: Value, flags: Value) -> dict[Any, Any]:
    source = "" if source is EMPTY else p.text(f, source)
    flags = "" if flags is EMPTY else p.text(f, flags)
    is_known = flags.__class__ is str
    fields = {name: sign in flags if is_known else TRUTH for name, sign in _FLAGS}
    return {_SOURCE: source, _SIGNS: flags, "lastIndex": 0, **fields}


def _compile_pattern(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    """``pattern.compile(source, flags)``."""
    if subject.__class__ is Ref:
        for key, value in _pattern_fields(f, argument(a), argument(a, 1)).items():
            f[0].write(subject.oid, key, value)
    return subject


def _regex(f: Frame, value: Value) -> Regex | None:
    """Return the compiled pattern of an object, ``None`` where it is not known or too dear."""
    if value.__class__ is not Ref or f[0].t[value.oid][KIND] != "pattern":
        return None
    table = f[0].t[value.oid]
    source, flags = table.get(_SOURCE), table.get(_SIGNS)
    if source.__class__ is not str or flags.__class__ is not str:
        return None
    try:
        return regex(_as_python(source), "i" in flags, "m" in flags, "g" in flags)
    except ValueError:
        return None


def _as_python(source: str) -> str:
    """Return a pattern with the classes of nothing and of any character as Python writes them."""
    return source.replace("[^]", r"[\s\S]").replace("[]", r"(?!)").replace("\\/", "/")


def _pattern_of(f: Frame, value: Value) -> Value:
    """Return an argument that is a pattern, or the pattern of which it is the source."""
    if value.__class__ is Ref or value.__class__ is OneOf:
        return value
    return p.make(f, "pattern", _pattern_fields(f, value, ""), 0)


def _note(f: Frame, text: Value, groups: list[Any], found: Value, before: Value, after: Value) -> None:
    """Keep the last match for ``RegExp.$1``."""
    if "js.RegExp" not in f[0].t:
        return
    table = f[0].own("js.RegExp")
    table.update({f"${n}": groups[n - 1] if n <= len(groups) else "" for n in range(1, 10)})
    table["lastMatch"] = table["$&"] = found
    table["lastParen"] = table["$+"] = groups[-1] if groups else ""
    table["leftContext"] = table["$`"] = before
    table["rightContext"] = table["$'"] = after
    table["input"] = table["$_"] = text


def _note_match(f: Frame, text: str, match: Value) -> None:
    groups = [each or "" for each in match.groups()]
    _note(f, text, groups, match[0], text[: match.start()], text[match.end() :])


def _note_unknown(f: Frame, found: Regex | None, text: Value) -> None:
    some = Some("text", labels_of(text))
    if found is None:
        _note(f, text, [some] * 9, some, some, some)
    else:
        _note(f, text, found.possible_groups(text), found.possible_match(text), some, some)


def _tested(f: Frame, value: Value, pattern: Value, index: int) -> Value:
    """Return whether a pattern matches, with the facts about the text, the argument of some index."""
    text, found = p.text(f, value), _regex(f, pattern)
    if found is None:
        _note_unknown(f, None, text)
        return TRUTH
    if text.__class__ is str:
        match = _searched(f, pattern, found, text)
        if match is not MISSING:
            if match is not None:
                _note_match(f, text, match)
            return match is not None
    if text.__class__ is OneOf and all(each.__class__ is str for each in text.options):
        return _tested_options(found, value, text, index)
    _note_unknown(f, found, text)
    if text.__class__ is Some and text.form.startswith(COPY):
        fact = (Argument(index, is_copy=True), value, Some("text", text.labels, form="data"))
        return Truth(*((fact,) if is_data else () for is_data in found.data_of(text)))
    then, other = found.whole_match(text), found.without_match(text)
    yes = ((Argument(index), value, then),) if then is not None else ()
    no = ((Argument(index), value, other),) if other is not None else ()
    return Truth(yes, no) if yes or no else TRUTH


def _tested_options(found: Regex, value: Value, text: OneOf, index: int) -> Value:
    answers = [found.search(each) for each in text.options]
    if MISSING in answers:
        return TRUTH
    pairs = [*zip(text.options, answers, strict=True)]
    kept, left = [x for x, match in pairs if match is not None], [x for x, match in pairs if match is None]
    if not kept or not left:
        return not left
    return Truth(((Argument(index), value, choice(kept)),), ((Argument(index), value, choice(left)),))


def _searched(f: Frame, pattern: Ref, found: Regex, text: str) -> Value:
    """Return the next match; a global pattern goes on after its last one."""
    if not found.is_global:
        return found.search(text)
    start = f[0].t[pattern.oid].get("lastIndex", 0)
    if start.__class__ is not int or found.search(text) is MISSING:
        return MISSING
    match = found.pattern.search(text, start) if 0 <= start <= len(text) else None
    after = 0 if match is None else match.end() + (match.end() == match.start())
    f[0].write(pattern.oid, "lastIndex", after)
    return match


def _executed(f: Frame, pattern: Value, text: Value, at: int) -> Value:
    """``pattern.exec(text)``: the match with its groups, or null."""
    found = _regex(f, pattern)
    if found is not None and text.__class__ is str:
        match = _searched(f, pattern, found, text)
        if match is None:
            return None
        if match is not MISSING:
            _note_match(f, text, match)
            return _match_list(f, [match[0], *(each or "" for each in match.groups())], match.start(), text, at)
    _note_unknown(f, found, text)
    if found is None:
        some = Some("text", labels_of(text))
        return OneOf((None, p.make(f, "list", {REST: some, SIZE: NUMBER, "index": NUMBER, "input": text}, at)))
    if found.is_global:
        f[0].write(pattern.oid, "lastIndex", NUMBER)
    items = [found.possible_match(text), *found.possible_groups(text)]
    return OneOf((None, _match_list(f, items, NUMBER, text, at)))


def _match_list(f: Frame, items: list[Any], index: Value, text: Value, at: int) -> Ref:
    fields: dict[Any, Any] = {**dict(enumerate(items)), SIZE: len(items), "index": index}
    return p.make(f, "list", {**fields, "input": text, "lastIndex": NUMBER}, at)


def _match_text(_: Value, f: Frame, subject: Value, a: list[Any], at: int, __: Value) -> Value:
    """``text.match(pattern)``: all matches of a global pattern, or the first one with its groups."""
    pattern, text = _pattern_of(f, argument(a)), p.text(f, subject)
    found = _regex(f, pattern)
    if found is None or not found.is_global:
        return _executed(f, pattern, text, at)
    matched: Value = found.matches(text) if text.__class__ is str else MISSING
    if matched is not MISSING:
        if not matched:
            return None
        _note_match(f, text, matched[-1])
        return p.make_list(f, [match[0] for match in matched], at)
    _note_unknown(f, found, text)
    return OneOf((None, p.make_some_list(f, [found.possible_match(text)], at)))


def _search_text(_: Value, f: Frame, subject: Value, a: list[Any], __: int, ___: Value) -> Value:
    """``text.search(pattern)``."""
    pattern, text = _pattern_of(f, argument(a)), p.text(f, subject)
    found = _regex(f, pattern)
    if found is None or text.__class__ is not str:
        return NUMBER
    match = found.search(text)
    return NUMBER if match is MISSING else -1 if match is None else match.start()


def _replace_all(m: Value, f: Frame, subject: Value, a: list[Any], at: int, row: Value) -> Value:
    """``text.replaceAll(old, new)``: that of a text by its pattern."""
    old = argument(a)
    if old.__class__ is not Ref:
        source = p.text(f, old)
        is_known = source.__class__ is str
        fields = _pattern_fields(f, re.escape(source) if is_known else source, "g")
        a = [p.make(f, "pattern", fields, at), *a[1:]]
    return _replace_text(m, f, subject, a, at, row)


def _match_all(m: Value, f: Frame, subject: Value, a: list[Any], at: int, row: Value) -> Value:
    """``text.matchAll(pattern)``: each match with its groups."""
    pattern, text = _pattern_of(f, argument(a)), p.text(f, subject)
    found = _regex(f, pattern)
    matched: Value = found.matches(text) if found is not None and text.__class__ is str else MISSING
    if matched is MISSING:
        made = _executed(f, pattern, text, at)
        return p.make_some_list(f, [each for each in options(made) if each is not None], at)
    lists = [_match_list(f, [x[0], *(y or "" for y in x.groups())], x.start(), text, at) for x in matched]
    return p.make_list(f, lists, at)


def _replace_text(m: Value, f: Frame, subject: Value, a: list[Any], at: int, row: Value) -> Value:
    """``text.replace(old, new)`` with a text or a pattern, and a text or a function."""
    old, new, text = argument(a), argument(a, 1), p.text(f, subject)
    if text.__class__ is OneOf:
        return choice([_replace_text(m, f, each, a, at, row) for each in text.options])
    is_function = new.__class__ is Ref and f[0].t[new.oid][KIND] == "function"
    if not is_function:
        new = p.text(f, new)
    if old.__class__ is not Ref or f[0].t[old.oid][KIND] != "pattern":
        return _replacefirst(f, text, p.text(f, old), new, at, is_function=is_function)
    found = _regex(f, old)
    if is_function:
        return _replaced_by_function(f, found, text, new, at)
    if found is None:
        return Some("text", labels_of(text) | labels_of(new))
    matched: Value = found.matches(text) if text.__class__ is str else MISSING
    if matched is MISSING:
        _note_unknown(f, found, text)
    elif matched:
        _note_match(f, text, matched[-1])
    if form := found.copy_form(text, new):
        return Some("text", labels_of(text), form=form)
    made = found.replaced(text, new)
    return _replaced_somewhere(found, text, new) if made is MISSING else made


def _replaced_somewhere(found: Regex, text: Value, new: Value) -> Value:
    """Return an unknown text with its matches replaced by a text, which may refer to them."""
    if found.is_all:
        return new if "$" not in str(new) else Some("text", labels_of(new) | labels_of(text))
    return Some("text", labels_of(text) | labels_of(new))


def _replacefirst(f: Frame, text: Value, old: Value, new: Value, at: int, *, is_function: bool) -> Value:
    """Replace the first place of a text in another."""
    is_known = text.__class__ is str and old.__class__ is str
    start: Value = text.find(old) if is_known else NUMBER
    if start == -1:
        return text
    if is_function:
        new = p.text(f, p.call_value(f, new, [old, start, text], None, at))
    elif new.__class__ is str and "$" in new:
        new = new.replace("$$", "\0").replace("$&", old if old.__class__ is str else "$&").replace("\0", "$")
    if is_known:
        return concat(concat(text[:start], new), text[start + len(old) :])
    made = replace(text, old, new, 1, 1)
    return Some("text", labels_of(text) | labels_of(new)) if made is MISSING else made


def _replaced_by_function(f: Frame, found: Regex | None, text: Value, function: Value, at: int) -> Value:
    """Replace the matches of a pattern by the results of a function."""
    some = Some("text", labels_of(text))
    matched: Value = found.matches(text) if found is not None and text.__class__ is str else MISSING
    if found is None or matched is MISSING or len(matched) > _MOST_CALLS:
        _note_unknown(f, found, text)
        groups = [some] * 4 if found is None else [found.possible_match(text), *found.possible_groups(text)]
        made = p.text(f, p.call_value(f, function, [*groups, NUMBER, text], None, at))
        whole_text = found.replaced(text, made) if found is not None and made.__class__ is str else MISSING
        if whole_text is not MISSING:
            return whole_text
        kept = NONE if found is not None and found.is_all else labels_of(text)
        return Some("text", labels_of(made) | kept)
    value: Value = ""
    start = 0
    for match in matched:
        _note_match(f, text, match)
        items = [match[0], *(each or "" for each in match.groups()), match.start(), text]
        made = p.text(f, p.call_value(f, function, items, None, at))
        value = concat(concat(value, text[start : match.start()]), made)
        start = match.end()
    return concat(value, text[start:])


# JSON -----------------------------------------------------------------------------------------------------------------

_MARK = "\ue000"
"""Stands in a text for a part that is not known."""


def _written(f: Frame, value: Value, depth: int) -> Value:
    if value.__class__ in KNOWN:
        return json.dumps(None if value is EMPTY else value)
    if value.__class__ is not Ref or depth > _DEEPEST:
        return concat(concat('"', as_text(value)), '"')
    items = p.items_of(f, value)
    if items is not None:
        parts: list[Any] = [("", each) for each in items]
    else:
        table = f[0].t[value.oid]
        if table[KIND] != "plain" or REST in table:
            return Some("text", NONE.union(*map(labels_of, table.values())))
        parts = [(json.dumps(str(k)) + ":", each) for k, each in table.items() if not p.is_hidden(k)]
    made: Value = "[" if items is not None else "{"
    for n, (key, each) in enumerate(parts):
        made = concat(concat(made, ("," if n else "") + key), _written(f, each, depth + 1))
    return concat(made, "]" if items is not None else "}")


def _json_parse(_: Value, f: Frame, __: Value, a: list[Any], at: int, ___: Value) -> Value:
    """``JSON.parse(text)``: of a text known in part, its unknown parts keep their places."""
    text = p.text(f, argument(a))
    pieces = text.parts if text.__class__ is Parts else (text,)
    unknown: list[Any] = []
    written = ""
    for piece in pieces:
        if piece.__class__ is str:
            written += piece
            continue
        is_text = written.count('"') % 2 == 1
        written += f"{_MARK}{len(unknown)}{_MARK}" if is_text else f'"{_MARK}{len(unknown)}{_MARK}"'
        unknown.append(piece)
    if len(unknown) < len(pieces):
        try:
            return _read(f, json.loads(written), unknown, at, 0)
        except (ValueError, RecursionError):
            pass
    return Some("", labels_of(text))


def _read(f: Frame, value: Value, unknown: list[Any], at: int, depth: int) -> Value:
    if depth > _DEEPEST:
        return UNKNOWN
    if isinstance(value, dict):
        fields = {p.key_of(key): _read(f, each, unknown, at, depth + 1) for key, each in value.items()}
        return p.make(f, "plain", fields, at)
    if isinstance(value, list):
        return p.make_list(f, [_read(f, each, unknown, at, depth + 1) for each in value], at)
    if isinstance(value, str) and _MARK in value:
        made: Value = ""
        for n, each in enumerate(value.split(_MARK)):
            made = concat(made, unknown[int(each)] if n % 2 else each)
        return made
    return value


# Enumerator and VBArray -----------------------------------------------------------------------------------------------

_PLACE = "\0at"
_ANY = "\0any"
_ITEM = "item"
_SOURCE_OF = "\0array"


def _new_enumerator(m: Value, f: Frame, _: Value, a: list[Any], at: int, __: Value) -> Value:
    """``new Enumerator(collection)``."""
    source = argument(a)
    items, some = p.items_of(f, source), UNKNOWN
    if items is None and source.__class__ is not str and source is not EMPTY and source is not None:
        kind, values, _n = iterate(m, f, None, [source], at)
        items, some = ([*values], UNKNOWN) if kind == "items" else (None, values)
    fields: dict[Any, Any] = {_PLACE: 0, _ANY: some}
    if items is not None:
        fields[SIZE] = len(items)
        fields.update(((_ITEM, n), each) for n, each in enumerate(items))
    return p.make(f, "enumerator", fields, at)


def _at_end(_: Value, f: Frame, subject: Value, __: list[Any], ___: int, ____: Value) -> Value:
    table = table_of(f, subject)
    place, size = table.get(_PLACE), table.get(SIZE)
    return place >= size if place.__class__ is int and size.__class__ is int else TRUTH


def _enumerated(_: Value, f: Frame, subject: Value, __: list[Any], ___: int, ____: Value) -> Value:
    table = table_of(f, subject)
    if SIZE not in table:
        return table.get(_ANY, UNKNOWN)
    if table[_PLACE].__class__ is int:
        return table.get((_ITEM, table[_PLACE]), EMPTY)
    items = [v for k, v in table.items() if k.__class__ is tuple and k[0] == _ITEM]
    return choice(items) if items else UNKNOWN


def _move_next(_: Value, f: Frame, subject: Value, __: list[Any], ___: int, ____: Value) -> Value:
    place = table_of(f, subject).get(_PLACE)
    if place is not None:
        f[0].write(subject.oid, _PLACE, place + 1 if place.__class__ is int else NUMBER)
    return EMPTY


def _move_first(_: Value, f: Frame, subject: Value, __: list[Any], ___: int, ____: Value) -> Value:
    if _PLACE in table_of(f, subject):
        f[0].write(subject.oid, _PLACE, 0)
    return EMPTY


def _array_of(f: Frame, subject: Value) -> Value:
    return table_of(f, subject).get(_SOURCE_OF, UNKNOWN)


def _vbarray_list(_: Value, f: Frame, subject: Value, __: list[Any], at: int, ___: Value) -> Value:
    source = _array_of(f, subject)
    table = table_of(f, source)
    size = table.get(SIZE)
    if size.__class__ is int and REST not in table and size < _MOST_ITEMS:
        return p.make_list(f, [table.get(n, EMPTY) for n in range(size)], at)
    return p.make_some_list(f, p.some_items(f, source), at)


def _vbarray_item(m: Value, f: Frame, subject: Value, a: list[Any], at: int, _: Value) -> Value:
    source = _array_of(f, subject)
    return m.item(f, source, a, at) if source.__class__ is Ref else Some("", labels_of(source))


def _vbarray_bound(_: Value, f: Frame, subject: Value, __: list[Any], ___: int, ____: Value) -> Value:
    size = table_of(f, _array_of(f, subject)).get(SIZE)
    return size - 1 if size.__class__ is int else NUMBER


SCRIPT_PRIMITIVES: dict[str, Primitive] = {
    "make-list": lambda m, f, s, a, at, row: p.make_list(f, a, at), "make-object": _make_object,
    "make-box": lambda m, f, s, a, at, row: p.make(f, "box", {}, at), "names-of": _names_of,
    "contains": _contains, "searches": lambda m, f, s, a, at, row: _tested(f, a[0], _pattern_of(f, a[1]), 0),
    "matches": _matches,
    "executes": _executes, "call": _call_with,
    "apply": _apply, "bind": _bind, "new-function": _new_function, "new-object": _new_object, "has-own": _has_own,
    "is-prototype": _is_prototype, "object-text": lambda m, f, s, a, at, row: as_text(p.text_by_kind(f, s)),
    "class-text": _class_text, "itself": lambda m, f, s, a, at, row: s,
    "keys-of": _keys_of, "is-list": _is_list, "to-text": lambda m, f, s, a, at, row: p.text(f, a[0]) if a else "",
    "to-truth": _to_truth, "is-nan": _is_nan,
    "measure": _measure, "as-letters": _as_letters,
    "is-finite": _is_finite, "new-error": _new_error, "new-date": lambda m, f, s, a, at, row: p.make(f, "date", {}, at),
    "new-activex": _new_activex,
    "get-object": _get_object, "wrap": _wrap, "new-array": _new_array, "push": _push,
    "pop": lambda m, f, s, a, at, row: _taken(f, s, -1), "shift": lambda m, f, s, a, at, row: _taken(f, s, 0),
    "unshift": _unshift, "splice": _splice, "list-slice": _slice_list, "list-concat": _concat_lists,
    "list-join": _join_list,
    "list-text": lambda m, f, s, a, at, row: p.joined(f, s, ",") if s.__class__ is Ref else MISSING,
    "reverse-list": _reverse_list, "sort-list": _sort_list,
    "list-index": lambda m, f, s, a, at, row: _found_at(f, p.items_of(f, s), argument(a), iter),
    "list-last-index": lambda m, f, s, a, at, row: _found_at(f, p.items_of(f, s), argument(a), reversed),
    "each": _for_each, "map": _map_list,
    "select": _select, "some": partial(_any_of, is_some=True), "every": partial(_any_of, is_some=False),
    "reduce": partial(_reduced, is_right=False), "reduce-right": partial(_reduced, is_right=True),
    "text-concat": _concat_texts,
    "from-codes": _from_char_codes, "of-numbers": _of_numbers, "number-text": _number_text,
    "text-split": _split_text, "text-replace": _replace_text, "text-replace-all": _replace_all,
    "text-match-all": _match_all, "text-match": _match_text,
    "text-search": _search_text, "new-pattern": _new_pattern,
    "pattern-test": lambda m, f, s, a, at, row: _tested(f, argument(a), s, 0),
    "pattern-exec": lambda m, f, s, a, at, row: _executed(f, s, p.text(f, argument(a)), at),
    "pattern-compile": _compile_pattern, "json-parse": _json_parse,
    "json-text": lambda m, f, s, a, at, row: _written(f, argument(a), 0), "new-enumerator": _new_enumerator,
    "at-end": _at_end, "enumerated": _enumerated,
    "next-enumerated": _move_next, "move-first": _move_first,
    "new-vbarray": lambda m, f, s, a, at, row: p.make(f, "vbarray", {_SOURCE_OF: argument(a)}, at),
    "vbarray-list": _vbarray_list, "vbarray-item": _vbarray_item, "vbarray-bound": _vbarray_bound,
}  # fmt: skip
"""Primitives by name."""
