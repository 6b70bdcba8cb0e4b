"""What kind of object an expression makes."""

from __future__ import annotations

import pytest

from tests.builders.looking import look


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", 'Server.CreateObject("Scripting.FileSystemObject")', "fso"),
        ("vbscript", 'CreateObject("ADO" & "DB.Stream")', "adodb.stream"),
        ("vbscript", 'GetObject("new:{72C2·4DD5-D70A-438B-8A42-98424B88AFB8}")', "wscript.shell"),
        ("vbscript", 'GetObject("winmgmts:root\\cimv2:Win32_Process")', "win32_process"),
        ("vbscript", 'CreateObject("Scripting.Dictionary")', None),
        ("vbscript", "CreateObject(x)", "unknown"),
        ("vbscript", "fso.OpenTextFile(x)", "textstream"),
        ("jscript", 'new ActiveX·Object("WScript.Shell")', "wscript.shell"),
        ("c#", "new Pro·cess()", "process"),
        ("c#", "new System.Diagnostics.Pro·cess()", "process"),
        ("c#", "new List()", None),
        ("c#", "Context.Req·uest", "request"),
        ("c#", "a.b", None),
        ("c#", "1", None),
        ("c#", "", None),
    ],
)
def test_what_kind_of_object_is_made(language: str, code: str, expected: str | None) -> None:
    expressions, size = look(code, language)
    assert expressions.objects.type_of(0, size, None) == expected


def test_a_variable_is_of_the_type_it_is_known_to_be() -> None:
    expressions, size = look("a", "c#")
    expressions.names.type_as("a", "fso")
    assert expressions.objects.type_of(0, size, None) == "fso"
    assert expressions.objects.resolve(0, None)[1] == ("fso",)
