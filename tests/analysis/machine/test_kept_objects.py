"""Kept objects: static fields of classes and of generic ones."""

from __future__ import annotations

from webshellhunt.analysis.domain.values import Thing
from webshellhunt.analysis.machine.kept_objects import KeptObjects
from webshellhunt.lang.symbols import ClassSymbol


def test_objects_with_static_fields_are_those_of_classes_and_of_generic_ones() -> None:
    kept, symbol, plain, generic = KeptObjects(), ClassSymbol("A"), Thing("a"), Thing("a<int>")
    assert kept.static_objects() == []
    kept.statics[symbol] = plain
    kept.constructed[symbol, "int"] = generic
    kept.stores["session"] = Thing("store")
    assert kept.static_objects() == [plain, generic]
