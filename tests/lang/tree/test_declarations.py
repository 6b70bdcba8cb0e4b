"""The nodes directly below functions and classes."""

from __future__ import annotations

from webshellhunt.lang.tree import Block, Class, Function, Import, Lambda, Name, Parameter, TypeName, walk

BODY = Block(4, 5, [Name(4, 5, "b")])


def test_a_function_is_above_its_parameters_and_its_body() -> None:
    parameter, written = Parameter(1, 2, "a"), TypeName(0, 1, "T")
    function = Function(0, 5, "f", [parameter], BODY, type=written, attributes=(("webmethod", ""),))
    assert [*function.children()] == [parameter, BODY, written]
    assert [*walk(Lambda(0, 5, function))][1] is function


def test_a_class_is_above_its_bases_and_its_members() -> None:
    base, member = TypeName(0, 1, "B"), Function(2, 5, "f", [], BODY)
    assert [*Class(0, 5, "A", "class", [base], [member]).children()] == [base, member]


def test_an_import_has_nothing_below_it() -> None:
    assert [*Import(0, 2, "System", alias="S").children()] == []
