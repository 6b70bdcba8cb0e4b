"""The names of a dotted name, and the variable that an expression belongs to."""

from __future__ import annotations

import pytest

from tests.builders.trees import parsed
from webshellhunt.lang.dotted_names import inner_of, last_name, root_name
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Assign, Block, Declaration, Node


def first_statement(code: str, language: str = "c#") -> Node:
    return parsed(code, language)[1].top.statements[0]


@pytest.mark.parametrize(
    ("code", "language", "root", "own"),
    [
        ("A.b();", "c#", "A", "a"),
        ("this.A.b();", "c#", "A", "a"),
        ("this;", "c#", "this", "this"),
        ("x = new N.T(1).b;", "c#", "N", "n"),
        ("x = new Page.T(1).b;", "c#", "T", "t"),
        ("x = f(A)[1].b;", "c#", "f", "f"),
        ("A.B", "vbscript", "a", "a"),
        ("Me.A.B", "vb", "a", "a"),
    ],
)
def test_the_first_name_of_a_dotted_name(code: str, language: str, root: str, own: str) -> None:
    tokens, tree = parsed(code, language)
    dotted = SyntaxIndex(tokens, tree.top).dotted[-1]
    assert (dotted.root, dotted.own) == (root, own)


def test_a_dotted_name_ends_with_its_last_node_and_token() -> None:
    tokens, tree = parsed("a.b(x).c;", "c#")
    dotted = SyntaxIndex(tokens, tree.top).dotted[-1]
    assert (dotted.names, dotted.places, dotted.is_member) == (("a", "b", "c"), (0, 2, 7), False)
    assert dotted.node is tree.top.statements[0]
    assert dotted.place == 7


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("A", "a"),
        ("a.b.c", "a"),
        ("this.a.b", "a"),
        ("this", "this"),
        ("a[1].b", "a"),
        ("f(1).b", "f"),
        ("((T)a).b", "a"),
        ('"s".b', ""),
        ('"s"[1]', ""),
    ],
)
def test_the_variable_of_a_target(target: str, expected: str) -> None:
    statement = first_statement(f"{target} = 1;")
    assert isinstance(statement, Assign)
    assert root_name(statement.target) == expected


@pytest.mark.parametrize(("code", "expected"), [("A", "a"), ("a.B", "b"), ("f(a).B", "b"), ("a[1]", ""), ("1", "")])
def test_the_last_name(code: str, expected: str) -> None:
    assert last_name(first_statement(f"{code};")) == expected


def test_declarations_and_functions_are_variables_of_their_names() -> None:
    block = parsed("int F(int P) { int V = 1; }", "c#")[1].top.statements[0]
    assert root_name(block) == "f"
    assert [root_name(each) for each in block.children() if not isinstance(each, Block)] == ["p", ""]
    assert isinstance(first_statement("int V = 1;"), Declaration)
    assert root_name(first_statement("int V = 1;")) == last_name(first_statement("int V = 1;")) == "v"


@pytest.mark.parametrize(
    ("code", "inner"),
    [
        ("a.b", "a"),
        ("a[1]", "a"),
        ("a(1)", "a"),
        ("(T)a", "a"),
        ("await a", "a"),
        ("new a(1)", "a"),
        ("-a", None),
        ("a + b", None),
        ("1", None),
    ],
)
def test_the_node_that_another_is_a_member_of(code: str, inner: str | None) -> None:
    tokens, tree = parsed(f"x = {code};", "c#")
    statement = tree.top.statements[0]
    assert isinstance(statement, Assign)
    found = inner_of(statement.value)
    assert (None if found is None else "".join(tokens.values[found.start : found.end])) == inner
