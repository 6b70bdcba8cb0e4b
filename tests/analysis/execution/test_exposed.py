"""Exposed variables: a loop turns again only where another turn may do more."""

from __future__ import annotations

from unittest.mock import patch

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.interpreted import run, seen, written
from webshellhunt.analysis.domain.taints import traces_of
from webshellhunt.analysis.execution import fixpoints
from webshellhunt.analysis.execution.exposed import Exposed, exposed_names
from webshellhunt.analysis.machine.frames import GOES_ON
from webshellhunt.lang.parser import parse
from webshellhunt.lang.symbol_collection import collect
from webshellhunt.lang.tokens import tokenize

NONE: frozenset[str] = frozenset()
EXPOSED: list[tuple[str, set[str], set[str]]] = [
    ("x = a\ny = x", {"a"}, set()),
    ("y = x\nx = a", {"a", "x"}, set()),
    ("s = s & a", {"a"}, {"s"}),
    ('s = s & a\nIf s = "" Then b = 1', {"a", "s"}, set()),
    ("If a Then x = 1\ny = x", {"a", "x"}, set()),
    ("If a Then\nx = 1\nElse\nx = 2\nEnd If\ny = x", {"a"}, set()),
    ("Select Case a\nCase 1\nx = 1\nCase Else\nx = 2\nEnd Select\ny = x", {"a"}, set()),
    ("Select Case a\nCase 1\nx = 1\nEnd Select\ny = x", {"a", "x"}, set()),
    ("For i = 1 To n\ny = i\nNext", {"n"}, set()),
    ("Do While b\nx = 1\nLoop\ny = x", {"b", "x"}, set()),
    ("With o\nx = 1\nEnd With\ny = x", {"o"}, set()),
    ("x = f(y)", {"f", "y", "g"}, set()),
    ("o(x) = 1", {"o", "x"}, set()),
    ("Set o = New C", {"h"}, set()),
]
FUNCTIONS = "\nFunction f(a)\nb = a\nf = g\nEnd Function\nClass C\nSub Class_Initialize\nk = h\nEnd Sub\nEnd Class"


def exposed(body: str, *, goes_on: bool = False) -> Exposed | None:
    top = parse(tokenize(f"Do\n{body}\nLoop{FUNCTIONS}", "vbscript")).top
    return exposed_names(collect(top, "vbscript"), top.statements[0], goes_on=goes_on)


@pytest.mark.parametrize(("body", "read", "grown"), EXPOSED)
def test_a_variable_that_each_turn_assigns_first_is_not_exposed(body: str, read: set[str], grown: set[str]) -> None:
    found = exposed(body)
    assert found is not None
    assert found.read - {"k", "class_initialize", "b"} == read - {"b"}
    assert found.grown == grown


def test_an_assignment_may_fail_where_the_page_goes_on_after_errors() -> None:
    assert exposed("x = a\ny = x", goes_on=True) == Exposed(frozenset({"a", "x"}), NONE)
    assert exposed("On Error Resume Next\nx = a\ny = x") == Exposed(frozenset({"a", "x", GOES_ON}), NONE)


@pytest.mark.parametrize("body", ["Exec·ute a", "Set r = GetRef(a)", "x = Ev·al(a)"])
def test_a_loop_that_runs_a_text_may_read_anything(body: str) -> None:
    assert exposed(written(body, "vbscript")) is None


CASES = [
    ("Do While UNSURE\nSINK x\nx = VISITOR\nLoop", True),
    ("Do While UNSURE\nShow\nx = VISITOR\nLoop\nSub Show\nSINK x\nEnd Sub", True),
    ("Do While UNSURE\nIf UNSURE Then x = 1\nSINK x\nx = VISITOR\nLoop", True),
    ("Do While UNSURE\nx = 1\nSINK x\nx = VISITOR\nLoop", False),
    ("On Error Resume Next\nDo While UNSURE\nx = CInt(\"a\")\nSINK x\nx = VISITOR\nLoop", True),
    ("Set d = CreateObject(\"Scripting.Dictionary\")\nDo While UNSURE\nSINK d(1)\nd(1) = VISITOR\nLoop", True),
    ("Do While UNSURE\ns = s & VISITOR\nLoop\nSINK s", True),
    ("Class C\nPublic Default Property Get P\nP = x\nEnd Property\nEnd Class\nSet o = New C\n"
     "Do While UNSURE\nSINK \"\" & o\nx = VISITOR\nLoop", True),
    ("Dim a\nDo While UNSURE\nShow a\nLoop\nSub Show(b)\nSINK b\nb = VISITOR\nEnd Sub", True),
    ("Property Get P\nP = x\nEnd Property\nDo While UNSURE\nSINK P\nx = VISITOR\nLoop", True),
    ("Do While UNSURE\nSINK a\na = b\nb = c\nc = VISITOR\nLoop", True),
]  # fmt: skip


@pytest.mark.parametrize(("code", "is_tainted"), CASES)
def test_a_value_of_an_earlier_turn_arrives(code: str, is_tainted: bool) -> None:
    arrivals = run(code, "vbscript").arrivals
    assert any(traces_of(value) for each in arrivals for value in each.arguments) is is_tainted


def test_a_text_that_grows_is_any_text_after_the_loop() -> None:
    assert seen('s = "a"\nDo While UNSURE\ns = s & UNSURE\nLoop\nSINK s', "vbscript") == ["<string>"]
    assert seen("i = 0\nDo While UNSURE\ni = i + 1\nLoop\nSINK i", "vbscript") == ["<number>"]


POOL = (
    "a = VISITOR", "a = b", "b = a", "c = b", "a = 1", "b = b & a", "c = c + 1", "SINK a", "SINK b", "SINK c", "f a",
    "b = g(c)", "If UNSURE Then", "If a Then a = c", "Else", "End If", "Do While UNSURE", "Loop", "Next",
    "For i = 1 To 2", "For Each a In UNSURE", "Exit Do", "d(0) = a", "b = d(0)", "On Error Resume Next",
    'a = CInt("x")', "h", "Dim a",
)  # fmt: skip
OWN = "\nSub f(x)\nx = b\nEnd Sub\nFunction g(x)\ng = a & x\nEnd Function\nSub h\nc = a\nEnd Sub\nDim d(3)"


@given(st.lists(st.sampled_from(POOL), min_size=2, max_size=14))
def test_no_taint_is_lost_without_the_other_turns(lines: list[str]) -> None:
    code = "\n".join(["Do While UNSURE", *lines, "Loop", "SINK a & b & c", OWN])
    found = _tainted(code)
    with patch.object(fixpoints, "exposed_by", lambda *_: None):
        assert found == _tainted(code)


def _tainted(code: str) -> set[tuple[int, bool]]:
    arrivals = run(code, "vbscript").arrivals
    return {(each.place, any(map(traces_of, each.arguments))) for each in arrivals}
