"""The nodes directly below statements."""

from __future__ import annotations

from webshellhunt.lang.tree import Block, Case, Catch, Declaration, If, Name, Pattern, Switch, Try, TypeName

A, B = Name(0, 1, "a"), Name(2, 3, "b")
BODY = Block(4, 5, [B])


def test_both_branches_are_children_where_there_are_two() -> None:
    assert [*If(0, 5, A, BODY).children()] == [A, BODY]
    assert [*If(0, 5, A, BODY, BODY).children()] == [A, BODY, BODY]


def test_the_type_of_a_declaration_is_a_child_before_its_value() -> None:
    written = TypeName(0, 1, "T")
    assert [*Declaration(0, 4, "x", written, A, modifiers=frozenset({"const"})).children()] == [written, A]


def test_cases_and_handlers_are_children() -> None:
    case, catch = Case(0, 5, [Pattern(0, 1, value=A)], BODY), Catch(0, 5, None, "e", BODY)
    assert [*Switch(0, 5, A, [case]).children()] == [A, case]
    assert [*Try(0, 5, BODY, [catch]).children()] == [BODY, catch]
