"""XML literals of VB.NET are constructors."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('x = <a b="c"><\x25= d %></a>', "x = New(TypeName(xelement), ['a' New(TypeName(xattribute), ['b' 'c']) d])"),
        ("x = <a b=<\x25= d %>/>", "x = New(TypeName(xelement), ['a' New(TypeName(xattribute), ['b' d])])"),
        ("x = <a b=<\x25= d %>>e</a>", "x = New(TypeName(xelement), ['a' New(TypeName(xattribute), ['b' d]) 'e'])"),
        ("x = <a><b>c d</b></a>", "x = New(TypeName(xelement), ['a' New(TypeName(xelement), ['b' 'c d'])])"),
        ("x = <a><\x25= d %>", "x = Unparsed([d])"),
        ("x = <\x25= d", "x = Unparsed([d])"),
    ],
)
def test_markup(code: str, expected: str) -> None:
    assert statements(code, "vb")[0] == expected


def test_a_literal_that_never_ends_is_read_once() -> None:
    assert len(statements("x = <a>\n" * 300, "vb")) > 0
