"""Parts that primitives of .NET have in common: arguments, bytes of vectors, texts of values and of letters."""

from __future__ import annotations

from collections.abc import Callable

from webshellhunt.core.containers import known_bytes
from webshellhunt.core.conversions import FailError
from webshellhunt.core.ending import Thrown
from webshellhunt.core.heap import SIZE
from webshellhunt.core.library_calls import codes_of, labels_in
from webshellhunt.core.members import is_function
from webshellhunt.core.procedure import Frame
from webshellhunt.core.rows import Row
from webshellhunt.core.state import Run
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    NONE,
    Label,
    OneOf,
    Parts,
    Ref,
    Some,
    Truth,
    Value,
    choice,
    labels_of,
    text_of_parts,
    to_text,
)  # fmt: skip
from webshellhunt.library.net_functions import NET, NET_PARTED
from webshellhunt.library.sequences import call_function, items_of, table_of

Primitive = Callable[[Run, Frame, Value, list[Value], int, Row], Value]
MOST_TEXT = 1 << 22
OUTSIDE = 9


def given(a: list[Value], index: int, default: Value = MISSING) -> Value:
    """Return an argument, or another value where it was left out."""
    return a[index] if index < len(a) and a[index] is not MISSING else default


def ignores_case(f: Frame, values: list[Value]) -> bool:
    """True if one of some arguments is a comparer without letter case."""
    for each in values:
        word = table_of(f, each).get("word", each) if each.__class__ is Ref else each
        if isinstance(word, str) and ("ignorecase" in word.lower() or "caseinsensitive" in word.lower()):
            return True
    return False


def known_or_some(f: Frame, value: Value) -> Value:
    """Return a vector as bytes where they are known, else some value with its labels and those of its letters."""
    if value.__class__ is not Ref:
        return value
    data = known_bytes(table_of(f, value))
    return Some("", labels_in(f, value) | _codes(f, value)) if data is None else data


def _codes(f: Frame, value: Ref) -> frozenset[Label]:
    """Return the labels of the letters that the numbers of a vector are the codes of."""
    return NONE.union(*(codes_of(each) for each in table_of(f, value).values()))


def arguments_of(f: Frame, a: list[Value], at: int) -> list[Value]:
    """Return arguments without those that were left out; one array alone stands for its items."""
    found = [each for each in a if each is not MISSING]
    if len(found) == 1 and found[0].__class__ is Ref and SIZE in table_of(f, found[0]):
        items, rest = items_of(f[1], f, found[0], at)
        return items if rest is MISSING else [*items, rest]
    return found


MOST_ITEMS = 50_000


def form_of(value: Value) -> str:
    """Return the form of a value."""
    return value.form if value.__class__ is Some else ""


def written(m: Run, f: Frame, value: Value, at: int) -> Value:
    """Return a value as the text that ``ToString`` makes of it."""
    if value.__class__ in KNOWN:
        return "" if value is None or value is EMPTY else NET["net-to-string"](value)
    if value.__class__ in (Some, Parts):
        return to_text(value)
    found = m.default(f, value, at)  # type: ignore[attr-defined]
    if found == value:
        found = m.invoke(f, value, "ToString", [], at)[0]  # type: ignore[attr-defined]
    return Some("text", labels_in(f, found)) if found.__class__ in (Ref, Truth) else to_text(found)


def of_letters(known: list[Value], rest: Value) -> Value:
    """Return the text of letters, or of their codes."""
    letters = [chr(each) if each.__class__ is int and 0 <= each < 0x110000 else each for each in known]
    if rest is MISSING and all(isinstance(each, str) for each in letters):
        return "".join(letters)
    values = [*letters, *(() if rest is MISSING else (rest,))]
    parts = [each if isinstance(each, str) else _letter(each) for each in values]
    return text_of_parts([str(each) if isinstance(each, str) else each for each in parts])


def _letter(value: Value) -> Some:
    if form_of(value) == "digits":
        return Some("text", NONE, codes_of(value), "digits")
    return Some("text", labels_of(value) | codes_of(value), form=form_of(value))


def of_text(name: str, text: Value, a: list[Value]) -> Value:
    """Return the result of a function of a text."""
    values = [text, *(each for each in a if each is not MISSING)]
    if text.__class__ is OneOf:
        return choice([of_text(name, each, a) for each in text.options])
    found: Value = MISSING
    try:
        if all(each.__class__ in KNOWN for each in values):
            found = NET[name](*values)
        elif name in NET_PARTED:
            found = NET_PARTED[name](*values)
    except FailError as error:
        raise Thrown(error.number) from None
    except (ValueError, TypeError):
        found = MISSING
    return Some("text", NONE.union(*map(labels_of, values))) if found is MISSING else found


def value_of(f: Frame, value: Value, arguments: list[Value], at: int) -> Value:
    """Return a value, or its result if it is a function."""
    return call_function(f, value, arguments, at) if is_function(f, value) else value


def as_text(value: Value, name: Value = "utf-8") -> Value:
    """Return content as text."""
    if value.__class__ is not bytes:
        return to_text(value)
    try:
        return value.removeprefix(b"\xef\xbb\xbf").decode(name if name.__class__ is str else "utf-8", "replace")
    except LookupError:
        return Some("text")
