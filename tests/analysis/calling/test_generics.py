"""Generics: the types that type parameters are."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.interpreted import seen
from webshellhunt.analysis.calling.generics import key_of_types
from webshellhunt.lang.tree import TypeName

JOB = 'class Job { public string A = "a"; } class Other { public string A = "b"; } '
LOAD = " void Page_Load(object s, EventArgs e) "


@pytest.mark.parametrize(
    ("declared", "code", "arrives"),
    [
        ("T Make<T>() where T : new() { return new T(); }", "{ SINK(Make<Job>().A); }", ["a"]),
        ("T Make<T>(T like) { return new T(); }", "{ SINK(Make(new Other()).A); }", ["b"]),
        ("class Box<T> { public T Item = new T(); }", "{ SINK(new Box<Other>().Item.A); }", ["b"]),
        (
            'class Box<T> { public static string A = "c"; }',
            '{ Box<int>.A = "d"; SINK(Box<string>.A); SINK(Box<int>.A); }',
            ["c", "d"],
        ),
        ("", '{ SINK(new object[] { 1, "x" }.OfType<string>().First()); }', ["x"]),
    ],
)
def test_type_parameters(declared: str, code: str, arrives: list[Any]) -> None:
    assert seen(JOB + declared + LOAD + code, "c#") == arrives


def test_the_key_of_type_arguments_has_their_own_arguments() -> None:
    inner = TypeName(0, 0, "int")
    keys = {
        key_of_types([TypeName(0, 0, "List", [inner])]),
        key_of_types([TypeName(0, 0, "List")]),
        key_of_types([inner]),
    }

    assert len(keys) == 3
