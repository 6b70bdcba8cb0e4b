from __future__ import annotations

import pytest

from tests.builders.outlines import outline

CASES = [
    ("c#", "Dictionary<string, List<int[]>> a;", "Declaration(name='a', Dictionary<string, List<int[]>>)"),
    ("c#", "(int, string) a = b;", "Declaration(name='a', ValueTuple<int, string>, b)"),
    ("c#", "int?[] a = null;", "Declaration(name='a', int[], None)"),
    ("c#", "global::A.B c = d;", "Declaration(name='c', A.B, d)"),
    ("c#", "x = (A.B)c;", "Assign(x, operator='=', Cast(A.B, c))"),
    ("c#", "x = (a) - b;", "Assign(x, operator='=', Binary([a, b], ['-']))"),
    ("c#", "x = (byte[])f[1];", "Assign(x, operator='=', Cast(byte[], f[1]))"),
    ("c#", "x = y as string ?? z;", "Assign(x, operator='=', Binary([Cast(string, y), z], ['??']))"),
]


@pytest.mark.parametrize(("language", "code", "expected"), CASES)
def test_type_names(language: str, code: str, expected: str) -> None:
    """The tree of types."""
    assert outline(code, language) == expected
