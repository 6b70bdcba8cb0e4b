from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    (
        "c#",
        "if (a) b(); else if (c) { d(); } else e();",
        "If(a, Block([b()]), Block([If(c, Block([d()]), Block([e()]))]))",
    ),
    (
        "c#",
        "return; return a; goto b; goto case 1; goto default;",
        (
            "Jump(kind='return'); Jump(kind='return', a); Jump(kind='goto', label='b'); Jump(kind='goto', 1, "
            "label='case'); Jump(kind='goto', label='default')"
        ),
    ),
    ("c#", "a: b();", "Label(name='a'); b()"),
    ("c#", "lock (a) { b(); }", "Block([a, Block([b()])])"),
    (
        "c#",
        "using (var a = b()) c(a);",
        "Block([Declaration(name='a', var, b()), Try(Block([c(a)]), Block([a?.Dispose()]))])",
    ),
    ("c#", "fixed (byte* a = b) { }", "Block([Declaration(name='a', byte, b), Block()])"),
    ("c#", "unsafe { a(); } checked { b(); }", "Block([a()]); Block([b()], is_checked=True)"),
    ("c#", "a b c d;", "a; Unparsed([b, c, d])"),
    ("c#", ") a();", "Unparsed([a()])"),
    ("c#", "if (a) {", "If(a, Block())"),
    ("jscript", "a\nb()\nreturn\nc", "a; b(); Jump(kind='return'); c"),
    (
        "jscript",
        "with (a) b; debugger; lab: while (c) break lab",
        ("With(a, Block([b])); Unparsed(); Label(name='lab'); Loop(c, Block([Jump(kind='break', label='lab')]))"),
    ),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_statements(language: str, code: str, expected: str) -> None:
    """The tree of statements."""
    assert outline(code, language) == expected


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "yield return a;", "Jump(kind='yield', a)"),
        ("c#", "yield break;", "Jump(kind='yield break')"),
        ("jscript", "yield a;", "Jump(kind='yield', a)"),
        ("jscript", "yield* a();", "Jump(kind='yield', a(), label='*')"),
        ("jscript", "yield = a;", "Assign(yield, operator='=', a)"),
    ],
)
def test_yield(language: str, code: str, expected: str) -> None:
    assert outline(code, language) == expected
