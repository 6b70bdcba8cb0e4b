"""Given arguments: values in order, by name, and many constants at once."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'string f(string p, string q) { return p; } SINK(f(q: VISITOR, p: "1"));', ["1"]),
        ("c#", 'string f(params string[] p) { return p[1]; } SINK(f("0", "1", "2", "3", "4", "5", "6"));', ["1"]),
        ("vb", 'Function f(p, q)\nReturn q\nEnd Function\nSINK(f(q:="1", p:=VISITOR))', ["1"]),
        ("jscript", 'function f(p, q) { return q; } SINK(f(VISITOR, "1"));', ["1"]),
    ],
)
def test_each_parameter_has_its_argument(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
