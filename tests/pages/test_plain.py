"""Plain markup: the common way to write them, and no change to what is written so."""

from __future__ import annotations

import pytest

from webshellhunt.decoding.rewrite import rewrite
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.parser import parse
from webshellhunt.pages.plain import plain_markup


def plain(text: str) -> str:
    page = parse(text, PageKind.WEB_FORM, PageSettings())
    return rewrite(text, plain_markup(text, page)).text


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("<% @Page\r\n\tDebug = 'true'  Language = 'C#'%>x", '<%@ Page Language="C#" Debug="true" %>x'),
        ("<%@Language=VBScript%>", '<%@ Language="VBScript" %>'),
        ("<script runat='&#115;erver' language=C&#35;>x</script>", '<script runat="server" language="C#">x</script>'),
        ('<%@  page Language ="C#" %>', '<%@ page Language="C#" %>'),
    ],
)
def test_markup_is_written_the_common_way(written: str, expected: str) -> None:
    assert plain(written) == expected


@pytest.mark.parametrize(
    "text", ['<%@ Page Language="C#" Debug="true" %>', '<%@Page Language="C#"%>', "<%@ Page x='\"' %>"]
)
def test_common_markup_is_left_alone(text: str) -> None:
    assert plain(text) == text
