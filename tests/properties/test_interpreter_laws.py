"""Laws of the engine: a run ends on any program, and another way to write the same changes nothing that arrives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.runs import LANGUAGES, run
from tests.builders.small_programs import POOLS, programs
from tests.builders.values import DIALECTS, NEVER, VISITOR, Expected, is_right

STEPS = 3_000
_C_LIKE = """
    ( ) { } [ ] ; , . : ? => = + - ! && || ?? == x y f this new class A function var string int if else for
    foreach in while do switch case default try catch finally throw return break continue goto yield await is
    not 1 'c' "s" out ref params static get set Req·uest Pro·cess.Start ev·al
"""
_BASIC = """
    ( ) , . = & + - < > <> x y f Me New Class Function Sub Property Get Let Set Dim ReDim Preserve If Then Else
    ElseIf End Exit For Each In To Step Next Do While Until Loop Wend Select Case With On Error Resume Call
    ByRef ByVal Try Catch Return Throw AddressOf Not And 1 "s" : Req·uest Exec·ute Sh·ell
"""
SOUPS = {
    "c#": _C_LIKE.split(),
    "jscript": _C_LIKE.split(),
    "vb": [*_BASIC.split(), "\n", "\n", "\n"],
    "vbscript": [*_BASIC.split(), "\n", "\n", "\n"],
}


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.data())
def test_any_words_run_within_their_steps(language: str, data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from(SOUPS[language]), max_size=60))
    run(" ".join(words), language, steps=STEPS)


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.data())
def test_any_statements_run_within_their_steps(language: str, data: st.DataObject) -> None:
    code = data.draw(programs(language) | st.lists(st.sampled_from(POOLS[language]), max_size=20).map("\n".join))
    run(code, language, steps=STEPS)


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_runs_within_its_steps(text: str, language: str) -> None:
    run(text, language, steps=STEPS)


def test_steps_are_counted_down_to_their_end() -> None:
    assert run("while (UNSURE) { x = x + y; f(); }" * 400, "c#", steps=STEPS).is_exhausted


# Another way to write the same ---------------------------------------------------------------------------------------

V = VISITOR
ONE = '"1"'
PROGRAMS: dict[str, tuple[tuple[str, list[Expected]], ...]] = {
    "csharp": (
        ('var x = VISITOR; var y = "1"; if (UNSURE) { x = y; } SINK«x»; SINK«y»;', [V, ONE]),
        ('var y = ""; foreach (var x in new[] { "1", VISITOR }) { y += x; } SINK«y»;', [V]),
        ('var x = "1"; try { x = VISITOR; g(); } catch { SINK«x»; } SINK«x»;', [V, V]),
        ('var x = VISITOR; var y = x + "1"; x = "2"; SINK«x»; SINK«y»;', ['"2"', V]),
        ('var y = "1"; var x = VISITOR; if (x == "3") { SINK«x»; } else { SINK«y»; }', ['"3"', ONE]),
    ),
    "jscript": (
        ('var x = VISITOR; var y = "1"; if (UNSURE) { x = y; } SINK«x»; SINK«y»;', [V, ONE]),
        ('var y = ""; for (var x = 0; x < 3; x++) { y += x + "1"; } SINK«y»; SINK«VISITOR»;', ['"011121"', V]),
        ('var x = "1"; try { throw VISITOR; } catch (e) { x = e; } var y = x; SINK«y»;', [V]),
        ('var x = { a: VISITOR, b: "1" }; var y = x.b; SINK«y»; y = x.a; SINK«y»;', [ONE, V]),
        ('var x = VISITOR; var y = "1"; y += x; SINK«y»; x = "2"; SINK«x»;', [V, '"2"']),
    ),
    "vbnet": (
        ('Dim x = VISITOR\nDim y = "1"\nIf UNSURE Then\nx = y\nEnd If\nSINK«x»\nSINK«y»', [V, ONE]),
        ('Dim y = ""\nDim x\nFor Each x In {"1", VISITOR}\ny &= x\nNext\nSINK«y»', [V]),
        ('Dim x = "1"\nDim y = "2"\nTry\nx = VISITOR\nCatch e As Exception\nEnd Try\nSINK«x»\nSINK«y»', [V, '"2"']),
        ('Dim x = VISITOR\nDim y = x & "1"\nx = "2"\nSINK«x»\nSINK«y»', ['"2"', V]),
    ),
    "vbscript": (
        ('x = VISITOR\ny = "1"\nIf UNSURE Then\nx = y\nEnd If\nSINK«x»\nSINK«y»', [V, ONE]),
        ('y = ""\nFor Each x In Array("1", "2")\ny = y & x\nNext\nSINK«y»\nSINK«VISITOR»', ['"12"', V]),
        ('x = VISITOR\ny = x & "1"\nx = "2"\nSINK«x»\nSINK«y»', ['"2"', V]),
        ('x = VISITOR\ny = "1"\nSelect Case x\nCase "3"\nSINK«x»\nCase Else\nSINK«y»\nEnd Select', ['"3"', ONE]),
    ),
}
_BASIC_LANGUAGES = ("vbnet", "vbscript")


def _renamed(code: str, language: str) -> str:
    """Give a variable another name."""
    return re.sub(r"\bx\b", "renamed", code)


def _wrapped(code: str, language: str) -> str:
    """Put everything into a branch that is always taken."""
    return f"If True Then\n{code}\nEnd If" if language in _BASIC_LANGUAGES else f"if (true) {{ {code} }}"


def _in_a_loop(code: str, language: str) -> str:
    """Put everything into a loop of one turn."""
    if language in _BASIC_LANGUAGES:
        return f"For once = 1 To 1\n{code}\nNext"
    return f"for (var once = 0; once < 1; once++) {{ {code} }}"


def _extracted(code: str, language: str) -> str:
    """Put everything into a method, and call it."""
    if language in _BASIC_LANGUAGES:
        return f"Sub extracted()\n{code}\nEnd Sub\nextracted" + ("()" if language == "vbnet" else "")
    kind = "void" if language == "csharp" else "function"
    return f"{kind} extracted() {{ {code} }} extracted();"


def _constants_named(code: str, language: str) -> str:
    """Give a constant a name, which the program uses instead of it."""
    if language in _BASIC_LANGUAGES:
        return f'Const named = "1"\n{code}'.replace('"1"', "named").replace("= named", '= "1"', 1)
    return 'var named = "1"; ' + code.replace('"1"', "named")


def _constants_split(code: str, language: str) -> str:
    """Write a constant as the sum of two."""
    joined = '("" & "1")' if language in _BASIC_LANGUAGES else '("" + "1")'
    return code.replace('"1"', joined)


def _with_dead_code(code: str, language: str) -> str:
    """Add code that never runs."""
    if language in _BASIC_LANGUAGES:
        return f"{code}\nIf False Then\nSINK«VISITOR»\nEnd If"
    return f"{code} if (false) {{ SINK«VISITOR»; }}"


def _through_a_function(code: str, language: str) -> str:
    """Pass the visitor's text through a function that returns it."""
    declared = {
        "csharp": "string same(string p) { return p; } ",
        "jscript": "function same(p) { return p; } ",
        "vbnet": "Function same(p)\nReturn p\nEnd Function\n",
        "vbscript": "Function same(p)\nsame = p\nEnd Function\n",
    }
    return declared[language] + code.replace("VISITOR", "same(VISITOR)")


LAWS: tuple[Callable[[str, str], str], ...] = (
    _renamed, _wrapped, _in_a_loop, _extracted, _constants_named, _constants_split, _with_dead_code,
    _through_a_function,
)  # fmt: skip


def _cases() -> Iterator[Any]:
    for law in LAWS:
        for language, programs_of in PROGRAMS.items():
            for number, (code, expected) in enumerate(programs_of):
                yield pytest.param(law, language, code, expected, id=f"{law.__name__[1:]}-{language}-{number}")


@pytest.mark.parametrize(("law", "language", "code", "expected"), [*_cases()])
def test_another_way_to_write_a_program_changes_nothing(
    law: Callable[[str, str], str], language: str, code: str, expected: list[Expected]
) -> None:
    variant = law(code, language)
    assert variant != code
    added = variant.count("SINK«") - code.count("SINK«")
    assert is_right(DIALECTS[language], code, expected)
    assert is_right(DIALECTS[language], variant, [*expected, *[NEVER] * added]), variant
