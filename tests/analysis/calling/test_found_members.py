"""Found members: the member of a class of the page that a name means."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        (
            "c#",
            'class B { public string x = VISITOR; } class A : B { public new string x = "1"; } SINK(new A().x);',
            ["1"],
        ),
        ("c#", 'class A { public string this[int i] { get { return "1"; } } } SINK(new A()[0]);', ["1"]),
        ("vb", 'Class A\nPublic X As String = "1"\nEnd Class\nDim a = New A()\nSINK(a.x)', ["1"]),
    ],
)
def test_the_nearest_member_is_found(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
