"""Copies of items and characters into arrays of .NET."""

from __future__ import annotations

from webshellhunt.analysis.domain.arrays import known_items
from webshellhunt.analysis.domain.taints import counted, lettered
from webshellhunt.analysis.domain.values import Thing, Value, is_known
from webshellhunt.analysis.library.arguments import Runner, UnsolvedError, integer_of
from webshellhunt.analysis.library.containers import blur
from webshellhunt.analysis.library.sequences import row_of


def copy_part(machine: Runner, source: Value, start: int, target: Value, at: int, count: int) -> None:
    """Copy items of an array to another one."""
    if target.__class__ is not Thing:
        raise UnsolvedError
    row, known = row_of(source), known_items(target)
    machine.spend(count // 8)
    if not row.is_exact or known is None:
        blur(machine, target, row.items)
        return
    if min(start, at, count) < 0 or start + count > len(row.items) or at + count > len(known):
        raise UnsolvedError
    for offset in range(count):
        machine.state.put(target.fields, at + offset, row.items[start + offset])


def copy_text(machine: Runner, a: list[Value]) -> Value:
    """``text.CopyTo(start, characters, at, count)``."""
    text, target = a[0], a[2]
    numbers = [integer_of(each) if is_known(each) else None for each in (a[1], a[3], a[4])]
    if target.__class__ is not Thing:
        raise UnsolvedError
    if not isinstance(text, str) or None in numbers:
        blur(machine, target, [lettered([counted([text])])])
        return None
    start, at, count = (each or 0 for each in numbers)
    copy_part(machine, text, start, target, at, count)
    return None
