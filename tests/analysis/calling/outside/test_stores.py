"""Stores keep values for the next request."""

from __future__ import annotations

import pytest

from tests.builders.interpreted import seen


def test_a_store_keeps_a_text_for_the_next_request() -> None:
    assert seen('SINK(Session["a"]); Session["a"] = VISITOR;', "c#") != ["<>"]


T = "<tainted>"


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('File.WriteAllText("a", VISITOR); SINK(File.ReadAllText("a"));', T),
        ('File.WriteAllText("a", VISITOR); SINK(File.ReadAllText("b"));', "<>"),
        ('File.WriteAllText("a", "c"); SINK(File.ReadAllText("A"));', "c"),
        ("var p = Path.GetTempFileName(); File.WriteAllText(p, VISITOR); SINK(File.ReadAllText(p));", T),
        (
            'Environment.SetEnvironmentVariable("a", VISITOR); SINK(Environment.GetEnvironmentVariable("a"));',
            "<tainted>",
        ),
        ('AppDomain.CurrentDomain.SetData("a", VISITOR); SINK(AppDomain.CurrentDomain.GetData("a"));', T),
    ],
)
def test_a_value_that_the_library_keeps(code: str, arrives: str) -> None:
    assert seen(code, "c#")[-1:] == [arrives]
