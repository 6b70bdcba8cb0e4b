"""Controls that a page does not name in its markup."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import unit_of
from webshellhunt.code.calls import Calls
from webshellhunt.code.controls import find_controls


def found(code: str, language: str) -> tuple[set[str], list[str]]:
    unit = unit_of(code, language)
    controls = find_controls(unit, Calls(unit))
    return set(controls.names), [unit.value(token) for token in sorted(controls.members)]


@pytest.mark.parametrize(
    ("language", "code", "names", "members"),
    [
        ("c#", "TextBox a = null;", {"a"}, []),
        ("c#", "var a = new System.Web.UI.WebControls.TextBox();", {"a"}, []),
        ("c#", "var a = (TextBox)x.FindControl(1);", {"a"}, []),
        ("c#", "var a = x.FindControl(1) as TextBox;", {"a"}, []),
        ("c#", "foreach (TextBox a in all) { }", {"a"}, []),
        ("c#", "((TextBox)FindControl(1)).Text", set(), ["Text"]),
        ("c#", "((System.Web.UI.WebControls.TextBox)f(1)).Text", set(), ["Text"]),
        ("c#", "(f(1) as HiddenField).Value", set(), ["Value"]),
        ("vb", "Dim a As New TextBox()", {"a"}, []),
        ("vb", "a = CType(f(1), TextBox)", {"a"}, []),
        ("vb", "x = DirectCast(f(1), TextBox).Text", {"x"}, ["text"]),
        ("jscript", "var a : TextBox = f(1);", {"a"}, []),
        ("c#", "Label a = null;", set(), []),
        ("c#", "f(x, TextBox).Text", set(), []),
        ("c#", "((TextBox)", set(), []),
    ],
)
def test_controls_are_told_by_their_type(language: str, code: str, names: set[str], members: list[str]) -> None:
    assert found(code, language) == (names, members)


@given(st.text(alphabet='TextBox as()=,.;{}" \n'), st.sampled_from(["c#", "vb", "jscript"]))
def test_no_text_breaks_it(code: str, language: str) -> None:
    found(code, language)
