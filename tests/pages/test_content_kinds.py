"""Content kinds: under which names a server may have read a content whose name is lost."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from webshellhunt.model.places import Role
from webshellhunt.pages.content_kinds import kinds_of

PROGRAM = b"MZ" + bytes(58) + b"\x40\0\0\0PE\0\0" + bytes(200)
C_SOURCE = "// made\n/* by */ using System.Web;\nnamespace A { class B { } }"


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ('<\x25@ Page Language="C#" \x25><p>', ["page.aspx"]),
        ('<\x25@WebHandler Class="A"\x25> class A { }', ["page.ashx"]),
        ('\n <!-- a --><\x25@ webservice class="A"\x25>', ["page.asmx"]),
        ('<\x25@ ServiceHost Service="A"\x25>', ["page.svc"]),
        ("<\x25@ Control \x25>", ["control.ascx"]),
        ("<\x25@ Master \x25>", ["site.master"]),
        ("<\x25@ Application \x25>", ["global.asax"]),
        ('<\x25@ Language="VBScript" CodePage=65001\x25><\x25 x = 1 \x25>', ["page.asp"]),
        ('<\x25@ Language="C#"\x25><\x25 x = 1; \x25>', ["page.aspx"]),
        ('<\x25@ Language="JScript"\x25><\x25 x = 1; \x25>', ["page.aspx", "page.asp"]),
        ("<\x25 Dim x \x25>", ["page.asp", "page.aspx"]),
        ("<\x25= 1 \x25>", ["page.aspx", "page.asp"]),
        ('<script runat="server"></script>', ["page.aspx", "page.asp"]),
        ("#@~^AAAA", ["page.asp", "page.aspx"]),
        ("@{ var x = 1; }", ["page.cshtml"]),
        ("<p>@Request.Url</p>", ["page.cshtml"]),
        ("@Code\n Dim x = 1\nEnd Code", ["page.vbhtml", "page.cshtml"]),
        (C_SOURCE, ["App_Code.0.cs"]),
        ("' made\nImports System\nPublic Class A\nEnd Class", ["App_Code.0.vb"]),
        ('<?xml version="1.0"?>\n<!-- a -->\n<configuration/>', ["web.config"]),
        ("<configuration><system.applicationHost/></configuration>", ["applicationHost.config"]),
        ("<configuration/>\n<!-- <\x25 Set x = 1 \x25> -->", ["web.config", "page.asp", "page.aspx"]),
        ('<?xml version="1.0"?><preserve resultType="3" />', ["page.aspx.cdcab7d2.compiled"]),
        (
            '<?xml version="1.0"?><Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task" />',
            ["C:/Windows/System32/Tasks/"],
        ),
        ("<?php echo 1;", ["page.php"]),
        ('<\x25@ page import="java.io.*"\x25>', ["page.jsp", "page.aspx"]),
        ("<\x25= 1 \x25><?php echo 1;", ["page.aspx", "page.asp", "page.php"]),
        ("<\x25-- <\x25@ language=vbscript \x25> --\x25><\x25= 1 \x25>", ["page.aspx", "page.asp"]),
        ("<\x25 x \x25><\x25@ Page \x25>", ["page.aspx", "page.asp"]),
        ("body { color: red } /* me@example.org */", []),
        ("plain", []),
        ("", []),
    ],
)
def test_a_text_has_the_names_under_which_it_may_run(text: str, names: list[str]) -> None:
    assert [kind.name for kind in kinds_of(text.encode())] == names
    if text:
        for encoding in ("utf-16", "utf-16-be", "utf-8-sig", "utf-32"):
            assert [kind.name for kind in kinds_of(text.encode(encoding))] == names


def test_source_and_programs_are_code_in_one_role_only() -> None:
    assert [kind.role for kind in kinds_of(C_SOURCE.encode())] == [Role.TEMP_ASPNET]
    assert [(kind.name, kind.role) for kind in kinds_of(PROGRAM)] == [("library.dll", Role.BIN)]
    assert [kind.role for kind in kinds_of(b"<\x25@ Page \x25>")] == [None]


@pytest.mark.parametrize(
    ("text", "doubtful"),
    [
        ("<\x25 Set x = y \x25>", True),
        ("<\x25\nSub Name(x)\nEnd Sub\x25>", True),
        ("<\x25 Dim x : Set y = x \x25>", True),
        ("<\x25 Dim x \x25>", False),
        ("<\x25= 1 \x25> set x = y", False),
    ],
)
def test_what_only_vbscript_has_makes_a_page_of_net_doubtful(text: str, doubtful: bool) -> None:
    assert {kind.name: kind.doubtful for kind in kinds_of(text.encode())} == {"page.asp": False, "page.aspx": doubtful}


def test_a_page_in_a_picture_or_program_is_one_too() -> None:
    page = b'<\x25@ Page Language="C#"\x25><\x25 Response.Write(Request["a"]); \x25>'
    picture = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 8
    assert not kinds_of(picture)
    assert "page.aspx" in [kind.name for kind in kinds_of(picture + page)]
    assert [kind.name for kind in kinds_of(PROGRAM + page)] == ["library.dll", "page.aspx", "page.asp"]


def test_a_format_that_hides_pages_is_a_page() -> None:
    assert [kind.name for kind in kinds_of(b"!BDN" + bytes(600))] == ["page.aspx"]


@given(st.binary(max_size=300) | st.text(alphabet="<\x25@ =#~^'\"pagelnrutcode\n;{}?", max_size=200).map(str.encode))
@example(b"<" * 5000)
def test_any_content_has_few_names(data: bytes) -> None:
    kinds = kinds_of(data)
    assert len({kind.name for kind in kinds}) == len(kinds) <= 16
