"""Variables that take parts of an object or of a list."""

from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    ("const { a } = b", "Assign(Entries([Entry(a, Declaration(name='a'))]), operator='=', b)"),
    (
        "const { a: { b: c }, 'd': e = 1, ...f } = g",
        (
            "Assign(Entries([Entry(a, Entries([Entry(b, Declaration(name='c'))])), Entry('d', "
            "Assign(Declaration(name='e'), operator='=', 1)), Entry(, spread "
            "Declaration(name='f'))]), operator='=', g)"
        ),
    ),
    (
        "let [a, , [b], ...c] = d",
        (
            "Assign(Items([Declaration(name='a'), empty:None, Items([Declaration(name='b')], tuple), "
            "spread Declaration(name='c')], tuple), operator='=', d)"
        ),
    ),
    (
        "(({ a }, [b]) => a)",
        (
            "Lambda(Function([Parameter(name='{2}', Entries([Entry(a, Declaration(name='a'))])), "
            "Parameter(name='{6}', Items([Declaration(name='b')], tuple))], Block([Jump(kind='return', a)])))"
        ),
    ),
]


@pytest.mark.parametrize(("code", "expected"), CASES)
def test_destructuring(code: str, expected: str) -> None:
    assert outline(code, "jscript") == expected


@pytest.mark.parametrize(
    "code", ["var {", "var { a:", "var [", "var [[[,", "var { ...", "var { a = ", "f(({", "var {{{{", "f([{" * 99]
)
def test_parts_that_do_not_end_are_read(code: str) -> None:
    assert outline(code, "jscript") is not None
