"""Parts of patterns and of dotted names."""

from __future__ import annotations

from webshellhunt.lang.tree import Call, Member, Name, Pattern, name_path

A, B = Name(0, 1, "a"), Name(2, 3, "b")


def test_the_parts_of_a_pattern_are_children_too() -> None:
    inner = Pattern(0, 1, value=A)
    assert [*Pattern(0, 3, parts=[("x", inner)]).children()] == [inner]


def test_the_path_of_a_name() -> None:
    path = Member(0, 5, Member(0, 3, A, "b"), "c")
    assert name_path(path) == ("a", "b", "c")
    assert name_path(A) == ("a",)
    assert name_path(Member(0, 2, None, "b")) == ()
    assert name_path(Member(0, 5, Call(0, 3, A, []), "c")) == ()
    assert name_path(None) == ()
