"""Conditions and loops of Visual Basic."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "if a then b", ["If(a, {b!})"]),
        ("vbscript", "if a then b : c else d", ["If(a, {b!; c!}, {d!})"]),
        ("vbscript", "if a then if b then c else d else e", ["If(a, {If(b, {c!}, {d!})}, {e!})"]),
        ("vbscript", "if a then\nb\nelseif c then\nd\nelse\ne\nend if", ["If(a, {b!}, {If(c, {d!}, {e!})})"]),
        ("vbscript", "if a then\nelse if b then\nc\nend if\nend if", ["If(a, {}, {If(b, {c!})})"]),
        ("vbscript", "if a then b end if : c", ["If(a, {b!})", "c!"]),
        (
            "vbscript",
            "select case a\ncase 1, 2 : b\ncase else\nc\nend select",
            ["Switch(a, [Case([Pattern(1) Pattern(2)], {b!}) Case({c!})])"],
        ),
        ("vbscript", "for i = 1 to 2 step 3\na\nnext", ["Count(i, 1, 2, 3, {a!})"]),
        ("vbscript", "for each i in a : b : next i", ["Each(i, a, {b!})"]),
        ("vbscript", "do while a\nb\nloop", ["Loop(a, {b!})"]),
        ("vbscript", "do : a : loop until b", ["Loop(b, {a!}, is_until, is_tested_last)"]),
        ("vbscript", "do until a : loop", ["Loop(a, {}, is_until)"]),
        ("vbscript", "while a\nb\nwend", ["Loop(a, {b!})"]),
        ("vbscript", "with a\n.b\nend with", ["With(a, {.b!})"]),
        ("vbscript", "end if", ["Unparsed()"]),
        ("vbscript", "next", ["Unparsed()"]),
        ("vbscript", "else", ["Unparsed()"]),
        ("vbscript", "if a then\nfor each b in c\nd\nend if\ne", ["If(a, {Each(b, c, {d!})})", "e!"]),
        ("vbscript", "if a then\nb", ["If(a, {b!})"]),
        ("vbscript", "case 1 : a", ["Unparsed([1])", "a!"]),
        ("vb", "if a then\nelse if b then\nc\nend if", ["If(a, {}, {If(b, {c!})})"]),
        (
            "vb",
            "select case a\ncase 1 to 2, is > 3, < 4\nend select",
            ["Switch(a, [Case([Pattern(1, 2) Pattern(3, >) Pattern(4, <)], {})])"],
        ),
        ("vb", "for i as integer = 0 to 1\nnext", ["Count(Declaration(i, TypeName(integer)), 0, 1, {})"]),
        (
            "vb",
            "for each s as string in a\nfor each t in s\nnext t, s",
            ["Each(Declaration(s, TypeName(string)), a, {Each(t, s, {})})"],
        ),
        ("vb", "while a\nend while", ["Loop(a, {})"]),
    ],
)
def test_control(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
