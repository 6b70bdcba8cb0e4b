"""What primitives of .NET have in common: any value as text, known bytes, letters."""

from __future__ import annotations

import pytest

from tests.core.test_remembering_net import shown_of


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("Run(\"\" + 1.5 + true + 'c' + null);", ["1.5Truec"]),
        ('Run(string.Concat(new object[] { 1, null, "a" }));', ["1a"]),
        ("var b = new byte[] { 0, 1 }; b[0] = 65; Run(Encoding.ASCII.GetString(b, 0, 1));", ["A"]),
        ("var c = \"abc\".ToCharArray(); c[0] = 'x'; Run(new string(c));", ["xbc"]),
    ],
)
def test_a_value_is_written_as_its_text(code: str, expected: list[str]) -> None:
    assert shown_of(f"|{code}") == expected


def test_an_object_of_the_page_is_written_by_its_own_function() -> None:
    members = 'class C { public override string ToString() { return "own"; } }'
    assert shown_of(f'{members}|Run(string.Join("-", new object[] {{ new C(), 1 }}));') == ["own-1"]
