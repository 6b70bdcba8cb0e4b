"""Requests: the values that a page leaves for the next request, and those that end with it."""

from __future__ import annotations

from tests.builders.interpreted import seen


def test_a_static_field_is_there_at_the_next_request() -> None:
    code = "class A { public static string X; } void Page_Load() { SINK(A.X); A.X = VISITOR; }"
    assert "<tainted>" in str(seen(code, "c#"))


def test_a_field_of_the_page_is_not() -> None:
    assert "<tainted>" not in str(seen("string x; void Page_Load() { SINK(x); x = VISITOR; }", "c#"))


def test_a_variable_that_a_branch_does_not_assign_is_empty_there() -> None:
    assert seen('If UNSURE Then x = "a"\nSINK x', "vbscript") == [{"a", ""}]
