"""Operators of Visual Basic by their strength, and operands."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements
from webshellhunt.lang.visual_basic.expressions import number_of


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "x = 1 + 2 * 3 ^ 2", ["x = Binary([1 Binary([2 Binary([3 2], [^])], [*])], [+])"]),
        ("vbscript", "x = a & b + c & d", ["x = Binary([a Binary([b c], [+]) d], [& &])"]),
        ("vbscript", "x = - 2 ^ 2", ["x = Unary(-, Binary([2 2], [^]))"]),
        (
            "vbscript",
            "x = not a = b and c or d",
            ["x = Binary([Binary([Unary(not, Binary([a b], [=])) c], [and]) d], [or])"],
        ),
        ("vbscript", "x = a \\ b mod c", ["x = Binary([Binary([a b], [\\]) c], [mod])"]),
        ("vbscript", "x = a xor b eqv c imp d", ["x = Binary([Binary([Binary([a b], [xor]) c], [eqv]) d], [imp])"]),
        ("vbscript", "x = (a & b) & c", ["x = Binary([Binary([a b], [&]) c], [&])"]),
        ("vbscript", "x = a =< b", ["x = Binary([a b], [<=])"]),
        ("vbscript", "x = a < > b", ["x = Binary([a b], [<>])"]),
        ("vbscript", "x = a is not nothing", ["x = Binary([a Unary(not, null)], [is])"]),
        ("vbscript", "x = a&17 & &H41", ["x = Binary([a 17 65], [& &])"]),
        ("vbscript", "x = a like b", ["x = Binary([a b], [like])"]),
        ("vbscript", "x = #1/2/2000#", ["x = '1/2/2000'"]),
        ("vbscript", "x = true & null & empty & nothing", ["x = Binary([True null empty null], [& & &])"]),
        ("vbscript", "x =", ["x = Unparsed()"]),
        ("vbscript", "x = [end]", ["x = end"]),
        ("vbscript", "x = 1 - - 1", ["x = Binary([1 Unary(-, 1)], [-])"]),
        (
            "vb",
            "x = a isnot b orelse c andalso d",
            ["x = Binary([Binary([a b], [isnot]) Binary([c d], [andalso])], [orelse])"],
        ),
        ("vb", "x = a << 1 + b", ["x = Binary([a Binary([1 b], [+])], [<<])"]),
        ("vb", 'x = "x"c & $"a{b}c"', ["x = Binary(['x' Binary(['a' b 'c'], [& &])], [&])"]),
        ("vb", "x = {1, {2}}", ["x = Items([1 Items([2])])"]),
        ("vb", "x = (a, b)", ["x = Items([a b], tuple)"]),
    ],
)
def test_expressions(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected


@pytest.mark.parametrize(
    ("text", "of_script", "of_net"),
    [
        ("17", 17, 17),
        ("1.5", 1.5, 1.5),
        ("1e3", 1000.0, 1000.0),
        (".5", 0.5, 0.5),
        ("&H41", 65, 65),
        ("&HFFFF", -1, 65535),
        ("&HFFFF&", 65535, 65535),
        ("&HFFFFFFFF", -1, -1),
        ("&H8000", -32768, 32768),
        ("&o17", 15, 15),
        ("&17", 15, 15),
        ("1_000", 1000, 1000),
        ("5L", 5, 5),
        ("5D", 5.0, 5.0),
        ("5x", "5x", "5x"),
    ],
)
def test_values(text: str, of_script: object, of_net: object) -> None:
    assert number_of(text, is_script=True) == of_script
    assert number_of(text, is_script=False) == of_net


def test_a_number_too_long_for_python_is_its_text() -> None:
    assert number_of("9" * 5000, is_script=True) == "9" * 5000
