"""Asked: conditions about members, items and the request."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen

TAINT = ["<tainted>"]


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('if (VISITOR == "a") { SINK(VISITOR); }', ["a"]),
        ('if (VISITOR != "a") { SINK(VISITOR); }', TAINT),
        ('if (VISITOR == "a") { } SINK(VISITOR);', [{"a", "<tainted>"}]),
        ('if (Request.Form["x"] == "a") { SINK(VISITOR); }', TAINT),
        ('if (UNSURE && VISITOR == "a") { } SINK(VISITOR);', [{"a", "<tainted>"}]),
        ('var p = VISITOR.Split(); if (p[0] == "a") { SINK(p[0]); }', ["a"]),
        ('var p = VISITOR.Split(); if (p[0] == "a") { SINK(p[1]); }', TAINT),
        ('var p = VISITOR.Split(); if (p[0] == "a") { p[0] = VISITOR; SINK(p[0]); }', TAINT),
        ('var p = VISITOR.Split(); if (p[0] == "a") { p = VISITOR.Split(); SINK(p[0]); }', TAINT),
        ('var o = new A(); o.f = VISITOR; if (o.f == "a") { SINK(o.f); }', ["a"]),
        ('var o = new A(); o.f = VISITOR; if (o.f == "a") { o.f = VISITOR; SINK(o.f); }', TAINT),
        ('var o = new A(); o.f = VISITOR; o.g = VISITOR; if (o.g == "a") { SINK(o.f); }', TAINT),
        ('var d = new Dictionary<string, string>(); d["k"] = VISITOR; if (d["k"] == "a") { SINK(d["k"]); }', ["a"]),
    ],
)
def test_a_place(code: str, arrives: list[Any]) -> None:
    assert seen("class A { public string f; public string g; } " + code, "c#") == arrives


def test_an_item_of_visual_basic() -> None:
    assert seen('If VISITOR = "a" Then\nSINK VISITOR\nEnd If', "vbscript") == ["a"]
