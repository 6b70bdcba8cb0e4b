"""Variables that take parts of an object or of a list."""

from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    ("const { a } = b", "Assign(Entries([Entry(a, Declaration(name='a', modifiers=const))]), operator='=', b)"),
    (
        "const { a: { b: c }, 'd': e = 1, ...f } = g",
        (
            "Assign(Entries([Entry(a, Entries([Entry(b, Declaration(name='c', modifiers=const))])), Entry('d', "
            "Assign(Declaration(name='e', modifiers=const), operator='=', 1)), Entry(, spread "
            "Declaration(name='f', modifiers=const))]), operator='=', g)"
        ),
    ),
    (
        "let [a, , [b], ...c] = d",
        (
            "Assign(Items([Declaration(name='a', modifiers=let), empty:None, "
            "Items([Declaration(name='b', modifiers=let)], tuple), "
            "spread Declaration(name='c', modifiers=let)], tuple), operator='=', d)"
        ),
    ),
    (
        "(({ a }, [b]) => a)",
        (
            "Lambda(Function([Parameter(name='{2}', Entries([Entry(a, Declaration(name='a'))])), "
            "Parameter(name='{6}', Items([Declaration(name='b')], tuple))], "
            "Block([Jump(kind='return', a)]), modifiers=arrow))"
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
