"""What functions are given, and which of one name is meant."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.code.constants.arguments import UnknownError
from webshellhunt.code.evaluation.given import getter_of, key_of, pick, takes_rest, with_rest


def test_the_function_that_takes_so_many_values_is_meant() -> None:
    unit = unit_of(
        "int f(int a) { return a; } int f(int a, int b) { return b; } int g(params int[] a) { return 1; }", "c#"
    )
    named = [function for function in unit.functions if function.name == "f"]
    assert [len(pick(unit, named, count).parameters) for count in (1, 2)] == [1, 2]
    with pytest.raises(UnknownError):
        pick(unit, named, 3)
    rest = unit.functions[-1]
    assert [takes_rest(unit, each) for each in unit.functions] == [False, False, True]
    assert pick(unit, [rest], 5) is rest


def test_a_script_takes_the_last_of_a_name_however_many_values() -> None:
    unit = unit_of("function f(a) { return a } function f(a, b) { return b }", "jscript")
    assert pick(unit, unit.functions, 7) is unit.functions[-1]


def test_the_rest_is_a_list_unless_it_is_given_as_one() -> None:
    assert with_rest(["a", 1, 2], 1) == ["a", [1, 2]]
    assert with_rest(["a", [1, 2]], 1) == ["a", [1, 2]]
    assert with_rest(["a"], 1) == ["a", []]


def test_a_call_is_known_by_plain_arguments_alone() -> None:
    assert key_of("f", ["a", [1, 2], b"b"]) == ("f", "a", (1, 2), (98,))
    assert key_of("f", [{"a": 1}]) is None


def test_the_getter_of_a_property_is_its_body() -> None:
    code = 'string A { get { return "a"; } set { } } string B => "b"; string C() => "c"; int D { set { } } void E() { }'
    unit = unit_of(code, "c#")
    assert {each.name for each in unit.functions if getter_of(unit, each) is not None} == {"A", "B"}
