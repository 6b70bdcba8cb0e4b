"""The machine: nodes without a meaning, blocks that end, and work that is counted."""

from __future__ import annotations

import pytest

from tests.builders.interpreted import seen
from webshellhunt.analysis.domain.values import ABSENT, UNKNOWN, Closure, Thing
from webshellhunt.analysis.machine.budget import ExhaustedError
from webshellhunt.analysis.machine.machine import Host, KeptObjects, Machine
from webshellhunt.analysis.observer import Observer
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.lang.symbol_collection import collect
from webshellhunt.lang.symbols import ClassSymbol
from webshellhunt.lang.tree import Block, Function, Label, Literal, Name


def _machine(steps: int = 100) -> Machine:
    return Machine(collect(Block(0, 0, []), "c#"), Surroundings(), Observer(), steps)


def test_work_is_counted() -> None:
    machine = _machine(steps=3)
    machine.spend(3)
    with pytest.raises(ExhaustedError):
        machine.spend(1)
    machine = _machine(steps=3)
    for _ in range(3):
        machine.value(Literal(0, 1, "a", "string"))
    with pytest.raises(ExhaustedError):
        machine.value(Literal(0, 1, "a", "string"))


def test_nodes_without_a_meaning_are_unknown() -> None:
    machine = _machine()
    assert machine.value(None) == UNKNOWN
    assert machine.value(Label(0, 1, "a")) == UNKNOWN
    assert machine.run(None) is None


def test_a_block_ends_where_a_statement_leaves() -> None:
    assert seen('void f() { return; SINK("a"); } f(); SINK("b");', "c#") == ["b"]
    assert _machine().execute(Name(0, 1, "x")) is None


def test_objects_with_static_fields_are_those_of_classes_and_of_generic_ones() -> None:
    kept, symbol, plain, generic = KeptObjects(), ClassSymbol("A"), Thing("a"), Thing("a<int>")
    assert kept.static_objects() == []
    kept.statics[symbol] = plain
    kept.constructed[symbol, "int"] = generic
    kept.stores["session"] = Thing("store")
    assert kept.static_objects() == [plain, generic]


def test_a_server_says_nothing_of_its_own() -> None:
    host = Host()
    assert host.host_member(UNKNOWN, "a", 0) is ABSENT
    assert host.host_call(("a",), None, (), 0) is ABSENT
    assert host.host_object("a", (), 0) is ABSENT
    assert host.host_assign(UNKNOWN, "a", 1, 0) is False
    host.note_function(Closure(Function(0, 0, "", [], Block(0, 0)), None))
