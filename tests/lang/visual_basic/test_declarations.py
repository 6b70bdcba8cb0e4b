"""Procedures, properties and classes of VBScript."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "function f(a)\nf = a\nend function", ["Function(f, [Parameter(a, ref)], {f = a})"]),
        ("vbscript", "sub a : b : end sub", ["Function(a, {b!}, sub)"]),
        ("vbscript", "sub a() b end sub", ["Function(a, {b!}, sub)"]),
        ("vbscript", "public default function f\nend function", ["Function(f, {}, default+public)"]),
        (
            "vbscript",
            "class c\nprivate a, b(2)\nend class",
            ["Class(c, class, [Declaration(a, private) Declaration(b, [2], private)])"],
        ),
        (
            "vbscript",
            "public property get p(i)\np = a\nend property",
            ["Function(p, [Parameter(i, ref)], {p = a}, get, public)"],
        ),
        (
            "vbscript",
            "public property let p(i, v)\nend property",
            ["Function(p, [Parameter(i, ref) Parameter(v, ref)], {}, let, public)"],
        ),
        ("vbscript", "property set q(v)\nend property", ["Function(q, [Parameter(v, ref)], {}, set)"]),
        ("vbscript", "private const a = 1", ["Declaration(a, 1, const+private)"]),
        ("vbscript", "sub a\nsub b\nend sub", ["Function(a, {}, sub)", "Function(b, {}, sub)"]),
        ("vbscript", "end sub", ["Unparsed()"]),
        ("vbscript", "class a", ["Class(a, class)"]),
        ("vbscript", "if a then\nfunction f\nend function\nend if", ["If(a, {Function(f, {})})"]),
    ],
)
def test_declarations(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
