"""A visitor's text in evaluated text is a hole only where it can be no statement, and nothing else runs anything."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import analyse
from webshellhunt.analysis.flow.holes import CHOSEN, QUOTED

_ESCAPED = 'Replace(Req·uest("a"), """", """""")'
_CASES = 's = Req·uest("f")\nSelect Case Left(s, 3)\nCase "abc"\nx = 1\nCase "def"\n{}\nEnd Select'


def holes(code: str, language: str = "vbscript") -> list[str]:
    return [flow.shape.hole for flow in analyse(code, language).flows if flow.kind == "evaluate" and flow.from_visitor]


def evaluated(code: str) -> list[str]:
    """Return the holes of the visitor's texts that are evaluated, also in texts that are."""
    flows = [each for flow in analyse(code, "vbscript").flows for each in (flow, *flow.inner)]
    return [flow.shape.hole for flow in flows if flow.kind == "evaluate" and flow.from_visitor]


@pytest.mark.parametrize(
    "code",
    [
        f'Exec·ute "x = """ & {_ESCAPED} & """"',
        'v = Req·uest("a")\nExec·ute "x = """ & Trim(Replace(v, Chr(34), "")) & """"',
        f'v = {_ESCAPED}\nc = "x = """ & v & """"\nExec·ute c',
        'Function q(a)\nq = """" & Replace(a, """", """""") & """"\nEnd Function\nExec·ute "x = " & q(Req·uest("a"))',
        'Exec·ute "x = """ & Server.HTMLEncode(Req·uest("a")) & """"',
        f'Exec·ute "x = """ & {_ESCAPED} & """" & vbCrLf & "y = 1"',
        f'k = """ : y = 1"\nExec·ute "x = """ & {_ESCAPED} & k',
    ],
)
def test_a_quoted_value_is_a_value(code: str) -> None:
    assert evaluated(code) == []


def test_a_quoted_value_of_an_expression_is_a_hole() -> None:
    assert holes(f'x = Ev·al("f(""" & {_ESCAPED} & """)")') == [QUOTED]


@pytest.mark.parametrize("frame", ['"j = " & s', '"Response.Write UBound(" & s & ")"', '"j = f(1," & s'])
def test_a_chosen_text_is_a_hole(frame: str) -> None:
    assert holes(_CASES.format(f"Exec·ute {frame}")) == [CHOSEN]


@pytest.mark.parametrize(
    "code",
    [
        'Exec·ute "x = """ & Req·uest("a") & """"',
        f'Exec·ute "x = " & {_ESCAPED}',
        f'Exec·ute "x = """"" & {_ESCAPED}',
        f'Exec·ute "x = 1 \'""" & {_ESCAPED}',
        f'Exec·ute "x = """ & Session("z") & {_ESCAPED} & """"',
        f'Exec·ute "x = """ & {_ESCAPED} & """" & Req·uest("b")',
        'Exec·ute "x = """ & Replace(Req·uest("a"), """", "x""") & """"',
        'Exec·ute "x = """ & Replace(Req·uest("a"), "\'", "") & """"',
        f'Exec·ute "Exec·ute """ & {_ESCAPED} & """"',
        f'Exec·ute "y = """ & {_ESCAPED} & """"\nExec·ute y',
        f'Exec·ute "y = """ & {_ESCAPED} & """ : Exec·ute(y)"',
        f'Exec·ute "y = """ & {_ESCAPED} & """ : Ex" & "ec·ute y"',
        f'k = """ : Ex" & "ec·ute y"\nExec·ute "y = """ & {_ESCAPED} & k',
        f'Exec·ute "y = """ & {_ESCAPED} & """ : [Exec·ute] y"',
        f'Function g(x)\nEv·al x\nEnd Function\nExec·ute "y = """ & {_ESCAPED} & """ : Set s = GetRef(""g"") : s(y)"',
        f'Exec·ute "y = """ & {_ESCAPED} & """ : " & Session("z")',
        f'Sub g(vbCrLf)\nExec·ute "y = """ & {_ESCAPED} & """" & vbCrLf\nEnd Sub\ng ": Exec·ute y"',
        f'Exec·ute "y = """ & {_ESCAPED} & """"\nz = y\nExec·uteGlobal z',
        f'Function Replace(a, b, c)\nReplace = a\nEnd Function\nExec·ute "x = """ & {_ESCAPED} & """"',
        'Exec·ute "x = " & Req·uest("a")',
        'Exec·ute "if 1 then " & Req·uest("a")',
        'Exec·ute "x = 1:" & Req·uest("a")',
        'Exec·ute "f(" & Req·uest("a")',
        _CASES.format("Exec·ute s"),
        _CASES.format('Exec·ute "if 1 then " & s'),
        _CASES.format('Exec·ute "j = 1:" & s'),
        _CASES.format('s = Req·uest("g")\nExec·ute "j = " & s'),
        _CASES.format('x = 2\nCase Else\nExec·ute "j = " & s'),
        _CASES.replace("Left(s", "Left(Session(1)").format('Exec·ute "j = " & s'),
        _CASES.replace('Case "abc"\n', "").format('Exec·ute "j = " & s'),
    ],
)
def test_whatever_may_be_a_statement_is_none(code: str) -> None:
    assert set(evaluated(code)) == {""}


@given(st.text(alphabet="abc =(),.:'\n\"", max_size=12))
def test_only_in_an_open_literal_a_text_is_a_value(front: str) -> None:
    written = front.replace('"', '""').replace("\n", '" & vbCrLf & "')
    line = front.rpartition("\n")[2]
    if not evaluated(f'Exec·ute "{written}" & {_ESCAPED}'):
        assert line.count('"') % 2 == 1
    assert holes(f'Exec·ute "{written}" & Req·uest("a")') in ([""], [])
