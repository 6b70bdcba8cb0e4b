"""Reflection: a type or a member whose name is known is what it names."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.inert import analyse, live
from tests.builders.interpreted import seen

A = 'class A { public string X = "1"; public static string f(string p) { return p; } public string g() { return X; } } '


@pytest.mark.parametrize(
    ("code", "arrives"),
    [
        ('SINK(typeof(A).GetMethod("f").Invoke(null, new object[] { "1" }));', ["1"]),
        ('SINK(typeof(A).GetMethod("f").Invoke(null, new object[] { VISITOR }));', ["<tainted>"]),
        ('SINK(Type.GetType("A").GetMethod("f").Invoke(null, new object[] { "1" }));', ["1"]),
        ('SINK(new A().GetType().GetMethod("g").Invoke(new A(), null));', ["1"]),
        ("SINK(((A)Activator.CreateInstance(typeof(A))).g());", ["1"]),
        ('SINK(typeof(A).GetField("X").GetValue(new A()));', ["1"]),
        ('var a = new A(); typeof(A).GetField("X").SetValue(a, VISITOR); SINK(a.X);', ["<tainted>"]),
        ('SINK(typeof(A).GetMethod(VISITOR).Invoke(null, new object[] { "1" }));', ["<tainted>"]),
    ],
)
def test_a_member_by_its_name(code: str, arrives: list[Any]) -> None:
    assert seen(A + code, "c#")[-1:] == arrives


def test_a_method_of_a_library_by_its_name_is_that_method() -> None:
    code = 'typeof(System.Diagn·ostics.Pro·cess).GetMethod("St" + "art").Invoke(null, new object[] { VISITOR });'
    assert "<tainted>" in str(seen(code, "c#"))


@pytest.mark.parametrize(
    ("type_of", "is_put_together"),
    [
        ("typeof(System.Convert)", False),
        ("typeof(System . Convert)", False),
        ("typeof(System /* a + b */ . // so\n Convert)", False),
        ('Type.GetType("System.Convert")', False),
        ('Type.GetType("System.Con" + "vert")', True),
    ],
)
def test_a_method_is_put_together_where_neither_its_name_nor_its_type_is_written(
    type_of: str, is_put_together: bool
) -> None:
    code = f'{type_of}.GetMethod("ToBase64" + "String").Invoke(null, new object[] {{ Req·uest["a"] }});'
    assert (
        any(flow.sink.pattern == ("reflected", "invoke") for flow in analyse(live(code), "c#").flows) == is_put_together
    )
