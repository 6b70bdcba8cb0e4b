"""Operators of Visual Basic by their strength, and operands."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "x = 1 + 2 * 3 ^ 2", ["Assign(x, =, Binary([1 Binary([2 Binary([3 2], [^])], [*])], [+]))"]),
        ("vbscript", "x = a & b + c & d", ["Assign(x, =, Binary([a Binary([b c], [+]) d], [& &]))"]),
        ("vbscript", "x = - 2 ^ 2", ["Assign(x, =, Unary(-, Binary([2 2], [^])))"]),
        (
            "vbscript",
            "x = not a = b and c or d",
            ["Assign(x, =, Binary([Binary([Unary(not, Binary([a b], [=])) c], [and]) d], [or]))"],
        ),
        ("vbscript", "x = a \\ b mod c", ["Assign(x, =, Binary([Binary([a b], [\\]) c], [mod]))"]),
        (
            "vbscript",
            "x = a xor b eqv c imp d",
            ["Assign(x, =, Binary([Binary([Binary([a b], [xor]) c], [eqv]) d], [imp]))"],
        ),
        ("vbscript", "x = (a & b) & c", ["Assign(x, =, Binary([Binary([a b], [&]) c], [&]))"]),
        ("vbscript", "x = a =< b", ["Assign(x, =, Binary([a b], [<=]))"]),
        ("vbscript", "x = a < > b", ["Assign(x, =, Binary([a b], [<>]))"]),
        ("vbscript", "x = a is not nothing", ["Assign(x, =, Binary([a Unary(not, null)], [is]))"]),
        ("vbscript", "x = a&17 & &H41", ["Assign(x, =, Binary([a 17 65], [& &]))"]),
        ("vbscript", "x = a like b", ["Assign(x, =, Binary([a b], [like]))"]),
        ("vbscript", "x = #1/2/2000#", ["Assign(x, =, '1/2/2000')"]),
        ("vbscript", "x = true & null & empty & nothing", ["Assign(x, =, Binary([True null empty null], [& & &]))"]),
        ("vbscript", "x =", ["Assign(x, =, Unparsed())"]),
        ("vbscript", "x = [end]", ["Assign(x, =, end)"]),
        ("vbscript", "x = 1 - - 1", ["Assign(x, =, Binary([1 Unary(-, 1)], [-]))"]),
        (
            "vb",
            "x = a isnot b orelse c andalso d",
            ["Assign(x, =, Binary([Binary([a b], [isnot]) Binary([c d], [andalso])], [orelse]))"],
        ),
        ("vb", "x = a << 1 + b", ["Assign(x, =, Binary([a Binary([1 b], [+])], [<<]))"]),
        ("vb", 'x = "x"c & $"a{b}c"', ["Assign(x, =, Binary(['x' Binary(['a' b 'c'], [+ +])], [&]))"]),
        ("vb", "x = {1, {2}}", ["Assign(x, =, Items([1 Items([2])]))"]),
        ("vb", "x = (a, b)", ["Assign(x, =, Items([a b], tuple))"]),
    ],
)
def test_expressions(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
