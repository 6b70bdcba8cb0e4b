"""Destructuring: the members of an object that variables of JScript take, ``{ a, b: c } = d``."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.calling.objects import get_item, get_member
from webshellhunt.analysis.domain.values import Value
from webshellhunt.analysis.execution.machine import Machine
from webshellhunt.lang.tree import Argument, Entries, Name, Node


def members_of(machine: Machine, target: Entries, value: Value) -> Iterator[tuple[Node, Value]]:
    """Yield each target with the member that it takes; that of the rest takes the whole object."""
    for entry in target.entries:
        if isinstance(entry.value, Argument):
            yield entry.value.value, value
            continue
        key = entry.key.text if isinstance(entry.key, Name) else machine.value(entry.key)
        if isinstance(key, str):
            yield entry.value, get_member(machine, value, key, entry.key.start)
        else:
            yield entry.value, get_item(machine, value, [key], entry.key.start)
