"""Queries of .NET: the operators of ``System.Linq.Enumerable``, and the methods of lists that take functions.

A function runs on each known item, and once for all others. An item for which the answer of a condition is not known
stays, as its yes leaves it.

Source: learn.microsoft.com/dotnet/api/system.linq.enumerable.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from inspect import signature

from webshellhunt.core.ending import Thrown
from webshellhunt.core.heap import KIND, SIZE, TOLD
from webshellhunt.core.letters import form_of
from webshellhunt.core.library_calls import labels_in, make
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import SELF, Row
from webshellhunt.core.state import Run
from webshellhunt.core.text import letters_in, narrowed_to
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Argument,
    Char,
    Fact,
    Measure,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    TypeOf,
    Value,
    choice,
    labels_of,
    same,
    type_of,
)  # fmt: skip
from webshellhunt.library.sequences import (
    INVALID,
    Items,
    all_of,
    call_function,
    equal,
    has_item,
    items_of,
    made_list,
    narrowed,
    new_rest,
    put_items,
    table_of,
)

Primitive = Callable[[Run, Frame, Value, list[Value], int, Row], Value]
_MOST_ROUNDS = 10_000


def _is_function(value: Value) -> bool:
    return value is not MISSING and value.__class__ not in KNOWN and value.__class__ not in (Some, Parts)


class _Query:
    """One use of an operator: its sequence, and how functions are called on the items."""

    def __init__(self, m: Run, f: Frame, subject: Value, at: int) -> None:
        self.m, self.f, self.subject, self.at = m, f, subject, at
        self.items: Items = items_of(m, f, subject, at)
        self.table: dict[Value, Value] = table_of(f, subject)
        self.place = SELF

    def call(self, function: Value, *values: Value) -> Value:
        return call_function(self.f, function, [*values], self.at)

    def made(self, items: list[Value], rest: Value = MISSING) -> Value:
        return made_list(self.m, self.f, items, self.at, rest)

    def mapped(self, function: Callable[..., Value]) -> Items:
        """Return the results of a function for each item, and for the others."""
        known, rest = self.items
        made = [function(each) for each in known[:_MOST_ROUNDS]]
        return made, MISSING if rest is MISSING else function(rest)

    def selected(self, test: Callable[[Value], Value]) -> tuple[list[tuple[Value, bool]], Value]:
        """Return the items that may pass a test, and whether each surely does; and the others that may."""
        known, rest = self.items
        found = []
        for each in known[:_MOST_ROUNDS]:
            answer = test(each)
            kept = self.kept(answer, each)
            if kept is not MISSING:
                found.append((kept, answer is True))
        return found, MISSING if rest is MISSING else self.kept(test(rest), rest)

    def kept(self, answer: Value, item: Value) -> Value:
        """Return an item as the yes of a condition leaves it; an object whose fields that concerns is copied."""
        found = narrowed(answer, item)
        facts = answer.yes if answer.__class__ is Truth and found.__class__ is Ref else ()
        fields = {key[1]: then for key, _, then in facts if key.__class__ is tuple and key[0] == found.oid}
        if not fields:
            return found
        copy: Ref = self.f[0].copy(found.oid, ("kept", self.at) if self.m.coarse else None)
        self.f[0].own(copy.oid).update(fields)
        return copy

    def test(self, function: Value) -> Callable[[Value], Value]:
        return lambda each: self.call(function, each)


_DEFERRED = frozenset(
    {
        "select", "select-many", "where", "take", "skip", "take-while", "skip-while", "concat", "append", "prepend",
        "order-by", "order-by-descending", "zip", "distinct", "union", "intersect", "except", "group-by", "join",
        "group-join", "of-type", "reverse", "default-if-empty",
    }
)  # fmt: skip
"""Operators that run each time that their result is read."""
_STATIC = frozenset({"enumerable", "array", "queryable", "parallelenumerable"})
"""Types whose operators have the sequence as their first argument."""


def _operator(name: str, of: Callable[..., Value]) -> Primitive:
    """Return the primitive of an operator."""
    params = [each for each in signature(of).parameters.values() if each.kind is not each.KEYWORD_ONLY][1:]
    least = sum(each.default is each.empty and each.kind is each.POSITIONAL_OR_KEYWORD for each in params)
    is_open = any(each.kind is each.VAR_POSITIONAL for each in params)

    def primitive(m: Run, f: Frame, subject: Value, a: list[Value], at: int, row: Row) -> Value:
        if row.names[0] in _STATIC:
            subject, a = a[0] if a else UNKNOWN, a[1:]
        given = [each for each in a if each is not MISSING]
        if len(given) < least or not (is_open or len(given) <= len(params)):
            return _labels(f, [subject, *given])  # a member of another type with the same name
        if name in _DEFERRED and row.names[0] != "array" and subject is not None and subject is not EMPTY:
            fields: dict[Value, Value] = {"source": subject, "operator": name, "of": _labels(f, [subject, *given])}
            return make(f, "query", {**fields, **{f"argument{i}": x for i, x in enumerate(given)}}, at)
        query = _Query(m, f, _run(m, f, subject, at), at)
        query.place = 0 if row.names[0] in _STATIC else SELF
        return of(query, *given)

    return primitive


def _labels(f: Frame, values: list[Value]) -> Value:
    """Return one value with the labels of some."""
    return Some("", frozenset().union(*(labels_in(f, each) for each in values)))


def _run(m: Run, f: Frame, subject: Value, at: int) -> Value:
    """Return the items of a query as a sequence; any other sequence itself."""
    table = table_of(f, subject)
    if table.get(KIND) != "query":
        return subject
    values = [table[f"argument{i}"] for i in range(_MOST_ARGUMENTS) if f"argument{i}" in table]
    query = _Query(m, f, _run(m, f, table["source"], at), at)
    made: Value = _OPERATORS[table["operator"]](query, *values)
    return made


_MOST_ARGUMENTS = 6


def _select(q: _Query, function: Value) -> Value:
    places = iter(range(len(q.items[0])))
    return q.made(*q.mapped(lambda each: q.call(function, each, next(places, NUMBER))))


def _select_many(q: _Query, function: Value, result: Value = MISSING) -> Value:
    found: list[Value] = []
    rest: Value = MISSING
    other = q.items[1]
    for each in all_of(q.items)[:_MOST_ROUNDS]:
        inner, more = items_of(q.m, q.f, q.call(function, each), q.at)
        if result is not MISSING:
            inner = [q.call(result, each, x) for x in inner]
            more = more if more is MISSING else q.call(result, each, more)
        is_sure = more is MISSING and rest is MISSING and not (other is not MISSING and each is other)
        if is_sure:
            found += inner
        for x in (*(() if is_sure else inner), *(() if more is MISSING else (more,))):
            rest = new_rest(rest, x)
    return q.made(found, rest)


def _where(q: _Query, function: Value) -> Value:
    answers: list[Value] = []

    def test(each: Value) -> Value:
        answers.append(q.call(function, each))
        return answers[-1]

    found, rest = q.selected(test)
    sure = [each for each, _ in found]
    if all(is_sure for _, is_sure in found):
        made = q.made(sure, rest)
    else:
        made = q.made([], choice([*sure, *(() if rest is MISSING else (rest,))]))
    if told := _captured(answers):
        q.f[0].write(made.oid, TOLD, told)
    return made


def _any(q: _Query, function: Value = MISSING) -> Value:
    known, rest = q.items
    if function is MISSING:
        told = q.table.get(TOLD) or ()
        return True if known else Truth(told, ()) if rest is not MISSING else False
    answers = [q.call(function, each) for each in all_of(q.items)[:_MOST_ROUNDS]]
    if True in answers[: len(known)]:
        return True
    if all(each is False for each in answers):
        return False
    return Truth(_captured(answers), _of_letters(q, answers[-1], yes=False) or _captured(answers, all_of_them=True))


def _of_letters(q: _Query, answer: Value, *, yes: bool = True) -> tuple[Fact, ...]:
    """Return the reading of a text if a test has one answer for all its letters."""
    if type_of(q.items[1]) != "char" or not labels_of(q.items[1]):
        return ()
    letters = letters_in(narrowed(answer, q.items[1], answer=yes))
    text = q.subject if q.subject.__class__ is not Ref else Some("text", labels_of(q.items[1]))
    return ((Argument(q.place), q.subject, narrowed_to(text, letters)),) if form_of(letters) else ()


def _captured(answers: list[Value], *, yes: bool = True, all_of_them: bool = False) -> tuple[Fact, ...]:
    """Return the facts about captured variables if one of some answers is yes, or all of them are the other.

    ``list.Any(x => x == y)`` says that y is one of the items.
    """
    found: dict[Value, list[Value]] = {}
    now: dict[Value, Value] = {}
    told = [each for each in answers if each is not (not yes)] if not all_of_them else answers
    for answer in told:
        if answer.__class__ is Truth:
            for key, was, then in answer.yes if yes is not all_of_them else answer.no:
                if key.__class__ is tuple:
                    found.setdefault(key, []).append(then)
                    now[key] = was
    if all_of_them:
        return tuple((key, now[key], each[-1]) for key, each in found.items() if len(each) == 1)
    return tuple((key, now[key], choice(each)) for key, each in found.items() if len(each) == len(told))


def _all(q: _Query, function: Value) -> Value:
    """``All``: of the letters of a text that all pass, the text has the form."""
    answers = [q.call(function, each) for each in all_of(q.items)]
    if all(each is True for each in answers):
        return True
    if any(each is False for each in answers[: len(q.items[0])]):
        return False
    no = _captured(answers, yes=False)
    return Truth(_of_letters(q, answers[-1]) or _captured(answers, yes=False, all_of_them=True), no)


def _first(
    q: _Query,
    function: Value = MISSING,
    default: Value = None,
    *,
    last: bool = False,
    is_default: bool = False,
    only: bool = False,
) -> Value:
    if function is not MISSING and not _is_function(function):
        function, default = MISSING, function
    known, rest = q.items
    found: list[tuple[Value, tuple[Fact, ...]]] = []
    others = [] if rest is MISSING else [rest]
    for each in [*others, *known[::-1]] if last else [*known, *others]:
        answer = True if function is MISSING else q.call(function, each)
        kept = q.kept(answer, each)
        if kept is not MISSING:
            found.append((kept, _captured([answer])))
        if answer is True and each is not rest and not (only and others):
            return _told(found)
    if is_default:
        found.append((default, ()))
    if not found:
        raise Thrown(INVALID)
    return _told(found)


def _told(found: list[tuple[Value, tuple[Fact, ...]]]) -> Value:
    """Return one of some values, each with facts that hold if it is that one."""
    value = choice([each for each, _ in found])
    if value.__class__ is OneOf and any(facts for _, facts in found):
        told = [next((facts for each, facts in found if same(each, option)), ()) for option in value.options]
        return OneOf(value.options, tuple(told))
    return value


def _count(q: _Query, function: Value = MISSING) -> Value:
    """``Count()``; of items that may be there, above zero says that one is."""
    answers: list[Value] = []

    def test(each: Value) -> Value:
        answers.append(True if function is MISSING else q.call(function, each))
        return answers[-1]

    found, rest = q.selected(test)
    if rest is MISSING and all(is_sure for _, is_sure in found):
        return len(found)
    told = _captured(answers) or q.table.get(TOLD) or ()
    return Measure(q.subject, 1, UNKNOWN, absent=0, told=Truth(told)) if told else NUMBER


def _aggregate(q: _Query, *a: Value) -> Value:
    """``Aggregate([seed,] function[, result])``."""
    known, rest = q.items
    values = [*known]
    if len(a) > 1:
        value, function = a[0], a[1]
    else:
        if not values and rest is MISSING:
            raise Thrown(INVALID)
        value, function = (values.pop(0) if values else rest), a[0]
    for each in values[:_MOST_ROUNDS]:
        value = q.call(function, value, each)
    if rest is not MISSING:
        once = q.call(function, value, rest)
        value = choice([value, once, q.call(function, once, rest)])
    return q.call(a[2], value) if len(a) > 2 else value


def _ordered(q: _Query, function: Value = MISSING, *_: Value, is_down: bool = False) -> Value:
    known, rest = q.items
    keys = [each if function is MISSING else q.call(function, each) for each in known]
    is_sure = all(each.__class__ in KNOWN for each in keys) and len({*map(type, keys)} & {str, int, float}) < 2
    if rest is not MISSING or not is_sure:
        return q.made([], choice(all_of(q.items))) if len(known) > 1 or rest is not MISSING else q.made(known)
    keyed = [(each.lower() if each.__class__ is str else each) for each in keys]
    try:
        order = sorted(range(len(known)), key=lambda at: keyed[at], reverse=is_down)
    except TypeError:
        return q.made([], choice(known))
    return q.made([known[at] for at in order])


def _least(q: _Query, function: Value = MISSING, *_: Value, most: bool = False, by: bool = False) -> Value:
    known, rest = q.items
    keys, other = (known, rest) if function is MISSING else q.mapped(lambda each: q.call(function, each))
    if not known and rest is MISSING:
        raise Thrown(INVALID)
    if other is MISSING and all(each.__class__ in (int, float) for each in keys):
        at = (max if most else min)(range(len(keys)), key=lambda at: keys[at])
        return known[at] if by else keys[at]
    return choice(all_of(q.items) if by else [*keys, *(() if other is MISSING else (other,))])


def _sum(q: _Query, function: Value = MISSING) -> Value:
    keys, other = q.items if function is MISSING else q.mapped(lambda each: q.call(function, each))
    if other is MISSING and all(each.__class__ in (int, float) for each in keys):
        return sum(keys)
    return NUMBER


def _slice(q: _Query, n: Value, *, skips: bool = False, last: bool = False) -> Value:
    known, rest = q.items
    if n.__class__ is not int:
        return q.made([], choice(all_of(q.items) or [UNKNOWN]))
    n = max(n, 0)
    if last:
        if rest is not MISSING:
            return q.made([], choice(all_of(q.items)))
        return q.made(known[: max(len(known) - n, 0)] if skips else known[max(len(known) - n, 0) :])
    return q.made(known[n:], rest) if skips else q.made(known[:n], MISSING if len(known) >= n else rest)


def _while(q: _Query, function: Value, *, skips: bool = False) -> Value:
    known, rest = q.items
    for at, each in enumerate(known):
        answer = q.call(function, each)
        if answer is False:
            return q.made(known[at:], rest) if skips else q.made(known[:at])
        if answer is not True:
            return q.made([], choice(all_of(q.items)))
    return q.made([] if skips else known, rest)


def _zip(q: _Query, other: Value, function: Value = MISSING) -> Value:
    known, rest = q.items
    others, more = items_of(q.m, q.f, other, q.at)

    def both(x: Value, y: Value) -> Value:
        if function is not MISSING:
            return q.call(function, x, y)
        return make(q.f, "tuple", {0: x, 1: y, SIZE: 2}, q.at)

    made = [both(x, y) for x, y in zip(known, others, strict=False)]
    if (rest is MISSING and len(others) >= len(known)) or (more is MISSING and len(known) >= len(others)):
        return q.made(made)
    left = known[len(made) :] or [rest]
    right = others[len(made) :] or [more]
    return q.made(made, both(choice(left), choice(right)))


def _joined(q: _Query, other: Value) -> Value:
    known, rest = q.items
    more, other_rest = items_of(q.m, q.f, other, q.at)
    if rest is MISSING:
        return q.made([*known, *more], other_rest)
    return q.made(known, choice([rest, *more, *(() if other_rest is MISSING else (other_rest,))]))


def _put(q: _Query, x: Value, *, first: bool = False) -> Value:
    known, rest = q.items
    if first:
        return q.made([x, *known], rest)
    return q.made([*known, x]) if rest is MISSING else q.made(known, new_rest(rest, x))


def _distinct(q: _Query, function: Value = MISSING, *_: Value) -> Value:
    known, rest = q.items
    found: list[Value] = []
    keys: list[Value] = []
    for each in known:
        key = q.call(function, each) if _is_function(function) and function.__class__ is not Ref else each
        if not any(equal(key, x) is True for x in keys):
            keys.append(key)
            found.append(each)
    return q.made(found, rest)


def _with(q: _Query, other: Value, *_: Value, keeps: bool) -> Value:
    """Return ``Intersect`` and ``Except``."""
    others = items_of(q.m, q.f, other, q.at)
    found: list[tuple[Value, bool]] = []
    for each in q.items[0]:
        answer = has_item(others, each)
        kept = narrowed(answer, each, answer=keeps)
        if kept is not MISSING:
            found.append((kept, answer.__class__ is bool))
    rest = q.items[1]
    if rest is not MISSING:
        rest = narrowed(has_item(others, rest), rest, answer=keeps)
    if all(is_sure for _, is_sure in found):
        return q.made([each for each, _ in found], rest)
    return q.made([], choice([*(each for each, _ in found), *(() if rest is MISSING else (rest,))]))


def _keyed(kind: str, q: _Query, function: Value, *others: Value) -> Value:
    """Return ``ToDictionary`` (one value a key), ``GroupBy`` and ``ToLookup`` (several)."""
    of = others[0] if others and _is_function(others[0]) and _is_callable(q.f, others[0]) else MISSING
    result = others[1] if kind == "grouping" and len(others) > 1 and _is_callable(q.f, others[1]) else MISSING
    groups: list[tuple[Value, list[Value]]] = []
    for each in all_of(q.items):
        key = q.call(function, each)
        value = each if of is MISSING else q.call(of, each)
        group = next((values for known, values in groups if kind != "dictionary" and equal(known, key) is True), None)
        if group is None:
            groups.append((key, [value]))
        else:
            group.append(value)
    rest = q.items[1]
    if kind == "dictionary":
        return _dictionary(q, [(key, values[0]) for key, values in groups])
    made = [_grouping(q, key, values, MISSING if rest is MISSING else values[-1]) for key, values in groups]
    if result is not MISSING:
        made = [q.call(result, key, each) for (key, _), each in zip(groups, made, strict=True)]
    if kind == "lookup":
        return _dictionary(q, [(key, each) for (key, _), each in zip(groups, made, strict=True)], "lookup")
    return q.made(made) if rest is MISSING else q.made([], choice(made))


def _is_callable(f: Frame, value: Value) -> bool:
    return value.__class__ is not Ref or table_of(f, value).get(KIND) in ("function", "functions")


def _dictionary(q: _Query, pairs: list[tuple[Value, Value]], kind: str = "dictionary") -> Value:
    made = make(q.f, kind, {}, q.at)
    put = q.m.world.rows[kind, "set-item"]
    for key, value in pairs:
        q.m.row(q.f, put, made, [key, value], q.at)  # type: ignore[attr-defined]
    return made


def _grouping(q: _Query, key: Value, values: list[Value], rest: Value) -> Value:
    made = made_list(q.m, q.f, values, q.at, rest, "grouping")
    q.f[0].write(made.oid, "key", key)
    return made


def _join_on(q: _Query, other: Value, mine: Value, its: Value, result: Value, *_: Value, grouped: bool) -> Value:
    """``Join(inner, key, key, result)`` and ``GroupJoin``."""
    inner = all_of(items_of(q.m, q.f, other, q.at))
    keys = [q.call(its, each) for each in inner]
    made: list[Value] = []
    is_sure = True
    for each in all_of(q.items):
        key = q.call(mine, each)
        found = [x for k, x in zip(keys, inner, strict=True) if equal(k, key) is not False]
        is_sure = is_sure and not any(equal(k, key) is None for k in keys)
        if grouped:
            made.append(q.call(result, each, q.made(found)))
        else:
            made += [q.call(result, each, x) for x in found]
    is_sure = is_sure and q.items[1] is MISSING
    return q.made(made) if is_sure else q.made([], choice(made or [UNKNOWN]))


def _same_items(q: _Query, other: Value, *_: Value) -> Value:
    known, rest = q.items
    others, more = items_of(q.m, q.f, other, q.at)
    if rest is not MISSING or more is not MISSING:
        return TRUTH
    found = [equal(x, y) for x, y in zip(known, others, strict=False)]
    if len(known) != len(others) or False in found:
        return False
    return True if None not in found else TRUTH


def _for_each(q: _Query, function: Value) -> Value:
    for each in all_of(q.items)[:_MOST_ROUNDS]:
        q.call(function, each)
    return EMPTY


def _find_index(q: _Query, *a: Value, last: bool = False) -> Value:
    rest = q.items[1]
    answers = [q.call(a[-1], each) for each in all_of(q.items)]
    if rest is MISSING and all(each.__class__ is bool for each in answers):
        places = [at for at, each in enumerate(answers) if each]
        return (places[-1] if last else places[0]) if places else -1
    told = _captured(answers)
    return Measure(q.subject, 0, UNKNOWN, absent=-1, told=Truth(told)) if told else NUMBER


def _remove_all(q: _Query, function: Value) -> Value:
    known, rest = q.items
    kept, is_sure = [], True
    for each in known:
        answer = q.call(function, each)
        left = narrowed(answer, each, answer=False)
        is_sure = is_sure and answer.__class__ is bool
        if left is not MISSING:
            kept.append(left)
    if rest is not MISSING:
        rest = narrowed(q.call(function, rest), rest, answer=False)
    if is_sure:
        put_items(q.f, q.subject, kept, rest)
        return len(known) - len(kept) if rest is MISSING else NUMBER
    put_items(q.f, q.subject, [], choice([*kept, *(() if rest is MISSING else (rest,))] or [UNKNOWN]))
    return NUMBER


def _element(q: _Query, at: Value) -> Value:
    known, rest = q.items
    if at.__class__ is int and 0 <= at < len(known):
        return known[at]
    if at.__class__ is int and rest is MISSING:
        raise Thrown(9)
    return choice([*(known if at.__class__ is not int else ()), *(() if rest is MISSING else (rest,))] or [UNKNOWN])


def _element_or_default(q: _Query, at: Value) -> Value:
    try:
        return _element(q, at)
    except Thrown:
        return None


_CLASSES: dict[str, tuple[type, str]] = {
    "string": (str, "text"), "int32": (int, "number"), "boolean": (bool, "truth"), "double": (float, "number"),
    "char": (Char, "char"),
}  # fmt: skip
"""The classes of known values of a type, and the type of others."""


def _of_type(q: _Query, *a: Value) -> Value:
    """``OfType<T>()``: the items of a type, where it is among the arguments."""
    known, rest = q.items
    name = next((each.name for each in a if each.__class__ is TypeOf), "")
    if name in _CLASSES:
        of, kind = _CLASSES[name]
        known = [
            each
            for each in known
            if each.__class__ is of or (each.__class__ not in KNOWN and type_of(each) in ("", kind))
        ]
    return q.made(known, rest)


def _contains(q: _Query, x: Value, *how: Value) -> Value:
    any_case = any(isinstance(each, str) and each.lower().endswith("ignorecase") for each in how)
    return has_item(q.items, x, any_case=any_case)


def _reversed_items(q: _Query, *a: Value) -> Value:
    return q.made(q.items[0][::-1], q.items[1]) if q.items[1] is MISSING else q.made([], choice(all_of(q.items)))


def _default_if_empty(q: _Query, default: Value = None) -> Value:
    known, rest = q.items
    return (
        q.made(known, rest) if known else q.made([default]) if rest is MISSING else q.made([], choice([rest, default]))
    )


def _range(m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    if a[0].__class__ is not int or a[1].__class__ is not int or not 0 <= a[1] <= _MOST_ROUNDS:
        return made_list(m, f, [], at, NUMBER)
    return made_list(m, f, [*range(a[0], a[0] + a[1])], at)


def _repeat(m: Run, f: Frame, _: Value, a: list[Value], at: int, row: Row) -> Value:
    if a[1].__class__ is not int or not 0 <= a[1] <= _MOST_ROUNDS:
        return made_list(m, f, [], at, a[0])
    return made_list(m, f, [a[0]] * a[1], at)


def _to_list(kind: str, q: _Query, *_: Value) -> Value:
    return made_list(q.m, q.f, q.items[0], q.at, q.items[1], kind)


def _union(q: _Query, other: Value, *_: Value) -> Value:
    both = _joined(q, other)
    return _distinct(_Query(q.m, q.f, both, q.at))


def _chunk(q: _Query, n: Value) -> Value:
    known, rest = q.items
    if rest is not MISSING or n.__class__ is not int or n < 1:
        return q.made([], q.made([], choice(all_of(q.items) or [UNKNOWN])))
    return q.made([q.made(known[at : at + n]) for at in range(0, len(known), n)])


_OPERATORS: dict[str, Callable[..., Value]] = {
    "select": _select, "select-many": _select_many, "where": _where, "any": _any, "all": _all,
    "first": _first, "first-or-default": partial(_first, is_default=True), "last": partial(_first, last=True),
    "last-or-default": partial(_first, last=True, is_default=True), "single": partial(_first, only=True),
    "single-or-default": partial(_first, only=True, is_default=True), "count": _count, "aggregate": _aggregate,
    "order-by": _ordered, "order-by-descending": partial(_ordered, is_down=True), "min": _least,
    "max": partial(_least, most=True), "min-by": partial(_least, by=True),
    "max-by": partial(_least, most=True, by=True), "sum": _sum,
    "take": _slice, "skip": partial(_slice, skips=True), "take-last": partial(_slice, last=True),
    "skip-last": partial(_slice, skips=True, last=True), "take-while": _while,
    "skip-while": partial(_while, skips=True),
    "zip": _zip, "concat": _joined, "append": _put, "prepend": partial(_put, first=True), "distinct": _distinct,
    "union": _union, "intersect": partial(_with, keeps=True), "except": partial(_with, keeps=False),
    "to-dictionary": partial(_keyed, "dictionary"), "group-by": partial(_keyed, "grouping"),
    "to-lookup": partial(_keyed, "lookup"),
    "join": partial(_join_on, grouped=False), "group-join": partial(_join_on, grouped=True), "same-items": _same_items,
    "for-each": _for_each, "find-index": _find_index, "find-last-index": partial(_find_index, last=True),
    "remove-all": _remove_all, "element": _element, "element-or-default": _element_or_default,
    "of-type": _of_type, "contains": _contains, "reverse": _reversed_items, "default-if-empty": _default_if_empty,
    "to-array": partial(_to_list, "vector"), "to-list": partial(_to_list, "genericlist"),
    "to-set": partial(_to_list, "hashset"),
    "chunk": _chunk,
}  # fmt: skip


QUERIES: dict[str, Primitive] = {
    **{
        f"q-{name}": _operator(name, of)
        for name, of in _OPERATORS.items()
    },
    "q-run": lambda m, f, subject, a, at, row: _run(m, f, subject, at),
    "q-range": _range, "q-repeat": _repeat, "q-empty": lambda m, f, s, a, at, row: made_list(m, f, [], at),
}  # fmt: skip
"""The operators by the names that rows use."""
