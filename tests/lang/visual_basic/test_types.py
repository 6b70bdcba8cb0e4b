"""Types, variables and parameters of Visual Basic."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        (
            "vb",
            "dim a, b as string, c = 1",
            ["Declaration(a, TypeName(string))", "Declaration(b, TypeName(string))", "Declaration(c, 1)"],
        ),
        (
            "vb",
            "dim a(5), b() as byte, c as new list(of string)(1)",
            [
                "Declaration(a, TypeName(byte, 1), [5])",
                "Declaration(b, TypeName(byte, 1))",
                ("Declaration(c, TypeName(list, [TypeName(string)]), New(TypeName(list, [TypeName(string)]), [1]))"),
            ],
        ),
        (
            "vb",
            "dim a as dictionary(of string, list(of integer))",
            ["Declaration(a, TypeName(dictionary, [TypeName(string) TypeName(list, [TypeName(integer)])]))"],
        ),
        (
            "vb",
            "dim a$, b%, c&(2)",
            [
                "Declaration(a, TypeName(string))",
                "Declaration(b, TypeName(integer))",
                "Declaration(c, TypeName(long, 1), [2])",
            ],
        ),
        ("vbscript", "dim a$", ["Declaration(a)"]),
        ("vb", "dim a as integer? = 5", ["Declaration(a, TypeName(integer, is_nullable), 5)"]),
        (
            "vb",
            "dim a as (x as integer, string)",
            ["Declaration(a, TypeName(valuetuple, [TypeName(integer) TypeName(string)]))"],
        ),
        (
            "vb",
            "sub f(byval a as string, byref b)\nend sub",
            ["Function(f, [Parameter(a, TypeName(string)) Parameter(b, ref)], {}, sub)"],
        ),
        (
            "vb",
            "sub f(optional c as integer = 1, paramarray d() as object)\nend sub",
            [("Function(f, [Parameter(c, TypeName(integer), 1) Parameter(d, TypeName(object, 1), rest)], {}, sub)")],
        ),
        ("vbscript", "dim a, b(5), c()", ["Declaration(a)", "Declaration(b, [5])", "Declaration(c)"]),
        ("vbscript", "const a = 1, b = 2", ["Declaration(a, 1, const)", "Declaration(b, 2, const)"]),
        (
            "vbscript",
            "sub f(a, byval b, c())\nend sub",
            ["Function(f, [Parameter(a, ref) Parameter(b) Parameter(c, ref)], {}, sub)"],
        ),
    ],
)
def test_types(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
