"""Lists: methods and properties of what has its items by number."""

from __future__ import annotations

from webshellhunt.analysis.library.arguments import Runner
from webshellhunt.analysis.library.containers import append, count_of
from webshellhunt.analysis.library.dictionaries import Method
from webshellhunt.analysis.values import Thing, Value


def _add(machine: Runner, thing: Thing, a: list[Value], _: int) -> Value:
    append(machine, thing, a)
    return None


def _count(_: Runner, thing: Thing, __: list[Value], ___: int) -> Value:
    return count_of(thing)


METHODS: dict[str, Method] = {"add": _add, "count": _count, "length": _count}
PROPERTIES = frozenset({"count", "length"})
