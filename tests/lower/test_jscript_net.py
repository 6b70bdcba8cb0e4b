"""JScript.NET in the core language: classes, members by their names, types of the library."""

from __future__ import annotations

import pytest

from tests.builders.steps import at_most
from webshellhunt.core import ir
from webshellhunt.core.values import TypeOf
from webshellhunt.lang.unit import build_unit
from webshellhunt.lower.jscript_net import lower
from webshellhunt.lower.net.page import PAGE_CLASS, NetPage


def lowered(code: str) -> ir.Program:
    return lower(build_unit(code, "jscript", [(0, len(code))]).parsed.top, NetPage("jscript"))


def test_classes_have_their_members() -> None:
    program = lowered(
        "package a { class B extends C { static var d = 1; var e; function B(x : int) { } function f() { }"
        " function get g() { } class H { } } class C { } }"
    )
    made = program.classes["B"]
    assert (made.bases, made.fields, [*made.methods], [*made.getters]) == (("C",), ["e"], ["f"], ["g"])
    assert made.statics is not None
    assert made.constructor is not None
    assert [each.type for each in made.constructor.params] == ["int32"]
    assert "B.H" in program.classes


def test_functions_of_one_name_are_told_apart_later() -> None:
    first = lowered("class A { function f(n : int) { } function f(s : String) { } }").classes["A"].methods["f"]
    assert [each.params[0].type for each in (first, *first.others)] == ["int32", "string"]


@pytest.mark.parametrize("path", ["System.IO.File", "File"])
def test_a_type_of_the_library_has_its_short_name(path: str) -> None:
    program = lowered(f"import System.IO; function f() {{ {path}.Exists(a); }}")
    proc = program.classes[PAGE_CLASS].methods["f"]
    types = [
        each.value.name
        for each in ir.walk(proc.blocks)
        if isinstance(each, ir.Const) and isinstance(each.value, TypeOf)
    ]
    assert types == ["file"]


def test_variables_of_the_page_are_its_entries() -> None:
    program = lowered("var a : String = 'x'; function f() { return a; }")
    places = [
        each.name for each in ir.walk(program.classes[PAGE_CLASS].methods["f"].blocks) if isinstance(each, ir.Global)
    ]
    assert places == ["a"]


@pytest.mark.parametrize(
    "code", ["class A { " * 5_000, "class A extends A { } " * 2_000, "package a.b { " * 3_000, "x = a" + ".b" * 5_000]
)
def test_hostile_code_is_lowered(code: str) -> None:
    with at_most(60_000_000):
        assert lowered(code).main.blocks
