"""Texts of known and unknown parts: cutting, replacing and searching in them.

Each function takes texts of which at least one is not known, and returns the result as far as known, or `MISSING` if
that is no more than the labels of its arguments. Positions may be measured on the text itself (`Measure`): its length,
or the place of another text in it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from dataclasses import replace as changed
from typing import Any

from webshellhunt.core.letters import (
    ALL,
    form_of,
    is_assigned,
    is_letter,
    is_of_letters,
    letters_of,
    letters_written,
    of_pairs,
    of_piece,
    tells_letters,
)
from webshellhunt.core.values import (
    MISSING,
    NONE,
    Argument,
    Fact,
    Measure,
    OneOf,
    Parts,
    Sign,
    Some,
    Truth,
    Value,
    choice,
    concat,
    is_found_alone,
    is_of_server,
    labels_of,
    options,
    same,
    text_of_parts,
    to_text,
)

_MOST_PIECES = 1_000
"""Pieces into which known parts are taken apart."""


def parts_of(text: Value) -> tuple[Any, ...]:
    """Return the parts of a text: known ones are texts, the others `Some`."""
    return text.parts if text.__class__ is Parts else (text,)


def some_of(parts: Iterable[Any]) -> Value:
    """Return a text that is not known, with the labels of parts; a piece of a found text is found, too."""
    unknown = [each for each in parts if each.__class__ is Some]
    forms = {each.form for each in unknown if each.labels}
    form = of_piece(next(iter(forms))) if len(forms) == 1 else ""
    is_kept = form == "found" or is_of_letters(form)
    return Some("text", NONE.union(*map(labels_of, unknown)), NONE, form if is_kept else "")


def letters_in(text: Value) -> frozenset[str]:
    """Return the characters that a text may have."""
    parts: Iterable[Any] = (part for option in options(text) for part in parts_of(to_text(option)))
    return frozenset[str]().union(*(letters_written(x) if isinstance(x, str) else letters_of(x.form) for x in parts))


def some_of_letters(text: Value, letters: frozenset[str]) -> Some:
    """Return a text of which only the characters are known, and whose it is; nobody chooses those of digits."""
    form = text.form if text.__class__ is Some else ""
    form, labels = form_of(letters, is_letter=is_letter(form)), labels_of(text)
    codes = NONE.union(*(each.codes for each in options(text) if each.__class__ is Some))
    kind = text.type if text.__class__ is Some and text.type in ("char", "number") else "text"
    return Some(kind, NONE, labels | codes, form) if form == "digits" else Some(kind, labels, codes, form)


def of_code(letter: Some, number: Value) -> Some:
    """Return a letter of which the code is a number: one of those that this may be."""
    is_known = number.__class__ is Some and number.type == "number" and is_of_letters(number.form)
    return some_of_letters(letter, letters_of(number.form)) if is_known else letter


def narrowed_to(text: Value, letters: frozenset[str]) -> Value:
    """Return a text whose parts that are not known have no other characters."""
    if not letters and labels_of(text):
        return ""
    if text.__class__ is OneOf:
        return choice([narrowed_to(each, letters) for each in text.options])
    if text.__class__ is Parts:
        return text_of_parts([narrowed_to(each, letters) for each in text.parts])
    if text.__class__ is not Some:
        return text
    made = some_of_letters(text, letters_of(text.form) & letters)
    return made if text.form == of_piece(text.form) else changed(made, form=of_pairs(made.form))


def all_facts(left: tuple[Fact, ...], right: tuple[Fact, ...]) -> tuple[Fact, ...]:
    """Return the facts of two conditions that are both true: a text has only letters that it has in both."""
    found = [*left, *right] if left and right else []
    for at, (key, now, then) in enumerate(left if found else ()):
        for other, before, also in right:
            if other == key and same(before, now) and then.__class__ is also.__class__ is Some:
                found[at] = (key, now, narrowed_to(then, letters_of(also.form)))
    return tuple(found) or left or right


def _is_text(value: Value) -> bool:
    return value.__class__ in (str, Parts) or (value.__class__ is Some and value.type in ("", "text"))


# Cutting --------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Place:
    """A place in a text: a number of characters from its start, or from its end (``is_end``)."""

    count: int
    is_end: bool = False


START, END = Place(0), Place(0, is_end=True)


def place_of(text: Value, number: Value) -> Place | Measure | None:
    """Return the place in a text that a number of characters is; a search that is not decided as it is."""
    if number.__class__ is int:
        return Place(max(number, 0))
    if number.__class__ is not Measure or not same(number.of, text):
        return None
    if number.what is None:
        return Place(max(-number.plus, 0), is_end=True)
    return number if number.what.__class__ is str else None


def measured_on(number: Value, text: Value) -> Value:
    """Return those alternatives of a number that may go with a text: measured on it, or known if the text is."""
    if number.__class__ is not OneOf or text.__class__ not in (str, Parts, Some):
        return number
    if not any(each.__class__ is Measure for each in number.options):
        return number
    is_known = text.__class__ is str
    kept = [x for x in number.options if (same(x.of, text) if x.__class__ is Measure else is_known)]
    return choice(kept) if kept else number


def moved(number: Value, by: int) -> Value:
    """Return a number of characters with some more."""
    if number.__class__ is int:
        return number + by
    return changed(number, plus=number.plus + by, absent=number.absent + by)


def is_found(number: Measure) -> bool:
    """True if a text surely has the searched text in it."""
    return any(each.__class__ is str and number.what in each for each in parts_of(number.of))


def between(text: Value, start: Value, stop: Value) -> Value:
    """Return the part of a text between two places, each `Place`, a search in it, or ``None`` for an unknown one."""
    if stop.__class__ is Measure and not is_found(stop):
        found = text_of_parts(_from(_until(parts_of(text), stop), start))
        return choice([found, between(text, start, Place(max(stop.absent, 0)))])
    if start.__class__ is Place and stop.__class__ is Place:
        if start.is_end and not stop.is_end:
            return some_of(parts_of(text))
        if start.is_end:
            start = Place(start.count - stop.count, is_end=True)
        elif not stop.is_end and stop.count <= start.count:
            return ""
    return text_of_parts(_from(_until(parts_of(text), stop), start))


def _until(parts: Sequence[Any], stop: Place | Measure | None) -> Sequence[Any]:
    """Return the parts before a place."""
    if isinstance(stop, Place):
        return _without_last(parts, stop.count) if stop.is_end else _first(parts, stop.count)
    if stop is None:
        return (some_of(parts),)
    head = parts[0] if parts[0].__class__ is str else ""
    if stop.is_last and stop.what in head:
        sure = head.rfind(stop.what) + stop.plus
    else:
        sure = len(head) - len(stop.what) + 1 + stop.plus
    if not stop.is_last:
        parts = parts[: next((i for i, each in enumerate(parts) if each.__class__ is str and stop.what in each), None)]
    return (head[: max(sure, 0)], some_of(parts))


def _from(parts: Sequence[Any], start: Place | Measure | None) -> Sequence[Any]:
    """Return the parts behind a place."""
    if isinstance(start, Place):
        return _last(parts, start.count) if start.is_end else _without_first(parts, start.count)
    if start is None:
        return (some_of(parts),)
    last = parts[-1] if parts and parts[-1].__class__ is str else ""
    found = last.find(start.what)
    lost = found + start.plus if found >= 0 else max(start.plus - len(start.what), start.absent)
    return (some_of(parts), last[max(lost, 0) :])


def _first(parts: Sequence[Any], count: int) -> list[Any]:
    """Return the first characters; from the first unknown part on, they are not known."""
    found: list[Any] = []
    for at, each in enumerate(parts):
        if count <= 0:
            break
        if each.__class__ is not str:
            found.append(some_of(parts[at:]))
            break
        found.append(each[:count])
        count -= len(each)
    return found


def _last(parts: Sequence[Any], count: int) -> list[Any]:
    """Return the last characters."""
    return _reversed(_first(_reversed(parts), count))


def _without_first(parts: Sequence[Any], count: int) -> list[Any]:
    """Return the text after the first characters; an unknown part may be shorter than they are."""
    found, at = [*parts], 0
    while at < len(found) and count > 0:
        each = found[at]
        if each.__class__ is str:
            found[at] = each[count:]
            count -= len(each)
        else:
            found[at] = Some("text", each.labels)
        at += 1
    return found


def _without_last(parts: Sequence[Any], count: int) -> list[Any]:
    return _reversed(_without_first(_reversed(parts), count))


def _reversed(parts: Sequence[Any]) -> list[Any]:
    return [each[::-1] if each.__class__ is str else each for each in reversed(parts)]


def mid(text: Value, start: Value, count: Value = MISSING) -> Value:
    """Return all that is known of ``Mid(text, start, count)``; the first character is 1."""
    text = to_text(text)
    if text.__class__ is str and count == 1:
        return _letter(start)
    if not _is_text(text) or start.__class__ not in (int, Measure):
        return _one_letter(some_of(parts_of(text))) if count == 1 and _is_text(text) else MISSING
    if text.__class__ is str and start.__class__ is Measure:
        return MISSING
    first = moved(start, -1)
    stop: Value = END
    if count is not MISSING:
        if first.__class__ is int and count.__class__ in (int, Measure):
            stop = place_of(text, moved(count, first))
        elif count.__class__ is int:
            stop = place_of(text, moved(first, count))
        else:
            stop = None
    found = between(text, place_of(text, first), stop)
    return _one_letter(found) if count == 1 else found


def _one_letter(text: Value) -> Value:
    is_some = text.__class__ is Some and text.labels
    return changed(text, form=form_of(letters_of(text.form), is_letter=True)) if is_some else text


def _letter(number: Value) -> Value:
    """Return the letter of an alphabet that a number selects: it has the labels of the number."""
    if number.__class__ is Measure:
        labels = labels_of(number.what)
    else:
        labels = number.codes if number.__class__ is Some else NONE
    return Some("text", labels) if labels else MISSING


def left(text: Value, count: Value) -> Value:
    """Return all that is known of the first characters of a text."""
    text = to_text(text)
    return between(text, START, place_of(text, count)) if _is_text(text) else MISSING


def right(text: Value, count: Value) -> Value:
    """Return all that is known of the last characters of a text."""
    text = to_text(text)
    if not _is_text(text):
        return MISSING
    if count.__class__ is int:
        return between(text, Place(max(count, 0), is_end=True), END)
    if count.__class__ is Measure and same(count.of, text) and count.what is None:
        return between(text, Place(max(-count.plus, 0)), END)
    return between(text, None, END)


def substring(text: Value, start: Value, stop: Value = MISSING) -> Value:
    """Return all that is known of the characters from one place to another; the first character is 0."""
    text = to_text(text)
    if not _is_text(text):
        return MISSING
    if start.__class__ is int and stop.__class__ is int and start > stop:
        start, stop = stop, start
    return between(text, place_of(text, start), END if stop is MISSING else place_of(text, stop))


def substr(text: Value, start: Value, count: Value = MISSING) -> Value:
    """Return all that is known of some characters from a place on; below 0, it is one from the end."""
    text = to_text(text)
    if start.__class__ is int and start < 0 and _is_text(text):
        stop: Value = END
        if count is not MISSING:
            stop = Place(max(-start - count, 0), is_end=True) if count.__class__ is int else None
        return between(text, Place(-start, is_end=True), stop)
    if start.__class__ is int or start.__class__ is Measure:
        return mid(text, moved(start, 1), count)
    if count == 1 and text.__class__ is not str:
        return mid(text, start, count)
    return between(text, None, END if count is MISSING else None) if _is_text(text) else MISSING


def slice_(text: Value, start: Value, stop: Value = MISSING) -> Value:
    """Return all that is known of the characters from one place to another; below 0, they are from the end."""
    text = to_text(text)
    if not _is_text(text):
        return MISSING

    def place(number: Value) -> Value:
        if number.__class__ is int and number < 0:
            return Place(-number, is_end=True)
        return place_of(text, number)

    return between(text, place(start), END if stop is MISSING else place(stop))


# Changing -------------------------------------------------------------------------------------------------------------


def mapped(text: Value, of: Callable[[str], str]) -> Value:
    """Return a text with each known part changed."""
    text = to_text(text)
    if text.__class__ is not Parts:
        return text if text.__class__ is Some else MISSING
    return text_of_parts([of(each) if each.__class__ is str else each for each in text.parts])


def lower(text: Value) -> Value:
    """Return a text in small letters."""
    return mapped(text, str.lower)


def upper(text: Value) -> Value:
    """Return a text in capital letters."""
    return mapped(text, str.upper)


def reverse(text: Value) -> Value:
    """Return a text from its end to its start."""
    text = to_text(text)
    if text.__class__ is Parts:
        return text_of_parts([each if each.__class__ is str else some_of([each]) for each in _reversed(text.parts)])
    return MISSING


def stripped(characters: str | None, *, first: bool = True, last: bool = True) -> Callable[[Any], Any]:
    """Return the function that takes characters off the ends of a text."""

    def strip(text: Value) -> Value:
        text = to_text(text)
        if text.__class__ is not Parts:
            return text if text.__class__ is Some else MISSING
        parts = [*text.parts]
        if first:
            parts = _stripped_first(parts, characters)
        if last:
            parts = _reversed(_stripped_first(_reversed(parts), characters))
        return text_of_parts(parts)

    return strip


def _stripped_first(parts: list[Any], characters: str | None) -> list[Any]:
    """Return parts without some characters at the start; an unknown part may have no others."""
    for at, each in enumerate(parts):
        if each.__class__ is str:
            parts[at] = each.lstrip(characters)
            if parts[at]:
                break
    return parts


def replace(
    text: Value, old: Value, new: Value = MISSING, start: Value = 1, count: Value = -1, how: Value = 0
) -> Value:
    """Return a text with another in the place of one in it; known parts before the first place of that stay."""
    if new is MISSING:
        return MISSING
    text, new = to_text(text), to_text(new)
    if start.__class__ is int and start > 1:
        text = mid(text, start)
    if text is MISSING or not (_is_text(text) and _is_text(new)):
        return MISSING
    if old.__class__ is Parts and old.parts[0].__class__ is str:
        return _replaced_from(text, old, new)
    if old.__class__ is not str:
        made = some_of_letters(text, letters_in(text) | letters_in(new))
        return made if new.__class__ is str and made.form else MISSING
    return _replaced(text, old, new, count, how) if old else text


def _replaced(text: Value, old: str, new: Value, count: Value, how: Value) -> Value:
    """Return a text with another in the place of a known one."""
    found: list[Any] = []
    left_over = count if count.__class__ is int and count >= 0 else _MOST_PIECES
    for part in parts_of(text):
        if part.__class__ is not str:
            found += _replaced_in_some(part, old, new, is_first=not found)
            continue
        flags = re.IGNORECASE if how == 1 else re.NOFLAG
        if new.__class__ is str and left_over:  # in one pass, for a text that is long
            plain, times = re.subn(re.escape(old), lambda _: new, part, count=left_over, flags=flags)
            left_over -= times
            found.append(plain)
            continue
        pieces = re.split(re.escape(old), part, maxsplit=left_over, flags=flags) if left_over else [part]
        left_over -= len(pieces) - 1
        found.append(pieces[0])
        for piece in pieces[1:]:
            found += [*parts_of(new), piece]
    return text_of_parts(found)


def _replaced_in_some(part: Value, old: str, new: Value, *, is_first: bool) -> list[Value]:
    """Return an unknown part in which a text was replaced.

    It has the characters of both: one that is replaced is gone. Doubled quotation marks end no literal, nor do those
    around a constant that stands for a line end, and a tag begins no code of a page. A text that begins with the other
    one is not all of whose it is.
    """
    form = "" if is_assigned(part.form) else part.form
    if tells_letters(form) or (not form and len(old) == 1):
        is_known = isinstance(new, str)
        come = letters_written(_HARMLESS.sub("", new)) if is_known else letters_in(new) | {'"'}
        come |= {'"'} if '"' in old[1:] else set()
        has_pairs = form != of_piece(form) or (is_known and '"' in new)
        form = form_of((letters_of(form) - ({old} if len(old) == 1 else set())) | come)
        form = of_pairs(form) if has_pairs else form
    if form == "found" and not labels_of(new) <= part.labels and not is_found_alone((part, *parts_of(new))):
        form = ""  # but the name of a file that was read has no letters of code
    made = Some("text", part.labels | labels_of(new), part.codes, form)
    return [part, made] if is_first and not labels_of(new) <= part.labels else [made]


def _replaced_from(text: Value, old: Parts, new: Value) -> Value:
    """Return a text in which one was replaced of which only the beginning is known."""
    kept: list[Any] = []
    parts, sign = parts_of(text), old.parts[0][:1].lower()
    for at, part in enumerate(parts):
        if part.__class__ is not str:
            kept += [] if labels_of(new) <= part.labels else [part]
            return text_of_parts([*kept, some_of([*parts[at:], *parts_of(new)])])
        place = part.lower().find(sign)
        if place >= 0:
            return text_of_parts([*kept, part[:place], some_of([*parts[at:], *parts_of(new)])])
        kept.append(part)
    return text


_HARMLESS = re.compile(r'''(?i)<[\w/][^<>]*>|"\s*&\s*(?:vb\w+|chrw?\(\d+\))\s*&\s*"|""''')


def split(text: Value, by: Value, most: Value = -1) -> tuple[list[Any], Any] | None:
    """Return the items of a text up to the first that is not known, and the value of any of the others.

    ``None``: nothing is known of them. With ``most`` above 0, the last item is the rest of the text.
    """
    text = to_text(text)
    if by.__class__ is not str or not by or most.__class__ is not int or not _is_text(text):
        return None
    items: list[Any] = []
    last: Value = ""
    parts = parts_of(text)
    for at, part in enumerate(parts):
        if most > 0 and len(items) + 1 >= most:
            return [*items, concat(last, text_of_parts(parts[at:]))], MISSING
        if part.__class__ is not str:
            return [*items, _first_unknown(last, parts[at:], by)], some_of(parts[at:])
        pieces = part.split(by, most - len(items) - 1 if most > 0 else -1)
        pieces[0] = last + pieces[0]
        items += pieces[:-1]
        last = pieces[-1]
    return [*items, last], MISSING


def _first_unknown(head: Value, parts: Sequence[Any], by: str) -> Value:
    """Return the first item that is not known: it begins with a known text, and ends before the next separator."""
    end = next((at for at, each in enumerate(parts) if each.__class__ is str and by in each), len(parts))
    return concat(head, some_of(parts[:end]))


# Measuring ------------------------------------------------------------------------------------------------------------


def length(text: Value) -> Value:
    """Return the length of a text as a number that knows whose it is."""
    text = to_text(text)
    return Measure(text) if _is_text(text) else MISSING


def piece_of(text: Value, what: Value) -> Some:
    """Return a text that is in another one, which is known or the server's: a piece of that, or one of its letters."""
    if text.__class__ is str and what.__class__ is Some and (what.type == "char" or is_letter(what.form)):
        return some_of_letters(what, letters_of(what.form) & letters_written(text))
    return Some("text", labels_of(text), form="found")


def first_place(text: Value, what: Value, first: int = 1, place: int = 1) -> Value:
    """Return the place of the first occurrence of a text in another; the first character is ``first``.

    ``place`` is the argument that ``what`` is: if it is in a known text, it is no more than a piece of that.
    """
    letter, text, what = what, to_text(text), to_text(what)
    if not _is_text(text) or not _is_text(what):
        return MISSING
    if (text.__class__ is str or is_of_server(text)) and what.__class__ is not str:
        if text.__class__ is str and any(
            each.__class__ is str and each.lower() not in text.lower() for each in parts_of(what)
        ):
            return first - 1
        facts = ((Argument(place, is_inner=what.__class__ is Parts), letter, piece_of(text, letter)),)
        return Measure(text, first, what, absent=first - 1, told=Truth(facts))
    head = parts_of(text)[0]
    if what.__class__ is str and what and head.__class__ is str and what in head:
        return head.find(what) + first
    return Measure(text, first, what, absent=first - 1, told=Truth((), without(text, what, place - 1)))


def without(text: Value, letters: Value, place: int, least: int = 1) -> tuple[Fact, ...]:
    """Return the fact that an argument has none of some letters; of a longer word it says nothing."""
    if not isinstance(letters, str) or not 0 < len(letters) <= least or not labels_of(text):
        return ()
    return ((Argument(place), text, narrowed_to(text, ALL - letters_written(letters))),)


def last_place(text: Value, what: Value, first: int = 1) -> Value:
    """Return the place of the last occurrence of a text in another."""
    text, what = to_text(text), to_text(what)
    if not _is_text(text) or not _is_text(what):
        return MISSING
    end = parts_of(text)[-1]
    if what.__class__ is str and what and end.__class__ is str and what in end:
        return Measure(text, end.rfind(what) - len(end) + first)
    return Measure(text, first, what, is_last=True, absent=first - 1)


def instr(*arguments: Value) -> Value:
    """Return the place that ``InStr([start,] text, what[, how])`` finds."""
    start: Value = 1
    has_start = len(arguments) > 2 and arguments[0].__class__ in (int, float, Measure)
    if has_start:
        start, arguments = arguments[0], arguments[1:]
    if start != 1 or len(arguments) < 2:
        return MISSING
    text, what = arguments[:2]
    if len(arguments) > 2 and arguments[2] == 1:
        text, what = (each.lower() if each.__class__ is str else lower(each) for each in (text, what))
        if text is MISSING or what is MISSING:
            return MISSING
    return first_place(text, what, 1, 2 if has_start else 1)


def instrrev(text: Value, what: Value, start: Value = -1, how: Value = 0) -> Value:
    """Return the place that ``InStrRev(text, what)`` finds."""
    return last_place(text, what) if start == -1 else MISSING


def strcomp(a: Value, b: Value, how: Value = 0) -> Value:
    """Return how two texts compare: zero says that the unknown one is the other."""
    for index, (one, other) in enumerate(((a, b), (b, a))):
        if other.__class__ is str and one.__class__ in (Some, Parts):
            return Sign(Truth(((Argument(index), one, other),), ()))
    return MISSING


PARTS: dict[str, Callable[..., Any]] = {
    "mid": mid, "left": left, "right": right, "substring": substring, "substr": substr, "slice": slice_,
    "lower": lower, "upper": upper, "reverse": reverse, "replace": replace, "trim": stripped(" "),
    "ltrim": stripped(" ", last=False), "rtrim": stripped(" ", first=False), "strip": stripped(None),
    "length": length, "instr": instr, "instrrev": instrrev, "strcomp": strcomp,
    "index-of": lambda text, what, start=0: first_place(text, what, 0, 0) if start == 0 else MISSING,
    "last-index-of": lambda text, what: last_place(text, what, 0),
}  # fmt: skip
"""Functions by the names that rows give them in the clause ``parts``."""
