"""The language of code that declares none."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.lang.guess import guess_language

CSHARP = """
using System.IO;
void Page_Load(object sender, EventArgs e)
{
    string name = Path.GetTempPath();
    foreach (var item in Directory.GetFiles(name)) {
        Response.Write(item + "; End If");
    }
}
"""
JSCRIPT = """
function hello(name) {
    var greeting : String = "hello " + name;
    if (greeting === undefined) { return null; }
    return greeting;
}
"""
VBNET = """
Imports System.IO
Sub Page_Load(ByVal sender As Object, ByVal e As EventArgs)
    Dim name As String = Path.GetTempPath()
    If name IsNot Nothing Then
        Response.Write(name & "; { }")
    End If
End Sub
"""
VBSCRIPT = """
Dim fso, name
Set fso = Server.CreateObject("Hello.World")
If name <> "" Then
    Response.Write "hello " & name & "; {"
End If
"""


@pytest.mark.parametrize(
    ("code", "language"), [(CSHARP, "c#"), (JSCRIPT, "jscript"), (VBNET, "vb"), (VBSCRIPT, "vbscript")]
)
@pytest.mark.parametrize("line_end", ["\n", "\r\n", "\r"])
def test_plain_code(code: str, language: str, line_end: str) -> None:
    assert guess_language(code.replace("\n", line_end)) == language


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("ev" + 'al(Request.Item["a"],"unsafe");', "jscript"),
        ("ev\\u0061" + 'l/* x */(Request.Item["a"],"unsafe");', "jscript"),
        ("ev" + 'al request("a")', "vbscript"),
        ("Exec" + 'ute(Request("a"))', "vbscript"),
    ],
)
def test_one_line(code: str, language: str) -> None:
    assert guess_language(code) == language


@pytest.mark.parametrize(
    "code", ["", 'Eval("Name")', "Title", 'Eval("Weight", "{0} item")', "#@~^AAAAAA==x;{}\n;;;==^#~@"]
)
def test_what_does_not_tell(code: str) -> None:
    assert guess_language(code) is None


@given(st.text(max_size=200))
def test_never_raises(code: str) -> None:
    assert guess_language(code) in (None, "c#", "jscript", "vb", "vbscript")
