"""Queries of VB.NET are calls with lambdas."""

from __future__ import annotations

import pytest

from tests.builders.trees import statements


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vb", "x = from a in b where a.c select a.d", ["x = b.where(a => a.c).select(a => a.d)"]),
        ("vb", "x = from a in b\nwhere a\nselect a", ["x = b.where(a => a).select(a => a)"]),
        ("vb", "x = from a in b order by a.c descending, a.d", ["x = b.orderbydescending(a => a.c).thenby(a => a.d)"]),
        (
            "vb",
            "x = from a in b let c = a.d where c",
            [
                (
                    "x = b.select(a => New(Entries([Entry(a, a) Entry(c, a.d)]))).where($it => {Declaration(a, "
                    "$it.a); Declaration(c, $it.c); Jump(return, c)})"
                )
            ],
        ),
        (
            "vb",
            "x = from a in b from c in a.d select c",
            [
                (
                    "x = b.selectmany(a => a.d, a, c => New(Entries([Entry(a, a) Entry(c, c)]))).select($it => "
                    "{Declaration(a, $it.a); Declaration(c, $it.c); Jump(return, c)})"
                )
            ],
        ),
        (
            "vb",
            "x = from a in b join c in d on a.e equals c.f select a",
            [
                (
                    "x = b.join(d, a => a.e, c => c.f, a, c => New(Entries([Entry(a, a) Entry(c, "
                    "c)]))).select($it => {Declaration(a, $it.a); Declaration(c, $it.c); Jump(return, a)})"
                )
            ],
        ),
        (
            "vb",
            "x = from a in b group by a.c into group",
            ["x = b.groupby(a => a.c).select($group => New(Entries([Entry(c, $group.key) Entry(group, $group)])))"],
        ),
        (
            "vb",
            "x = from a in b group a by k = a.c into n = sum(a.d)",
            [
                "x = b.groupby(a => a.c, a => a).select($group => New(Entries([Entry(k, $group.key) "
                "Entry(n, $group.sum(a => a.d))])))"
            ],
        ),
        ("vb", "x = aggregate a in b into sum(a.c)", ["x = b.sum(a => a.c)"]),
        ("vb", "x = from a in b take 5 skip while a distinct", ["x = b.take(5).skipwhile(a => a).distinct()"]),
        ("vb", "x = from", ["x = from"]),
    ],
)
def test_queries(language: str, code: str, expected: list[str]) -> None:
    assert statements(code, language) == expected
