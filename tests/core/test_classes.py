"""Classes of a page: members through bases, statics, constructors, overloads, delegates."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.core_runs import started
from webshellhunt.core import ir
from webshellhunt.core.rows import Library
from webshellhunt.core.run import World
from webshellhunt.core.values import Char, Label, OneOf, Some, TypeOf, labels_of, options

VISITOR = Some("", frozenset({Label("visitor", "request", "k")}))
THIS = ir.Load(ir.Local(2))


def proc(*code: ir.Expr, params: tuple[ir.Param, ...] = (), result: ir.Expr | None = None, **more: Any) -> ir.Proc:
    return ir.Proc("p", [*params], [ir.Block([*code], ir.Return(result))], 12, **more)


def const(value: Any) -> ir.Expr:
    return ir.Const(value)


def seen(*values: ir.Expr, at: int = 0) -> ir.Expr:
    return ir.Call(ir.Field(const(TypeOf("probe")), "Seen"), [ir.Arg(each) for each in values], at)


def call(base: ir.Expr, name: str, *values: Any, of: str = "") -> ir.Expr:
    args = [each if isinstance(each, ir.Arg) else ir.Arg(const(each)) for each in values]
    return ir.Call(ir.Field(base, name, of=of), args)


def reached(code: list[ir.Expr], *classes: ir.Class, procs: dict[str, ir.Proc] | None = None) -> list[list[Any]]:
    """Return the arguments of each probe in a run of some code."""
    program = ir.Program(proc(*code), procs or {}, {each.name: each for each in classes})
    world = World(Library({}, {}, {}, {}), frozenset({"seen"}), lambda *_, **__: (proc(), [], {}))
    machine = started(program, world)
    return [each.arguments for each in machine.arrivals]


def param(name: str, kind: str = "", **more: Any) -> ir.Param:
    return ir.Param(name, type=kind, **more)


A = ir.Class(
    "A",
    methods={"Name": proc(result=const("A")), "Own": proc(result=call(THIS, "Name"))},
    getters={"Size": proc(result=const(1))},
    fields=["first"],
    initial=proc(ir.Write(ir.Field(THIS, "first"), const("of A"))),
    statics=proc(ir.Write(ir.Field(const(TypeOf("A")), "count"), const(7))),
)
B = ir.Class(
    "B",
    methods={"Name": proc(result=const("B")), "Base": proc(result=call(THIS, "Name", of="A"))},
    bases=("A",),
    fields=["second"],
    initial=proc(ir.Write(ir.Field(THIS, "second"), const("of B"))),
)
NEW_B = ir.Write(ir.Global("b"), ir.New("B", []))
B_OBJECT = ir.Load(ir.Global("b"))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (call(B_OBJECT, "Name"), "B"),
        (call(B_OBJECT, "Own"), "B"),
        (call(B_OBJECT, "Base"), "A"),
        (ir.Load(ir.Field(B_OBJECT, "Size")), 1),
        (ir.Load(ir.Field(B_OBJECT, "first")), "of A"),
        (ir.Load(ir.Field(B_OBJECT, "second")), "of B"),
        (ir.Load(ir.Field(const(TypeOf("A")), "count")), 7),
        (ir.Load(ir.Field(const(TypeOf("B")), "count")), 7),
        (ir.Load(ir.Field(B_OBJECT, "count")), 7),
    ],
)
def test_members_are_found_in_the_class_and_then_in_its_bases(value: ir.Expr, expected: object) -> None:
    assert reached([NEW_B, seen(value)], A, B) == [[expected]]


def test_a_static_field_of_a_base_is_one_field() -> None:
    write = ir.Write(ir.Field(const(TypeOf("B")), "count"), const(8))
    assert reached([write, seen(ir.Load(ir.Field(const(TypeOf("A")), "count")))], A, B) == [[8]]


def test_bases_that_go_in_a_circle_end() -> None:
    first, second = ir.Class("X", bases=("Y",)), ir.Class("Y", bases=("X",), getters={"P": proc(result=const(3))})
    assert reached([seen(ir.Load(ir.Field(ir.New("X", []), "P")))], first, second) == [[3]]


def test_a_constructor_gets_the_arguments_and_calls_that_of_the_base() -> None:
    base = ir.Class("Base", constructor=proc(
        ir.Write(ir.Field(THIS, "x"), ir.Load(ir.Local(4))), params=(param("x"),)))  # fmt: skip
    derived = ir.Class("Derived", bases=("Base",), constructor=proc(
        ir.Call(ir.Field(THIS, ".ctor", of="Base"), [ir.Arg(ir.Load(ir.Local(5)))]),
        params=(param("a"), param("b"))))  # fmt: skip
    made = ir.New("Derived", [ir.Arg(const(1)), ir.Arg(const(2))])
    assert reached([seen(ir.Load(ir.Field(made, "x")))], base, derived) == [[2]]


def overloaded(*kinds: str) -> ir.Class:
    """Return a class whose method ``F`` has a version for each type, which returns its name."""
    versions = [proc(result=const(each), params=(param("a", each),)) for each in kinds]
    versions[0].others = tuple(versions[1:])
    return ir.Class("C", methods={"F": versions[0]})


@pytest.mark.parametrize(
    ("kinds", "value", "expected"),
    [
        (("object", "string"), "t", {"string"}),
        (("object", "string", "int32"), 5, {"int32"}),
        (("int64", "int32", "double"), 5, {"int32"}),
        (("int64", "double"), 1.5, {"double"}),
        (("int32", "char"), Char("x"), {"char"}),
        (("int32", "object"), Char("x"), {"int32"}),
        (("string", "object"), None, {"string"}),
        (("string", "int32"), None, {"string"}),
        (("boolean", "string"), True, {"boolean"}),
        (("string", "int32"), Some("text"), {"string"}),
        (("string", "int32"), VISITOR, {"string", "int32"}),
        (("string", "int32"), OneOf(("a", "b")), {"string"}),
        (("string", "int32"), OneOf(("a", 1)), {"string", "int32"}),
    ],
)
def test_the_version_is_chosen_by_the_values(kinds: tuple[str, ...], value: object, expected: set[str]) -> None:
    [[found]] = reached([seen(call(ir.New("C", []), "F", value))], overloaded(*kinds))
    assert {*options(found)} == expected


def test_the_version_of_a_base_is_found_beside_that_of_the_class() -> None:
    base = ir.Class("P", methods={"F": proc(result=const("text"), params=(param("a", "string"),))})
    derived = ir.Class("Q", bases=("P",), methods={"F": proc(result=const("number"), params=(param("a", "int32"),))})
    code = [seen(call(ir.New("Q", []), "F", each), at=at) for at, each in enumerate(("t", 1))]
    assert reached(code, base, derived) == [["text"], ["number"]]


@pytest.mark.parametrize(
    ("name", "given", "expected"),
    [
        ("Three", [1], [1, 2, 3]),
        ("Three", [1, ir.Arg(const(9), name="c")], [1, 2, 9]),
        ("Three", [ir.Arg(const(5), name="b"), ir.Arg(const(4), name="a")], [4, 5, 3]),
        ("Rest", [1, "x", "y"], [1, "y"]),
    ],
)
def test_names_defaults_and_the_rest(name: str, given: list[Any], expected: list[Any]) -> None:
    params = (param("a"), param("b", default=const(2)), param("c", default=const(3)))
    first, second, third = (ir.Load(ir.Local(4 + at)) for at in range(3))
    of_rest = proc(seen(first, ir.Load(ir.Item(second, [const(1)]))), params=(param("a"), param("b", is_rest=True)))
    symbol = ir.Class("C", methods={"Three": proc(seen(first, second, third), params=params), "Rest": of_rest})
    assert reached([call(ir.New("C", []), name, *given)], symbol) == [expected]


def test_an_argument_of_the_library_under_its_name_keeps_its_labels() -> None:
    [[found]] = reached([seen(call(const(TypeOf("other")), "Make", ir.Arg(const(VISITOR), name="x")))])
    assert labels_of(found) == VISITOR.labels


def test_a_method_as_a_value_keeps_its_object() -> None:
    bound = ir.Write(ir.Global("d"), ir.Op("bind", [B_OBJECT, const("Name")]))
    d = ir.Load(ir.Global("d"))
    code = [NEW_B, bound, seen(ir.Call(d, [])), seen(call(d, "Invoke"), at=1)]
    assert reached(code, A, B) == [["B"], ["B"]]


def test_functions_that_are_combined_are_called_in_turn() -> None:
    one, two = (
        ir.Lambda(proc(seen(ir.Load(ir.Local(4)), const(each), at=each), params=(param("x"),))) for each in (1, 2)
    )
    d: ir.Expr = ir.Load(ir.Global("d"))
    code: list[ir.Expr] = [ir.Write(ir.Global("d"), ir.Op("combine", [ir.Op("combine", [const(None), one]), two])),
            ir.Call(d, [ir.Arg(const("a"))])]  # fmt: skip
    assert reached(code) == [["a", 1], ["a", 2]]
