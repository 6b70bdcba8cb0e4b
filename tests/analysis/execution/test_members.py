"""Members in expressions, and items."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'class A { public string x = "1"; } var a = new A(); SINK(a.x);', ["1"]),
        ("c#", 'class A { public string x = "1"; } A a = null; SINK(a?.x);', [None]),
        ("jscript", 'var o = { a: { b: "1" } }; SINK(o.a["b"]);', ["1"]),
    ],
)
def test_a_member_has_its_value(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
