"""Operators and conversions of .NET: results as its reference says, and labels of operands that are not known."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.core.test_classes import THIS, VISITOR, call, const, param, proc, reached, seen
from webshellhunt.core import ir
from webshellhunt.core.values import Char, Label, OneOf, Parts, Some, Truth, TypeOf, labels_of, options

TEXT = Some("text", frozenset({Label("visitor", "request", "k")}))
LETTER = Some("char", TEXT.labels)


def result(name: str, *operands: Any) -> Any:
    """Return the value of an operator of some values."""
    args = [each if isinstance(each, ir.Const) else const(each) for each in operands]
    [[found]] = reached([seen(ir.Op(name, args))])
    return found


@pytest.mark.parametrize(
    ("name", "operands", "expected"),
    [
        ("add-net", (1, 2), 3),
        ("add-net", ("a", 1), "a1"),
        ("add-net", ("a", Char("b")), "ab"),
        ("add-net", ("a", None), "a"),
        ("add-net", (Char("a"), 1), 98),
        ("add-net", (Char("a"), Char("b")), 195),
        ("sub-net", (Char("c"), Char("a")), 2),
        ("div-net", (7, 2), 3),
        ("div-net", (-7, 2), -3),
        ("div-net", (7.0, 2), 3.5),
        ("mod-net", (-7, 3), -1),
        ("xor-net", (Char("a"), 1), 96),
        ("xor-net", (True, True), False),
        ("and-net", (6, 3), 2),
        ("or-net", (True, False), True),
        ("shl-net", (1, 4), 16),
        ("shr-net", (-8, 1), -4),
        ("inv-net", (5,), -6),
        ("neg-net", (5,), -5),
        ("not-net", (True,), False),
        ("eq-net", (Char("a"), 97), True),
        ("eq-net", ("a", "A"), False),
        ("eq-net", (None, None), True),
        ("ne-net", ("a", None), True),
        ("lt-net", (Char("a"), Char("b")), True),
        ("ge-net", (2, 2.0), True),
        ("lt-net", (None, 1), False),
        ("truth-net", (5,), True),
        ("truth-net", (None,), False),
        ("coalesce", (None, "b"), "b"),
        ("coalesce", ("a", "b"), "a"),
        ("cast", ("char", 97), Char("a")),
        ("cast", ("int32", Char("a")), 97),
        ("cast", ("int32", 2.7), 2),
        ("cast-vb", ("int32", 2.7), 3),
        ("cast-vb", ("int32", True), -1),
        ("cast", ("int32", 2**31), -(2**31)),
        ("cast", ("byte", 257), 1),
        ("cast", ("sbyte", 255), -1),
        ("cast", ("double", 3), 3.0),
        ("cast", ("string", 5), "5"),
        ("cast", ("string", None), None),
        ("cast", ("boolean", "True"), True),
        ("is-type", ("a", TypeOf("string")), True),
        ("is-type", (1, TypeOf("string")), False),
        ("is-type", (None, TypeOf("string")), False),
        ("is-type", (Char("a"), TypeOf("char")), True),
        ("is-type", (5, TypeOf("int32")), True),
        ("as", (5, TypeOf("string")), None),
        ("as", ("a", TypeOf("string")), "a"),
    ],
)
def test_known_operands(name: str, operands: tuple[Any, ...], expected: object) -> None:
    found = result(name, *operands)
    assert (found, type(found)) == (expected, type(expected))


def test_a_text_and_a_value_that_is_not_known_are_a_text_of_both() -> None:
    assert result("add-net", "cmd ", TEXT) == Parts(("cmd ", TEXT))
    assert result("add-net", None, TEXT) == TEXT


@pytest.mark.parametrize("name", ["xor-net", "add-net", "sub-net"])
def test_a_letter_that_is_made_of_a_letter_has_its_labels(name: str) -> None:
    number = ir.Op(name, [const(LETTER), const(3)])
    [[found]] = reached([seen(ir.Op("add-net", [const(""), ir.Op("cast", [const("char"), number])]))])
    assert labels_of(found) == TEXT.labels


@given(st.text(st.characters(max_codepoint=0xFF), min_size=1, max_size=6), st.integers(0, 255))
def test_a_decoder_of_known_letters_is_known(text: str, key: int) -> None:
    decoded: ir.Expr = const("")
    for each in text:
        code = ir.Op("xor-net", [const(Char(chr(ord(each) ^ key))), const(key)])
        decoded = ir.Op("add-net", [decoded, ir.Op("cast", [const("char"), code])])
    assert reached([seen(decoded)]) == [[text]]


@given(st.integers(-(2**40), 2**40), st.sampled_from(["int32", "uint32", "byte", "sbyte", "int16", "int64"]))
def test_a_conversion_that_is_made_twice_is_made_once(number: int, kind: str) -> None:
    once = result("cast", kind, number)
    assert result("cast", kind, once) == once


def branch(test: ir.Expr, variable: str) -> list[list[Any]]:
    """Return the values of a variable where a condition is true, and where it is false."""
    shown = [
        ir.Call(ir.Field(const(TypeOf("probe")), "Seen"), [ir.Arg(ir.Load(ir.Global(variable)))], at) for at in (1, 2)
    ]
    blocks = [
        ir.Block([ir.Write(ir.Global("v"), const(VISITOR))], ir.Branch(test, 1, 2)),
        ir.Block([shown[0]], ir.Jump(3)), ir.Block([shown[1]], ir.Jump(3)), ir.Block(),
    ]  # fmt: skip
    return reached([ir.Call("f", [])], procs={"f": ir.Proc("f", blocks=blocks)})


V = ir.Load(ir.Global("v"))


def test_a_comparison_says_what_a_variable_is() -> None:
    yes, _ = branch(ir.Op("eq-net", [V, const("a")]), "v")
    assert "a" in options(yes[0])
    assert branch(ir.Op("eq-net", [V, const(None)]), "v")[0] == [None]


def test_a_test_of_a_type_says_what_a_variable_is() -> None:
    yes, no = branch(ir.Op("is-type", [V, const(TypeOf("int32"))]), "v")
    assert yes == [Some("number", VISITOR.labels)]
    assert no == [VISITOR]


def test_a_test_of_an_object_that_is_null_goes_one_way() -> None:
    test = ir.Op("ne-net", [ir.New("vector", []), const(None)])
    assert branch(test, "v") == [[VISITOR]]


def test_operators_and_conversions_of_a_class() -> None:
    first = proc(result=ir.Load(ir.Field(ir.Load(ir.Local(4)), "x")), params=(param("a", "C"), param("b")))
    to_text = proc(result=const("converted"), params=(param("a", "C"),))
    symbol = ir.Class(
        "C", methods={"op_Addition": first, "op_Implicit.string": to_text}, fields=["x"],
        initial=proc(ir.Write(ir.Field(THIS, "x"), const("left"))),
    )  # fmt: skip
    made = ir.New("C", [])
    code = [seen(ir.Op("add-net", [made, const(1)]), at=1), seen(ir.Op("cast", [const("string"), made]), at=2)]
    assert reached(code, symbol) == [["left"], ["converted"]]


@pytest.mark.parametrize(
    ("kind", "value", "expected"),
    [("int32", Char("a"), 97), ("int32", "5", 5), ("string", VISITOR, Some("text", VISITOR.labels)), ("", "5", "5")],
)
def test_an_argument_becomes_one_of_the_type_of_the_parameter(kind: str, value: object, expected: object) -> None:
    symbol = ir.Class("C", methods={"F": proc(result=ir.Load(ir.Local(4)), params=(param("a", kind),))})
    assert reached([seen(call(ir.New("C", []), "F", value))], symbol) == [[expected]]


def test_records_are_equal_by_their_fields_and_others_are_not() -> None:
    for is_record in (True, False):
        symbol = ir.Class("C", fields=["x"], is_record=is_record, initial=proc(ir.Write(ir.Field(THIS, "x"), const(1))))
        assert reached([seen(ir.Op("eq-net", [ir.New("C", []), ir.New("C", [])]))], symbol) == [[is_record]]


def test_a_structure_is_copied() -> None:
    symbol = ir.Class("C", fields=["x"], is_struct=True, initial=proc(ir.Write(ir.Field(THIS, "x"), const(1))))
    a, b = ir.Global("a"), ir.Global("b")
    code = [ir.Write(a, ir.New("C", []), "value"), ir.Write(b, ir.Load(a), "value"),
            ir.Write(ir.Field(ir.Load(b), "x"), const(2)), seen(ir.Load(ir.Field(ir.Load(a), "x")))]  # fmt: skip
    assert reached(code, symbol) == [[1]]


def test_arrays_have_a_size_first_values_and_are_shared() -> None:
    a, b = ir.Global("a"), ir.Global("b")
    first = ir.Load(ir.Item(ir.Load(a), [const(0)]))
    code = [ir.Write(a, ir.Op("new-array", [const(0), const(2)])), ir.Write(b, ir.Load(a)), seen(first, at=1),
            ir.Write(ir.Item(ir.Load(b), [const(0)]), const(7)), seen(first, at=2),
            ir.Write(a, ir.Op("resize-array", [ir.Load(a), const(0), const(5)])),
            seen(first, ir.Load(ir.Item(ir.Load(a), [const(4)])), at=3)]  # fmt: skip
    assert reached(code) == [[0], [7], [7, 0]]


def test_parts_of_tuples_and_classes() -> None:
    deconstruct = proc(
        ir.Write(ir.Local(4), const(1)), ir.Write(ir.Local(5), const(2)),
        params=(param("a", is_out=True), param("b", is_out=True)),
    )  # fmt: skip
    symbol = ir.Class("C", methods={"Deconstruct": deconstruct})
    for value in (ir.New("C", []), ir.New("tuple", [ir.Arg(const(1)), ir.Arg(const(2))])):
        parts = ir.Write(ir.Global("t"), ir.Op("parts", [value, const(2)]))
        items = [ir.Load(ir.Item(ir.Load(ir.Global("t")), [const(at)])) for at in (0, 1)]
        assert reached([parts, seen(*items)], symbol) == [[1, 2]]


def test_truth_of_choices() -> None:
    assert result("truth-net", OneOf((None, "a"))) == Truth()
