"""Stores keep values for the next request."""

from __future__ import annotations

from tests.builders.interpreted import seen


def test_a_store_keeps_a_text_for_the_next_request() -> None:
    assert seen('SINK(Session["a"]); Session["a"] = VISITOR;', "c#") != ["<>"]
