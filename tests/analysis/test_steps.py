"""The steps of a constant: how its text is made, inner steps first."""

from __future__ import annotations

import pytest

from tests.builders.constants import constants
from webshellhunt.analysis.steps import MAX_STEPS


def steps(code: str, language: str = "vbscript") -> dict[str, tuple[str, ...]]:
    return {each.value: each.steps for each in constants(code, language).values()}


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ('u "hello"', "vbscript", ()),
        ('u "he" & Chr(108) & "lo"', "vbscript", ("chr", "concatenate")),
        ('u StrReverse("ol" & "leh")', "vbscript", ("concatenate", "strreverse")),
        ('x = StrReverse("olleh")\nu x & ""', "vbscript", ("strreverse", "variable", "concatenate")),
        ('Function f(a)\nf = a & "llo"\nEnd Function\nu f("he")', "vbscript", ("f",)),
        ('x = Array("hello")\nu x(0)', "vbscript", ("index",)),
        ('u(new string("olleh".Reverse().ToArray()));', "c#", ("reverse", "toarray", "new.string")),
        ('u(String.Concat("he", (string)"llo"));', "c#", ("(string)", "string.concat")),
        ('u("HELLO".ToLower());', "c#", ("tolower",)),
        ('var a = ["he", "llo"]; u(a[0] + a[1]);', "jscript", ("variable", "index", "concatenate")),
        ('x = Array("hello")\nu x(0) & ""', "vbscript", ("index", "concatenate")),
    ],
)
def test_steps(code: str, language: str, expected: tuple[str, ...]) -> None:
    assert steps(code, language)["hello"] == expected


def test_a_variable_that_a_loop_makes_has_its_steps() -> None:
    code = 's = "ifmmp"\nFor i = 1 To 5\nt = t & Chr(Asc(Mid(s, i, 1)) - 1)\nNext\nu t'
    assert {"chr", "concatenate", "variable"} <= {*steps(code)["hello"]}


def test_a_variable_that_is_assigned_twice_has_the_steps_of_its_value() -> None:
    code = 'x = "hello"\nu x\nx = y.z & Chr(UNSURE)\nu x'
    assert steps(code)["hello"] == ("variable",)


def test_steps_are_bounded() -> None:
    code = "u(" + "+".join(f'f{n}("a")' for n in range(40)) + ");"
    code += "".join(f' function f{n}(a) {{ return a + "b" }}' for n in range(40))
    assert len(steps(code, "jscript")["ab" * 40]) == MAX_STEPS
