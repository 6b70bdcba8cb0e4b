"""Natives: functions of Windows that a page declares, by the names that the library gives them."""

from __future__ import annotations

import pytest

from tests.builders.inert import unit_of
from webshellhunt.lang.natives import NATIVE, native_name

DECLARED = [
    ("c#", '[Dll·Import("kernel32")] static extern int WinExec(string a, int b);', "winexec"),
    ("c#", '[System.Runtime.InteropServices.Dll·Import("kernel32")] static extern int WinExec(string a);', "winexec"),
    ("c#", '[Dll·Import("a", EntryPoint = "CreateProcessW")] static extern bool Other(string a);', "createprocess"),
    ("c#", '[Dll·Import("a", EntryPoint = "Create" + "ProcessA")] static extern bool Other();', "createprocess"),
    ("c#", '[Obsolete("a")] static extern int WinExec(string a);', ""),
    ("c#", "static int WinExec(string a) { return 1; }", ""),
    ("c#", "delegate int WinExec(string a);", ""),
    ("vb", 'Declare Function Go Lib "kernel32" Alias "WinExec" (a As String) As Integer', "winexec"),
    ("vb", 'Declare Function Load Lib "kernel32" Alias "LoadLibraryA" (a As String) As Integer', "loadlibrary"),
    ("vb", 'Declare Function GetDATA Lib "a" () As Integer', "getdata"),
]


@pytest.mark.parametrize(("language", "code", "name"), DECLARED)
def test_a_declared_function_has_the_name_of_its_library(language: str, code: str, name: str) -> None:
    ((function,),) = unit_of(code, language).index.functions.values()
    assert native_name(function) == (NATIVE + name if name else "")
