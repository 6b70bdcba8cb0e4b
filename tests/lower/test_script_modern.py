"""Today's JavaScript in the core language: hostile code is lowered, too."""

from __future__ import annotations

import pytest

from tests.builders.steps import at_most
from webshellhunt.core import ir
from webshellhunt.lang.unit import build_unit
from webshellhunt.lower.jscript import lower


def lowered(code: str) -> ir.Program:
    return lower(build_unit(code, "jscript", [(0, len(code))]).parsed.top)


def test_a_class_is_its_constructor_and_its_methods() -> None:
    program = lowered("class A { constructor(a) { this.a = a; } b() { } static c() { } get d() { } }")
    assert sorted(program.procs) == ["A", "b", "c", "d"]
    assert [each.name for each in program.procs["A"].params] == ["a"]


def test_a_block_has_variables_of_its_own() -> None:
    program = lowered("function f() { let a = 1; { let a = 2; g(a); } return a; }")
    written = [
        node.place.slot
        for block in program.procs["f"].blocks
        for node in block.code
        if isinstance(node, ir.Write) and isinstance(node.place, ir.Local) and node.place.name == "a"
    ]
    assert len(written) == len({*written}) == 2


@pytest.mark.parametrize(
    "piece",
    [
        "[...",
        "({ a, ",
        "class A extends B { c() { ",
        "(a, b = ",
        "x => ",
        "a?.b",
        "a ?? ",
        "yield ",
        "{ let a; ",
        "`${",
    ],
)
def test_hostile_code_is_lowered(piece: str) -> None:
    with at_most(40_000_000):
        assert lowered("function* f() { " + piece * 3_000).main.blocks
