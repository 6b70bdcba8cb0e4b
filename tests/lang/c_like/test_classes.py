from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    (
        "c#",
        ("namespace A.B { class C<T> : D, E<T> where T : new() { } struct F { } interface G { void H(); } }"),
        (
            "Class(name='A.B', kind='namespace', [Class(name='C', kind='class', [D, E<T>], ['T']), Class(name='F', "
            "kind='struct'), Class(name='G', kind='interface', [Function(name='H', kind='sub', void)])])"
        ),
    ),
    ("c#", "namespace A; class B { }", "Class(name='A', kind='namespace', [Class(name='B', kind='class')])"),
    (
        "c#",
        "enum A : byte { B, C = 2, }",
        (
            "Class(name='A', kind='enum', [byte], [Declaration(name='B', modifiers=const), "
            "Declaration(name='C', 2, modifiers=const)])"
        ),
    ),
    (
        "c#",
        "record A(int B, string C) : D(B); record struct E { }",
        (
            "Class(name='A', kind='record', [D], [Parameter(name='B', int), Parameter(name='C', string)], base(B)); "
            "Class(name='E', kind='struct', modifiers=record)"
        ),
    ),
    (
        "c#",
        "public abstract partial class A { class B { } }",
        ("Class(name='A', kind='class', [Class(name='B', kind='class')], modifiers=abstract partial public)"),
    ),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_classes(language: str, code: str, expected: str) -> None:
    """The tree of classes."""
    assert outline(code, language) == expected
