"""Laws of the interpreter: it ends on any program, and another way to write the same changes nothing that arrives."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import live
from tests.builders.interpreted import LANGUAGES, run, seen
from tests.builders.small_programs import POOLS, programs
from webshellhunt.analysis import engine
from webshellhunt.analysis.machine.budget import Budget, ExhaustedError
from webshellhunt.analysis.machine.machine import Machine

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


class _Counted(NamedTuple):
    """What a run did with its steps."""

    is_exhausted: bool
    left: int


def _counted(code: str, language: str) -> _Counted:
    """Run a program, and return how many steps it left."""
    machines: list[Machine] = []

    class Kept(Machine):
        def __init__(self, *arguments: Any) -> None:
            super().__init__(*arguments)
            machines.append(self)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(engine, "Machine", Kept)
        found = run(code, language, steps=STEPS)
    return _Counted(found.is_exhausted, machines[0].budget.left)


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.data())
def test_any_words_run_within_their_steps(language: str, data: st.DataObject) -> None:
    words = data.draw(st.lists(st.sampled_from(SOUPS[language]), max_size=60))
    counted = _counted(" ".join(words), language)
    assert counted.is_exhausted or counted.left >= 0


@pytest.mark.parametrize("language", LANGUAGES)
@given(st.data())
def test_any_statements_run_within_their_steps(language: str, data: st.DataObject) -> None:
    code = data.draw(programs(language) | st.lists(st.sampled_from(POOLS[language]), max_size=20).map("\n".join))
    counted = _counted(code, language)
    assert counted.is_exhausted or counted.left >= 0


@given(st.text(max_size=200), st.sampled_from(LANGUAGES))
def test_any_text_runs_within_its_steps(text: str, language: str) -> None:
    counted = _counted(text, language)
    assert counted.is_exhausted or counted.left >= 0


def test_steps_are_counted_down_to_their_end() -> None:
    assert _counted("while (UNSURE) { x = x + y; f(); }" * 400, "c#").is_exhausted
    with pytest.raises(ExhaustedError):
        Budget(0).spend(1)


# Another way to write the same ---------------------------------------------------------------------------------------

PROGRAMS: dict[str, tuple[str, ...]] = {
    "c#": (
        'var x = VISITOR; var y = "1"; if (UNSURE) { x = y; } SINK(x); SINK(y);',
        'var y = ""; foreach (var x in new[] { "1", VISITOR }) { y += x; } SINK(y);',
        'var x = "1"; try { x = VISITOR; g(); } catch { SINK(x); } SINK(x);',
        'var x = VISITOR; var y = x + "1"; x = "2"; SINK(x); SINK(y);',
        'var y = "1"; var x = VISITOR; if (x == "3") { SINK(x); } else { SINK(y); }',
    ),
    "jscript": (
        'var x = VISITOR; var y = "1"; if (UNSURE) { x = y; } SINK(x); SINK(y);',
        'var y = ""; for (var x = 0; x < 3; x++) { y += x + "1"; } SINK(y); SINK(VISITOR);',
        'var x = "1"; try { throw VISITOR; } catch (e) { x = e; } var y = x; SINK(y);',
        'var x = { a: VISITOR, b: "1" }; var y = x.b; SINK(y); y = x.a; SINK(y);',
        "var x = VISITOR; var y = \"1\"; y += x; SINK(y); x = \"2\"; SINK(x);",
    ),
    "vb": (
        'Dim x = VISITOR\nDim y = "1"\nIf UNSURE Then\nx = y\nEnd If\nSINK(x)\nSINK(y)',
        'Dim y = ""\nDim x\nFor Each x In {"1", VISITOR}\ny &= x\nNext\nSINK(y)',
        'Dim x = "1"\nDim y = "2"\nTry\nx = VISITOR\nCatch e As Exception\nSINK(x)\nEnd Try\nSINK(x)\nSINK(y)',
        'Dim x = VISITOR\nDim y = x & "1"\nx = "2"\nSINK(x)\nSINK(y)',
    ),
    "vbscript": (
        'x = VISITOR\ny = "1"\nIf UNSURE Then\nx = y\nEnd If\nSINK x\nSINK y',
        'y = ""\nFor Each x In Array("1", "2")\ny = y & x\nNext\nSINK y\nSINK VISITOR',
        'x = VISITOR\ny = x & "1"\nx = "2"\nSINK x\nSINK y',
        'x = VISITOR\ny = "1"\nSelect Case x\nCase "3"\nSINK x\nCase Else\nSINK y\nEnd Select',
    ),
}  # fmt: skip


def _renamed(code: str, language: str) -> str:
    """Give a variable another name."""
    return re.sub(r"\bx\b", "renamed", code)


def _wrapped(code: str, language: str) -> str:
    """Put everything into a branch that is always taken."""
    return f"If True Then\n{code}\nEnd If" if language in ("vb", "vbscript") else f"if (true) {{ {code} }}"


def _in_a_loop(code: str, language: str) -> str:
    """Put everything into a loop of one turn."""
    if language in ("vb", "vbscript"):
        return f"For once = 1 To 1\n{code}\nNext"
    return f"for (var once = 0; once < 1; once++) {{ {code} }}"


def _extracted(code: str, language: str) -> str:
    """Put everything into a method, and call it."""
    if language in ("vb", "vbscript"):
        return f"Sub extracted()\n{code}\nEnd Sub\nextracted" + ("()" if language == "vb" else "")
    kind = "void" if language == "c#" else "function"
    return f"{kind} extracted() {{ {code} }} extracted();"


def _constants_named(code: str, language: str) -> str:
    """Give a constant a name, which the program uses instead of it."""
    if language in ("vb", "vbscript"):
        return f'Const named = "1"\n{code}'.replace('"1"', "named").replace("= named", '= "1"', 1)
    return 'var named = "1"; ' + code.replace('"1"', "named")


def _constants_split(code: str, language: str) -> str:
    """Write a constant as the sum of two."""
    joined = '("" & "1")' if language in ("vb", "vbscript") else '("" + "1")'
    return code.replace('"1"', joined)


def _with_dead_code(code: str, language: str) -> str:
    """Add code that never runs."""
    if language in ("vb", "vbscript"):
        return f"{code}\nIf False Then\nSINK(VISITOR)\nEnd If"
    return f"{code} if (false) {{ SINK(VISITOR); }}"


def _through_a_function(code: str, language: str) -> str:
    """Pass the visitor's text through a function that returns it."""
    declared = {
        "c#": "string same(string p) { return p; } ",
        "jscript": "function same(p) { return p; } ",
        "vb": "Function same(p)\nReturn p\nEnd Function\n",
        "vbscript": "Function same(p)\nsame = p\nEnd Function\n",
    }
    return declared[language] + code.replace("VISITOR", "same(VISITOR)")


LAWS: tuple[Callable[[str, str], str], ...] = (
    _renamed, _wrapped, _in_a_loop, _extracted, _constants_named, _constants_split, _with_dead_code,
    _through_a_function,
)  # fmt: skip


def _cases() -> Iterator[Any]:
    for law in LAWS:
        for language, codes in PROGRAMS.items():
            for number, code in enumerate(codes):
                yield pytest.param(law, language, code, id=f"{law.__name__[1:]}-{language}-{number}")


@pytest.mark.parametrize(("law", "language", "code"), [*_cases()])
def test_another_way_to_write_a_program_changes_nothing(
    law: Callable[[str, str], str], language: str, code: str
) -> None:
    variant = law(code, language)
    assert variant != code
    assert seen(variant, language) == seen(code, language), live(variant)


@pytest.mark.parametrize("language", LANGUAGES)
def test_some_of_the_programs_pass_a_visitors_text_and_some_values_are_constants(language: str) -> None:
    arrived = [value for code in PROGRAMS[language] for value in seen(code, language)]
    assert "<tainted>" in str(arrived)
    assert any(isinstance(each, str) and each.isdigit() for each in arrived)
