from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    (
        "c#",
        "x = from a in b where a.c orderby a.d descending, a.e select a.f;",
        (
            "Assign(x, operator='=', b.Where(Lambda(Function([Parameter(name='a')], "
            "Block([Jump(kind='return', a.c)])))).OrderByDescending(Lambda(Function([Parameter(name='a')], "
            "Block([Jump(kind='return', a.d)])))).ThenBy(Lambda(Function([Parameter(name='a')], "
            "Block([Jump(kind='return', a.e)])))).Select(Lambda(Function([Parameter(name='a')], "
            "Block([Jump(kind='return', a.f)])))))"
        ),
    ),
    (
        "c#",
        "x = from a in b from c in a.d let e = c.f select e;",
        (
            "Assign(x, operator='=', b.SelectMany(Lambda(Function([Parameter(name='a')], "
            "Block([Jump(kind='return', a.d.SelectMany(Lambda(Function([Parameter(name='c')], "
            "Block([Jump(kind='return', Items([c.f]).Select(Lambda(Function([Parameter(name='e')], "
            "Block([Jump(kind='return', e)])))))])))))])))))"
        ),
    ),
    (
        "c#",
        "x = from a in b join c in d on a.e equals c.f select c;",
        (
            "Assign(x, operator='=', b.SelectMany(Lambda(Function([Parameter(name='a')], "
            "Block([Jump(kind='return', d.Where(Lambda(Function([Parameter(name='c')], "
            "Block([Jump(kind='return', Binary([a.e, c.f], "
            "['==']))])))).Select(Lambda(Function([Parameter(name='c')], Block([Jump(kind='return', "
            "c)])))))])))))"
        ),
    ),
    (
        "c#",
        "x = from a in b group a.c by a.d into e select e.f;",
        (
            "Assign(x, operator='=', b.GroupBy(Lambda(Function([Parameter(name='a')], "
            "Block([Jump(kind='return', a.d)]))), Lambda(Function([Parameter(name='a')], "
            "Block([Jump(kind='return', a.c)])))).Select(Lambda(Function([Parameter(name='e')], "
            "Block([Jump(kind='return', e.f)])))))"
        ),
    ),
    ("c#", "from = 1; x = from;", "Assign(from, operator='=', 1); Assign(x, operator='=', from)"),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_queries(language: str, code: str, expected: str) -> None:
    """The tree of queries."""
    assert outline(code, language) == expected
