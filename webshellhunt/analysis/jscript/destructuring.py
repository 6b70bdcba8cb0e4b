"""Destructuring: the members of an object that variables of JScript take, ``{ a, b: c } = d``."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.analysis.calling.items import get_item
from webshellhunt.analysis.calling.objects import get_member
from webshellhunt.analysis.domain.values import EMPTY, Value
from webshellhunt.analysis.machine.machine import Machine
from webshellhunt.lang.tree import Argument, Assign, Entries, Name, Node


def taken_by(machine: Machine, target: Node, value: Value) -> Iterator[tuple[Node, Value]]:
    """Yield each variable that a target has with its value: members of an object, or a default where there is none."""
    if isinstance(target, Assign):
        yield target.target, machine.value(target.value) if value is EMPTY else value
        return
    for entry in target.entries if isinstance(target, Entries) else ():
        if isinstance(entry.value, Argument):
            yield entry.value.value, value  # the rest of the object is taken for the whole
            continue
        key = entry.key.text if isinstance(entry.key, Name) else machine.value(entry.key)
        if isinstance(key, str):
            yield entry.value, get_member(machine, value, key, entry.key.start)
        else:
            yield entry.value, get_item(machine, value, [key], entry.key.start)
