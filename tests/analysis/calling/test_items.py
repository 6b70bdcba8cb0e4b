"""Items of objects: entries that are set are those that are read."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen


@pytest.mark.parametrize(
    ("language", "code", "arrives"),
    [
        ("c#", 'var d = new Dictionary<string, string>(); d["a"] = "1"; d["b"] = VISITOR; SINK(d["a"]);', ["1"]),
        ("c#", 'var a = new string[2]; a[0] = "1"; a[1] = VISITOR; SINK(a[0]);', ["1"]),
        ("vbscript", 'Session("a") = "1"\nSession("b") = VISITOR\nSINK Session("a")', ["1"]),
        ("jscript", 'var o = {}; o["a"] = "1"; o.b = VISITOR; SINK(o.a);', ["1"]),
    ],
)
def test_an_entry_has_its_value(language: str, code: str, arrives: list[Any]) -> None:
    assert seen(code, language) == arrives
