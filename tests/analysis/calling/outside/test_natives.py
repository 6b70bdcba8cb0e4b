"""Functions of libraries of Windows that a page declares."""

from __future__ import annotations

import pytest

from webshellhunt.analysis.calling.outside.natives import native_name
from webshellhunt.lang.parser import parse
from webshellhunt.lang.tokens import tokenize
from webshellhunt.lang.tree import Function


@pytest.mark.parametrize(
    ("code", "language", "name"),
    [
        ('[DllImport("a.dll", EntryPoint = "Tell")] static extern int F(string a);', "c#", "native:tell"),
        ('[DllImport("a.dll", EntryPoint = "Te" + "ll")] static extern int F(string a);', "c#", "native:tell"),
        ('[System.Runtime.InteropServices.DllImport("a")] static extern int TellW(string a);', "c#", "native:tell"),
        ("static extern int F(string a);", "c#", ""),
        ('[Obsolete("a")] int F(string a) { return 1; }', "c#", ""),
        ('Declare Auto Function F Lib "a" Alias "TellA" (a As String) As Integer', "vb", "native:tell"),
        ('Declare Function F Lib "a" (a As String) As Integer', "vb", "native:f"),
        ('<DllImport("a", EntryPoint:="Tell")> Shared Function F(a As String)\nEnd Function', "vb", "native:tell"),
        ("Delegate Sub F(a As String)", "vb", ""),
    ],
)
def test_a_declared_function_is_known_by_its_real_name(code: str, language: str, name: str) -> None:
    (function,) = (each for each in parse(tokenize(code, language)).top.statements if isinstance(each, Function))
    assert native_name(function) == name
