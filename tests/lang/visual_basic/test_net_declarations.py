"""Declarations that only VB.NET has."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vb", "imports a.b, c = d", ["Import(a.b)", "Import(d, c)"]),
        (
            "vb",
            "namespace a.b\nclass c\ninherits d\nimplements e, f\nend class\nend namespace",
            ["Class(a.b, namespace, [Class(c, class, [TypeName(d) TypeName(e) TypeName(f)])])"],
        ),
        (
            "vb",
            '<a, b("x", c:=1)> _\npublic shared function f(x as t) as u\nend function',
            ['Function(f, [Parameter(x, TypeName(t))], {}, TypeName(u), public+shared, [[a ] [b "x", c:=1]])'],
        ),
        (
            "vb",
            'declare auto function f lib "l" alias "a" (byval x as integer) as integer',
            [("Function(f, [Parameter(x, TypeName(integer))], declared, TypeName(integer), [[lib l] [alias a]])")],
        ),
        ("vb", 'property p as string = "x"', ["Declaration(p, TypeName(string), 'x', property)"]),
        (
            "vb",
            ("property p(i as integer) as string\nget\nreturn a\nend get\nset(value as string)\nend set\nend property"),
            [
                "Function(p, [Parameter(i, TypeName(integer))], {Jump(return, a)}, get, TypeName(string))",
                "Function(p, [Parameter(i) Parameter(value, TypeName(string))], {}, set, TypeName(string))",
            ],
        ),
        ("vb", "event e(x as t)", ["Declaration(e, event)"]),
        (
            "vb",
            "custom event e as h\naddhandler(v as h)\nend addhandler\nend event",
            ["Function(e, [Parameter(v, TypeName(h))], {}, add, TypeName(h), custom+event)"],
        ),
        ("vb", "sub p() handles me.load, b.click\nend sub", ["Function(p, {}, sub, [me.load b.click])"]),
        ("vb", "sub new()\nend sub", ["Function(new, {}, constructor)"]),
        (
            "vb",
            "enum e as byte\na = 1\nb\nend enum",
            ["Class(e, enum, [Declaration(a, 1, const) Declaration(b, const)])"],
        ),
        (
            "vb",
            "interface i\nfunction f() as t\nproperty p as t\nend interface",
            ["Class(i, interface, [Function(f, TypeName(t)) Declaration(p, TypeName(t), property)])"],
        ),
        ("vb", "mustoverride sub a()", ["Function(a, sub, mustoverride)"]),
        (
            "vb",
            "operator +(a as t, b as t) as t\nend operator",
            ["Function(+, [Parameter(a, TypeName(t)) Parameter(b, TypeName(t))], {}, operator, TypeName(t))"],
        ),
        (
            "vb",
            "delegate function d(x as t) as u",
            ["Function(d, [Parameter(x, TypeName(t))], declared, TypeName(u), delegate)"],
        ),
        ("vb", '<assembly: a("x")>\nimports b', ["Unparsed()", "Import(b)"]),
    ],
)
def test_net_declarations(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
