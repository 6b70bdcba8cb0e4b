"""Words that a code holds, in its texts and among its names, and those that it names only to refuse them."""

from __future__ import annotations

import pytest

from tests.builders.inert import live, unit_of
from webshellhunt.analysis.flow.held import words_held
from webshellhunt.analysis.folding import literals_of
from webshellhunt.lang.natives import NATIVE

RUN = live("run:xp_cmd·shell")


def held(code: str, language: str = "vbscript") -> frozenset[str]:
    unit = unit_of(code, language)
    constants = literals_of(unit.tokens).values()
    return words_held(unit, constants, "\n".join(each.value.lower() for each in constants))


@pytest.mark.parametrize(
    ("code", "is_run"),
    [
        ("c.Exec·ute \"exec xp_cmd·shell 'dir'\"", True),
        ('c.Exec·ute "exec xp_" & "cmd·shell \'dir\'"', True),
        ('c.Exec·ute "exec xp_dirtree"', False),
        ('bad = Split("select|insert|xp_cmd·shell|drop|delete", "|")', False),
        ('If InStr(q, "xp_cmd·shell") > 0 Then End', False),
        ('q = Replace(q, "xp_cmd·shell", "")', False),
        ('If InStr(q, "xp_cmd·shell") > 0 Then End\nc.Exec·ute "exec xp_cmd·shell \'dir\'"', True),
    ],
)
def test_what_a_code_names_to_refuse_it_is_not_held(code: str, is_run: bool) -> None:
    assert (RUN in held(code)) is is_run


def test_names_of_the_code_are_held() -> None:
    assert "name:createtext" in held('File.CreateText("a");', "c#")
    assert "name:createtext" not in held('File.Other("createtext");', "c#")


def test_declared_functions_of_windows_are_held() -> None:
    declared = '[Dll·Import("kernel32")] static extern int WinExec(string a, int b);'
    assert NATIVE + "winexec" in held(declared, "c#")
    assert NATIVE + "winexec" not in held('string a = "WinExec";', "c#")


@pytest.mark.parametrize(
    ("code", "is_unnamed"),
    [
        ('Set c = CreateObject("ADODB.Connection")\nc.Open Req·uest("d")', True),
        ('Set c = CreateObject("ADODB.Connection")\nc.Open Server.MapPath(Req·uest("d"))', False),
        ('Set c = CreateObject("ADODB.Connection")\nc.Open Application("d") & Req·uest("d")', False),
        ('Set c = CreateObject("ADODB.Connection")\nc.Open "a"', False),
        ('Set c = CreateObject("Other.Thing")\nc.Open Req·uest("d")', False),
    ],
)
def test_a_database_that_the_code_names_nowhere_is_the_visitors(code: str, is_unnamed: bool) -> None:
    assert ("provider=" in held(code)) is is_unnamed
