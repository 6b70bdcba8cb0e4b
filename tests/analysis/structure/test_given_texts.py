"""The constants that may be given to a call."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse


def texts(code: str, language: str, name: str = "go") -> set[str]:
    analysis = analyse(code, language)
    token = next(at for at, word in reversed([*enumerate(analysis.unit.tokens.values)]) if word.lower() == name)
    return {constant.value for constant in analysis.given_texts.of_call(token)}


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ('x.Go("a");', "c#", {"a"}),
        ('var n = "a"; x.Go(n);', "c#", {"a"}),
        ('string a = "1"; string b = a; x.Go(b);', "c#", {"1"}),
        ('void F(string p) { x.Go(p); } void G() { F("a"); }', "c#", {"a"}),
        ('x.Go(y.n); var n = "a";', "c#", set()),
        ('n = "a"\nx.Go n', "vbscript", {"a"}),
        ('Dim n As String = "a"\nx.Go(n)', "vb", {"a"}),
        ('var m = "b"; x.Go(n);', "c#", set()),
    ],
)
def test_by_variables_and_parameters(code: str, language: str, expected: set[str]) -> None:
    assert texts(code, language) == expected


def test_names_in_a_circle_end() -> None:
    assert texts("a = b; b = a; x.Go(a);", "c#") == set()


def test_many_assignments_are_bounded() -> None:
    code = "".join(f'n = "{i}"; ' for i in range(2000)) + "x.Go(n);"
    assert 0 < len(texts(code, "c#")) <= 200
