"""Walking over a tree."""

from __future__ import annotations

from webshellhunt.lang.tree import Binary, Block, Call, Name, Unary, walk

A, B = Name(0, 1, "a"), Name(2, 3, "b")


def test_children_are_in_the_order_of_the_fields() -> None:
    assert [*Binary(0, 3, [A, B], ["+"]).children()] == [A, B]
    assert [*Call(0, 3, A, [B]).children()] == [A, B]
    assert [*A.children()] == []


def test_a_node_comes_before_what_is_below_it() -> None:
    call = Call(0, 3, A, [B])
    top = Block(0, 3, [call])
    assert [*walk(top)] == [top, call, A, B]


def test_walking_needs_no_stack() -> None:
    node = A
    for _ in range(10_000):
        node = Unary(0, 1, "-", node)  # type: ignore[assignment]
    assert sum(1 for _ in walk(node)) == 10_001
