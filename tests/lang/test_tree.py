"""Walking over a tree, and the parts of dotted names."""

from __future__ import annotations

from webshellhunt.lang.tree import Binary, Block, Call, Member, Name, Pattern, Unary, name_path, walk

A, B = Name(0, 1, "a"), Name(2, 3, "b")


def test_children_are_in_the_order_of_the_fields() -> None:
    assert [*Binary(0, 3, [A, B], ["+"]).children()] == [A, B]
    assert [*Call(0, 3, A, [B]).children()] == [A, B]
    assert [*A.children()] == []


def test_the_parts_of_a_pattern_are_children_too() -> None:
    inner = Pattern(0, 1, value=A)
    assert [*Pattern(0, 3, parts=[("x", inner)]).children()] == [inner]


def test_a_node_comes_before_what_is_below_it() -> None:
    call = Call(0, 3, A, [B])
    top = Block(0, 3, [call])
    assert [*walk(top)] == [top, call, A, B]


def test_walking_needs_no_stack() -> None:
    node = A
    for _ in range(10_000):
        node = Unary(0, 1, "-", node)  # type: ignore[assignment]
    assert sum(1 for _ in walk(node)) == 10_001


def test_the_path_of_a_name() -> None:
    path = Member(0, 5, Member(0, 3, A, "b"), "c")
    assert name_path(path) == ("a", "b", "c")
    assert name_path(A) == ("a",)
    assert name_path(Member(0, 2, None, "b")) == ()
    assert name_path(Member(0, 5, Call(0, 3, A, []), "c")) == ()
    assert name_path(None) == ()
