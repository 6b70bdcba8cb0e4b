"""Controls that a page does not name in its markup: a visitor fills them in, whatever their variable is called."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse, roads

RUN = [("process", "visitor", None)]


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("c#", "TextBox a = null; void f() { Pro·cess.Start(a.Text); }"),
        ("c#", "protected TextBox a; void Page_Load() { Pro·cess.Start(a.Text); }"),
        ("c#", "void Page_Load() { var a = new System.Web.UI.WebControls.TextBox(); Pro·cess.Start(a.Text); }"),
        ("c#", "void Page_Load() { var a = (TextBox)x.FindControl(1); Pro·cess.Start(a.Text); }"),
        ("c#", "void Page_Load() { var a = x.FindControl(1) as TextBox; Pro·cess.Start(a.Text); }"),
        ("c#", "void Page_Load() { foreach (TextBox a in all) { Pro·cess.Start(a.Text); } }"),
        ("c#", "void Page_Load() { Pro·cess.Start(((TextBox)FindControl(1)).Text); }"),
        ("c#", "void Page_Load() { Pro·cess.Start(((System.Web.UI.WebControls.TextBox)f(1)).Text); }"),
        ("c#", "void Page_Load() { Pro·cess.Start((f(1) as HiddenField).Value); }"),
        ("vb", "Sub Page_Load()\nDim a As New TextBox()\nPro·cess.Start(a.Text)\nEnd Sub"),
        ("vb", "Sub Page_Load()\nDim a = CType(f(1), TextBox)\nPro·cess.Start(a.Text)\nEnd Sub"),
        ("vb", "Sub Page_Load()\nPro·cess.Start(DirectCast(f(1), TextBox).Text)\nEnd Sub"),
        ("jscript", "var a : TextBox = f(1); Pro·cess.Start(a.Text);"),
    ],
)
def test_a_control_is_known_by_its_type(language: str, code: str) -> None:
    assert roads(analyse(code, language)) == RUN


@pytest.mark.parametrize(
    ("language", "code"),
    [
        ("c#", "void Page_Load() { Label a = null; Pro·cess.Start(a.Text); }"),
        ("c#", "void Page_Load() { Pro·cess.Start(f(x, TextBox).Text); }"),
        ("c#", "void Page_Load() { TextBox a = null; Pro·cess.Start(a.ID); }"),
    ],
)
def test_anything_else_is_none(language: str, code: str) -> None:
    assert roads(analyse(code, language)) == []
