"""Objects of the page without a class: functions as values, their captured variables, and chains of prototypes."""

from __future__ import annotations

from typing import Any

from webshellhunt.core import ir
from webshellhunt.core.containers import there
from webshellhunt.core.heap import CODE, PROTOTYPE, REST, SIZE
from webshellhunt.core.values import (
    EMPTY,
    KNOWN,
    MISSING,
    UNKNOWN,
    Func,
    OneOf,
    Ref,
    Some,
    choice,
    join,
    labels_of,
    options,
    to_text,
)

Frame = list[Any]
Found = tuple[Any, Any, Any]
"""The result of a call, the last values of its parameters, and the procedure; the latter two None for others."""
_LONGEST = 64
"""Prototypes of prototypes that a name is looked for in, and elements of arrays that become arguments."""

# Functions as values --------------------------------------------------------------------------------------------------


def make_function(f: Frame, proc: ir.Proc, boxes: tuple[Any, ...], at: int) -> Ref:
    """Make a function of a procedure and the boxes of the variables that it captures."""
    return f[0].new("function", {CODE: Func(proc.name, proc, None, boxes, at)}, at if f[1].coarse else None)


def spread(f: Frame, value: Any) -> list[Any]:
    """Return the elements of an array as arguments; of one that is not known, one argument with all its labels."""
    if value.__class__ is Ref:
        table = f[0].t[value.oid]
        size = table.get(SIZE)
        if REST not in table and size.__class__ is int and size <= _LONGEST:
            return [table.get(index, EMPTY) for index in range(size)]
        return [choice([v for k, v in table.items() if k.__class__ is int or k == REST])]
    return [] if value.__class__ in KNOWN else [Some("", labels_of(value))]


# Members of objects without a class -----------------------------------------------------------------------------------


def property_key(key: Any) -> str | None:
    """Return the name of the member that a key selects, ``None`` if it is not known."""
    text = to_text(key)
    return text if text.__class__ is str and not text.startswith("\0") else None


def look_up(f: Frame, subject: Ref, name: str) -> Any:
    """Return a member of an object, of its prototype, and so on; ``EMPTY`` if none of them has it."""
    rest = MISSING
    for _ in range(_LONGEST):
        table = f[0].t[subject.oid]
        if REST in table:
            rest = table[REST] if rest is MISSING else join(rest, table[REST])
        if name in table:
            value = there(table[name], EMPTY)
            return value if rest is MISSING else join(value, rest)
        subject = table.get(PROTOTYPE)
        if subject.__class__ is OneOf:
            found = [look_up(f, each, name) for each in options(subject) if each.__class__ is Ref]
            return choice(found if rest is MISSING else [*found, rest])
        if subject.__class__ is not Ref:
            break
    return EMPTY if rest is MISSING else join(rest, EMPTY)


def any_member(f: Frame, subject: Ref) -> Any:
    """Return the value of some member of an object."""
    values = [
        there(v, EMPTY) for k, v in f[0].t[subject.oid].items() if k == REST or k.__class__ is str and k[:1] != "\0"
    ]
    return choice([*values, EMPTY]) if values else UNKNOWN
