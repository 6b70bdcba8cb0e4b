"""Calls of the library: the row of a member as to its result, its effects and its arguments.

A row's truth value has facts about an `Argument`; the compiled call, which knows the places of its
arguments, makes it one about a place.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import islice

from webshellhunt.core.arrivals import Arrival
from webshellhunt.core.budget import PARTED_OF_STEP, TEXT_OF_STEP
from webshellhunt.core.containers import entry, is_entry, known_bytes, make_bytes, make_vector, slot_in
from webshellhunt.core.conversions import FailError
from webshellhunt.core.ending import ExhaustedError, PageEnd, Thrown
from webshellhunt.core.errors import may_fail
from webshellhunt.core.heap import DEFAULT, KIND, REST
from webshellhunt.core.ir import UNIT
from webshellhunt.core.letters import is_of_letters
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import SELF, Result, Row, Source, row_for
from webshellhunt.core.text import measured_on, of_code
from webshellhunt.core.texts import run_texts
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    NUMBER,
    TRUTH,
    UNKNOWN,
    Argument,
    Label,
    Measure,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    Value,
    choice,
    labels_of,
    number,
    options,
    to_text,
    widen,
)  # fmt: skip

_WITHOUT_LABELS = frozenset({"digits"})
"""Forms of a text that nobody can choose the letters of."""
_MOST_ENTRIES = 4096
"""Entries of an object whose labels are put together."""
_SEQUENCES = frozenset({bytes, list})
_MOST_VARIED = 3
"""Arguments of a function whose alternatives are tried one by one."""


def use_row(f: Frame, row: Row, subject: Value, values: list[Value], at: int, arrival: Arrival | None = None) -> Value:
    """Call a member of the library.

    Raises:
        Thrown: It surely fails.
        PageEnd: It ends the page.
    """
    if row.is_text and values:
        return run_texts(f, values[0], None, arrival, at, row)
    if row.ends:
        raise PageEnd
    made = _made(f, row, subject, values, at)
    if made is not MISSING:
        return made
    if row.fails and not all(each.__class__ in KNOWN for each in values):
        may_fail(f)
    if row.calls is not None:
        _call_back(f, row, subject, values, at)
    made = result(f, row, row.result, subject, values, at)
    if made.__class__ is Ref:
        for name, source in row.keeps:
            if (value := _one(f, source, subject, values)) is not MISSING:
                f[0].write(made.oid, name, value)
    return made


def _made(f: Frame, row: Row, subject: Value, values: list[Value], at: int) -> Value:
    """Return the result of the primitive or the known function of a row, `MISSING` if it leaves that to the row."""
    if row.do is not None:
        if subject.__class__ is Some and not row.of_value and row.names[0] != "*":
            return MISSING  # an object of which only the type is known
        given = [*values, *[MISSING] * (row.least - len(values))]
        made = row.do(f[1], f, subject, picked(f, row.do_args, subject, given), at, row)
        if made is not MISSING and (made is not None or row.gives_null):
            return made
    return _computed(f, row, subject, values, at) if row.known is not None else MISSING


def outs(f: Frame, row: Row, subject: Value, values: list[Value], at: int) -> list[Value]:
    """Return the values that the parameters of a member get, `MISSING` for those by value."""
    found: list[Value] = [MISSING] * len(values)
    for index, what in row_for(row, len(values)).outs:
        if index < len(values):
            found[index] = result(f, row, what, subject, values, at)
    return found


def picked(f: Frame, sources: Sequence[Source], subject: Value, values: Sequence[Value]) -> list[Value]:
    """Return the arguments that a clause names, all where it names none; `MISSING` for one that was left out."""
    if not sources:
        return [*values]
    return [_one(f, each, subject, values) for each in sources]


def _one(f: Frame, source: Source, subject: Value, values: Sequence[Value]) -> Value:
    value = subject if source.index == SELF else values[source.index] if source.index < len(values) else MISSING
    if source.field and value.__class__ is Ref:
        return f[0].t[value.oid].get(source.field, EMPTY)
    return value


# Known functions ------------------------------------------------------------------------------------------------------


def _computed(f: Frame, row: Row, subject: Value, values: list[Value], at: int) -> Value:
    """Return the result of a function of values that are known, or known in part; `MISSING` for any other."""
    if row.outs:
        values = values[: row.outs[0][0]]  # the value of a parameter before makes no difference
    given = [subject, *values] if row.of_value else values
    if row.has_vectors:
        given = [_plain(f, each) for each in given]
    varied, is_known = None, True
    for index, each in enumerate(given):
        if each.__class__ is OneOf:
            if varied is None and index < _MOST_VARIED:
                varied = index
                continue
            if varied is not None and any(x.__class__ is Measure for x in each.options):
                break  # for each text the numbers that are measured on it
            if row.parted is None or (some := widen([*each.options])).__class__ is OneOf:
                return MISSING
            values = [*values]  # one argument is tried in all its alternatives, another is what they have in common
            values[index - row.of_value] = some
            is_known = False
        elif each.__class__ not in KNOWN and each is not MISSING:
            is_known = False
    if varied is not None:
        return _each_option(f, row, subject, values, at, varied - row.of_value)
    made = _known(f, row, given, at) if is_known else _parted(row, given, len(values))
    _charge(f, made, is_known=is_known)
    return made


def _charge(f: Frame, made: Value, *, is_known: bool) -> None:
    """Count the cost of a long text that a function made: one known in part is put together letter by letter.

    Raises:
        ExhaustedError: No steps are left.
    """
    parts = made.parts if made.__class__ is Parts else (made,)
    size = sum(len(each) for each in parts if each.__class__ is str)
    if size >= PARTED_OF_STEP:
        budget = f[1].budget
        budget.left -= size // TEXT_OF_STEP * (1 + (size >> 20)) if is_known else size // PARTED_OF_STEP
        if budget.left < 0:
            raise ExhaustedError


def _parted(row: Row, given: list[Value], count: int) -> Value:
    """Return the result of a function of texts that are known in part."""
    if row.parted is None or count < row.least:
        return MISSING
    try:
        return row.parted(*given)
    except TypeError:
        return MISSING


def _known(f: Frame, row: Row, given: list[Value], at: int) -> Value:
    assert row.known is not None
    try:
        made = row.known(*given)
        return _vector(f, made, at) if row.has_vectors and made.__class__ in _SEQUENCES else made
    except FailError as error:
        if row.fails:
            raise Thrown(error.number) from None
        return MISSING
    except (ValueError, TypeError, AttributeError, OverflowError, KeyError, IndexError):
        return MISSING


def _each_option(f: Frame, row: Row, subject: Value, values: list[Value], at: int, index: int) -> Value:
    found = []
    varied = subject if index < 0 else values[index]
    for each in varied.options:
        given = [each if i == index else measured_on(other, each) for i, other in enumerate(values)]
        try:
            found.append((each, use_row(f, row, each if index < 0 else subject, given, at)))
        except Thrown:
            continue
    return answer_of_all(varied, Argument(SELF if index < 0 else index), found) if found else MISSING


def answer_of_all(value: Value, place: Argument, answers: list[tuple[Value, Value]]) -> Value:
    """Return one answer for those about the alternatives of a value: a fact tells which of them are left, and how."""
    made = choice([answer for _, answer in answers])
    if made.__class__ is not Truth:
        return made
    kept: list[list[Value]] = [[], []]
    for each, answer in answers:
        for side, left in zip((True, False), kept, strict=True):
            if answer is not (not side):
                facts = (answer.yes if side else answer.no) if answer.__class__ is Truth else ()
                left.append(next((then for key, _, then in facts if key == place), each))
    yes, no = (((place, value, choice(left)),) if left else () for left in kept)
    return Truth(yes, no)


def _plain(f: Frame, value: Value) -> Value:
    """Return the bytes of a vector, another value as it is."""
    if value.__class__ is Ref and f[0].t[value.oid][KIND] == "vector":
        data = known_bytes(f[0].t[value.oid])
        return value if data is None else data
    return value


def _vector(f: Frame, made: Value, at: int) -> Value:
    return make_bytes(f[1], f, made, at) if made.__class__ is bytes else make_vector(f[1], f, made, at)


def _call_back(f: Frame, row: Row, subject: Value, values: list[Value], at: int) -> None:
    """Call a function that is an argument with the arguments that the row says."""
    if row.calls is None or row.calls[0] >= len(values):
        return
    index, given = row.calls
    if values[index] is not MISSING:
        f[1].call_value(f, values[index], picked(f, given, subject, values) if given else [], at)


# Results --------------------------------------------------------------------------------------------------------------


def result(f: Frame, row: Row, spec: Result, subject: Value, values: Sequence[Value], at: int) -> Value:
    """Return the value that a member returns, or gives to a parameter, where only the row is known."""
    return _RESULTS[spec.what](f, row, spec, subject, values, at)


def _of(f: Frame, spec: Result, subject: Value, values: Sequence[Value]) -> list[Value]:
    return [_one(f, each, subject, values) for each in spec.of]


def labels_in(f: Frame, value: Value) -> frozenset[Label]:
    """Return the labels of a value; those of an object are those of its entries, one level deep."""
    if value.__class__ is Ref:
        entries = islice(f[0].t[value.oid].items(), _MOST_ENTRIES)
        return NONE.union(*(labels_of(each) for key, each in entries if key != DEFAULT))
    if value.__class__ is OneOf:
        return NONE.union(*(labels_in(f, each) for each in value.options))
    return labels_of(value)


def codes_of(value: Value) -> frozenset[Label]:
    """Return the labels that letters made of a number have; also those of the searched text, if it is its place."""
    found = NONE
    for each in options(value):
        if each.__class__ is Some:
            found |= each.codes
        elif each.__class__ is Measure and each.what is not None:
            found |= labels_of(each.what)
    return found


def _any(f: Frame, _: Row, spec: Result, subject: Value, values: Sequence[Value], __: int) -> Value:
    of = _of(f, spec, subject, values) if spec.of else [subject, *values]
    return Some("", NONE.union(*(labels_in(f, each) for each in of)))


def _part(f: Frame, _: Row, spec: Result, subject: Value, values: Sequence[Value], __: int) -> Value:
    of = _of(f, spec, subject, values)
    if len(of) == 1 and spec.of[0].field:
        return to_text(of[0])
    return Some("text", NONE.union(*(labels_in(f, each) for each in of)), form=_common_form(of))


def _common_form(values: Sequence[Value]) -> str:
    """Return ``found`` where all labels are those of texts that were looked up: their parts are, too."""
    told = [each for value in values for each in options(value) if labels_of(each)]
    return "found" if told and all(each.__class__ is Some and each.form == "found" for each in told) else ""


def _form(f: Frame, _: Row, spec: Result, subject: Value, values: Sequence[Value], __: int) -> Value:
    of = _of(f, spec, subject, values)
    return with_form(Some("text", NONE.union(*(labels_in(f, each) for each in of))), spec.kind)


def with_form(value: Value, form: str) -> Value:
    """Return a text of which nothing is known but whose it is, and its form."""
    labels = labels_of(value)
    if form == "listed":
        return Some("text", form="found")
    if form in _WITHOUT_LABELS:
        return Some("text", NONE, labels | codes_of(value), form)
    return Some("text", labels, NONE, form)


def _codes(f: Frame, _: Row, spec: Result, subject: Value, values: Sequence[Value], __: int) -> Value:
    return number(NONE.union(*(codes_of(each) | labels_of(each) for each in _of(f, spec, subject, values))))


def _letters(f: Frame, row: Row, spec: Result, subject: Value, values: Sequence[Value], __: int) -> Value:
    of = _of(f, spec, subject, values)
    made = Some("bytes" if row.is_bytes else "text", NONE.union(*(codes_of(each) | labels_of(each) for each in of)))
    if all(each.__class__ is Some and each.form == "digits" for each in of):
        return Some(made.type, NONE, made.labels, "digits")  # nobody chooses them
    return of_code(made, of[0]) if len(of) == 1 else made


def _truth(f: Frame, row: Row, _: Result, subject: Value, values: Sequence[Value], __: int) -> Value:
    if not row.guard or row.guard_arg >= len(values):
        return TRUTH
    value = subject if row.guard_arg == SELF else values[row.guard_arg]
    if value.__class__ in KNOWN or value.__class__ is Ref:
        return TRUTH
    return Truth(((Argument(row.guard_arg), value, with_form(value, row.guard)),), ())


def _same(f: Frame, _: Row, spec: Result, subject: Value, values: Sequence[Value], __: int) -> Value:
    """Return an argument as it is; an object has no such field: some value of it."""
    (source,) = spec.of
    found = _one(f, source, subject, values)
    if source.field and found is EMPTY:
        return Some("", labels_in(f, subject))
    return None if found is MISSING else found


def _function(f: Frame, _: Row, spec: Result, subject: Value, values: Sequence[Value], __: int) -> Value:
    """Return the result of a function of known arguments, else a number of the labels of others."""
    of = _of(f, spec, subject, values)
    if spec.function is not None and all(each.__class__ in KNOWN for each in of):
        return spec.function(*of)
    return number(NONE.union(*(codes_of(each) | labels_of(each) for each in of)))


def _self(_: Frame, __: Row, ___: Result, subject: Value, ____: Sequence[Value], _____: int) -> Value:
    return subject


def _items(f: Frame, _: Row, spec: Result, subject: Value, values: Sequence[Value], __: int) -> Value:
    found: list[Value] = []
    for each in _of(f, spec, subject, values):
        for one in options(each):
            if one.__class__ is Ref:
                table = f[0].t[one.oid]
                found += [v for k, v in table.items() if k.__class__ is int or k == REST or is_entry(k)]
            else:
                found.append(Some("", labels_of(one)))
    return choice(found)


def make(f: Frame, kind: str, fields: dict[Value, Value], at: int) -> Ref:
    """Make an object of the library."""
    first = f[1].world.library.fields.get(kind, {})
    made: Ref = f[0].new(kind, {**first, **fields}, (at, kind) if f[1].coarse else None)
    return made


def _object(f: Frame, row: Row, spec: Result, subject: Value, values: Sequence[Value], at: int) -> Value:
    if row.holds:
        return _held(f, row, spec, subject, values, at)
    made = make(f, spec.kind, {}, at)
    if row.is_property and not row.params and subject.__class__ is Ref:
        f[0].own(subject.oid)[row.names[-1]] = made  # the same object from here on
    return made


def held_fields(f: Frame, row: Row, subject: Value, values: Sequence[Value], at: int) -> dict[Value, Value]:
    """Return the fields from outside that a row speaks of: of the object that it returns, or of its own one."""
    source = row.holds[0][2]
    key = MISSING if source is None else _one(f, source, subject, values)
    name = to_text(key) if key.__class__ in KNOWN else None
    place = at + f[1].unit * UNIT
    origin = origin_of(row)
    return {
        field: _sent(f, "text", [Label(each, origin, name, place) for each in kinds.split("+")], str(field))
        for field, kinds, _ in row.holds
    }


def _sent(f: Frame, kind: str, labels: Sequence[Label], member: str) -> Value:
    """Return a value from outside: one that is not known, unless the run is given a text in its place."""
    if f[1].witness is not None and kind == "text":
        for each in labels:
            if (text := f[1].witness(each, member)) is not None:
                return text
    return Some(kind, frozenset(labels))


def _held(f: Frame, row: Row, spec: Result, subject: Value, values: Sequence[Value], at: int) -> Value:
    """Return an object whose content comes from outside; the same one under the same key, or none."""
    key = MISSING if row.holds[0][2] is None else _one(f, row.holds[0][2], subject, values)
    slot = slot_in(f[0].t[subject.oid], key) if subject.__class__ is Ref and key is not MISSING else None
    if slot is not None and slot in f[0].t[subject.oid]:
        return f[0].t[subject.oid][slot]
    made: Value = make(f, spec.kind, held_fields(f, row, subject, values, at), at)
    made = OneOf((None, made)) if row.is_maybe else made
    if slot is not None:
        f[0].own(subject.oid)[slot] = made
    return made


def _the(f: Frame, _: Row, spec: Result, __: Value, ___: Sequence[Value], ____: int) -> Value:
    return Ref(spec.kind)


def _source(f: Frame, row: Row, spec: Result, subject: Value, values: Sequence[Value], at: int) -> Value:
    """Return the value from outside under a key; the same key has the same value until a condition narrows it."""
    key = _of(f, spec, subject, values)[0] if spec.of else MISSING
    kind = spec.kind
    if row.where and key.__class__ is str:
        kind = next((each for begins, each in row.where if key.lower().startswith(begins.rstrip("*"))), kind)
    name = to_text(key) if key.__class__ in KNOWN else None
    kinds = kind.split("+") if kind != "none" else []
    names = [each for each in kinds if not is_of_letters(each)]
    place = at + f[1].unit * UNIT
    labels = [Label(each, origin_of(row), name, place) for each in names]
    fresh = _sent(f, "bytes" if row.is_bytes else "text", labels, row.names[-1])
    if len(names) < len(kinds) and fresh.__class__ is Some:
        fresh = with_form(fresh, kinds[-1])
    if subject.__class__ is not Ref:
        return fresh
    if row.params or row.names[-1] in _OF_COLLECTIONS:
        return entry(f, subject, key, fresh)
    f[0].own(subject.oid)[row.names[-1]] = fresh  # the same property has the same value from here on
    return fresh


def origin_of(row: Row) -> str:
    """Return the name of a source: that of the collection, not of the member by which its entries are read."""
    owner, _, member = row.name.rpartition(".")
    return owner if member.lower() in _OF_COLLECTIONS else row.name


_OF_COLLECTIONS = frozenset(
    {
        "", "item", "key", "for-each", "get", "getvalues", "getkey", "allkeys", "keys", "getfile", "getmultiple",
        "tostring",
    }
)  # fmt: skip
_RESULTS: dict[str, Callable[..., Value]] = {
    "number": lambda *_: NUMBER, "text": lambda *_: Some("text"), "none": lambda *_: EMPTY, "value": lambda *_: UNKNOWN,
    "truth": _truth, "any": _any, "part": _part, "form": _form, "codes": _codes, "letters": _letters, "self": _self,
    "items": _items, "same": _same, "known": _function, "object": _object, "the": _the, "source": _source,
}  # fmt: skip
