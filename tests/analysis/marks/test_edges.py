"""The variables of a code, and the expressions that they get."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.analysis.marks.edges import iter_edges


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "A = b; this.C.d = e; f += g;", ["A = b", "C = e", "f = g"]),
        ("c#", "int F(int P) { return a; } F(b);", ["F = a", "P = b"]),
        ("c#", "F f = x => { return a; };", ["f = x => { return a ; }", "f = a"]),
        ("c#", "g(x => x.y);", []),
        ("c#", "a = new B { c = d };", ["a = new B { c = d }"]),
        ("c#", "s.Write(a, 1); Response.Write(b); this.Response.Write(c); Add(d);", ["s = a", "s = 1"]),
        ("c#", "s.Read(b, 0, 9); s.CopyTo(Response.Stream); s.CopyTo(t);", ["s = Response . Stream", "s = t"]),
        ("c#", "a.Response.B(c) = d; e(Response) = f;", ["e = f"]),
        ("vbscript", "With a.b\n.c = d\n.Write e\nEnd With", ["a = d", "a = e"]),
    ],
)
def test_edges(language: str, code: str, expected: list[str]) -> None:
    index = unit_of(code, language).index
    values = index.tokens.values
    edges = iter_edges(index, reads=False)
    assert [f"{each.name} = {' '.join(values[each.value.start : each.value.end])}" for each in edges] == expected


def test_buffers() -> None:
    index = unit_of("a.b.Read(c, 0, 9); d.CopyTo(e); f.Read(g.Response, 1);", "c#").index
    values = index.tokens.values
    found = [(each.name, "".join(values[each.value.start : each.value.end])) for each in iter_edges(index, reads=True)]
    assert found == [("c", "a.b"), ("d", "e"), ("e", "d")]
