"""Queries of VB.NET are calls with lambdas."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        (
            "vb",
            "x = from a in b where a.c select a.d",
            [
                "Assign(x, =, Call(Member(Call(Member(b, where), [Lambda(Function(, [Parameter(a)], {Jump(return, Member(a, c))}))]), select), [Lambda(Function(, [Parameter(a)], {Jump(return, Member(a, d))}))]))"
            ],
        ),
        (
            "vb",
            "x = from a in b\nwhere a\nselect a",
            [
                "Assign(x, =, Call(Member(Call(Member(b, where), [Lambda(Function(, [Parameter(a)], {Jump(return, a)}))]), select), [Lambda(Function(, [Parameter(a)], {Jump(return, a)}))]))"
            ],
        ),
        (
            "vb",
            "x = from a in b order by a.c descending, a.d",
            [
                "Assign(x, =, Call(Member(Call(Member(b, orderbydescending), [Lambda(Function(, [Parameter(a)], {Jump(return, Member(a, c))}))]), thenby), [Lambda(Function(, [Parameter(a)], {Jump(return, Member(a, d))}))]))"
            ],
        ),
        (
            "vb",
            "x = from a in b let c = a.d where c",
            [
                "Assign(x, =, Call(Member(Call(Member(b, select), [Lambda(Function(, [Parameter(a)], {Jump(return, New(Entries([Entry(a, a) Entry(c, Member(a, d))])))}))]), where), [Lambda(Function(, [Parameter($it)], {Declaration(a, Member($it, a)); Declaration(c, Member($it, c)); Jump(return, c)}))]))"
            ],
        ),
        (
            "vb",
            "x = from a in b from c in a.d select c",
            [
                "Assign(x, =, Call(Member(Call(Member(b, selectmany), [Lambda(Function(, [Parameter(a)], {Jump(return, Member(a, d))})) Lambda(Function(, [Parameter(a) Parameter(c)], {Jump(return, New(Entries([Entry(a, a) Entry(c, c)])))}))]), select), [Lambda(Function(, [Parameter($it)], {Declaration(a, Member($it, a)); Declaration(c, Member($it, c)); Jump(return, c)}))]))"
            ],
        ),
        (
            "vb",
            "x = from a in b join c in d on a.e equals c.f select a",
            [
                "Assign(x, =, Call(Member(Call(Member(b, join), [d Lambda(Function(, [Parameter(a)], {Jump(return, Member(a, e))})) Lambda(Function(, [Parameter(c)], {Jump(return, Member(c, f))})) Lambda(Function(, [Parameter(a) Parameter(c)], {Jump(return, New(Entries([Entry(a, a) Entry(c, c)])))}))]), select), [Lambda(Function(, [Parameter($it)], {Declaration(a, Member($it, a)); Declaration(c, Member($it, c)); Jump(return, a)}))]))"
            ],
        ),
        (
            "vb",
            "x = from a in b group by a.c into group",
            [
                "Assign(x, =, Call(Member(b, groupby), [Lambda(Function(, [Parameter(a)], {Jump(return, Member(a, c))}))]))"
            ],
        ),
        (
            "vb",
            "x = aggregate a in b into sum(a.c)",
            ["Assign(x, =, Call(Member(b, sum), [Lambda(Function(, [Parameter(a)], {Jump(return, Member(a, c))}))]))"],
        ),
        (
            "vb",
            "x = from a in b take 5 skip while a distinct",
            [
                "Assign(x, =, Call(Member(Call(Member(Call(Member(b, take), [5]), skipwhile), [Lambda(Function(, [Parameter(a)], {Jump(return, a)}))]), distinct)))"
            ],
        ),
        ("vb", "x = from", ["Assign(x, =, from)"]),
    ],
)
def test_queries(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
