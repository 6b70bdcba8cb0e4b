"""A layer written plainly, for signatures."""

from __future__ import annotations

import pytest

from tests.views.test_sample import SHELL, sample
from webshellhunt.decoding.rewrite import rewrite
from webshellhunt.model.settings import PageKind, PageSettings
from webshellhunt.pages.parser import parse
from webshellhunt.views.normalised_text import plain_layers, plain_markup


def test_a_disguised_call_is_written_plainly() -> None:
    (layer,) = sample(SHELL.replace("Request", "Request/* a */")).layers
    plain = {each.name: each.text for each in plain_layers(layer)}
    assert "Request.Item" in plain["text, written plainly"]


def test_strings_in_pieces_are_joined() -> None:
    (layer,) = sample(SHELL.replace('"k"', '"a"+"b"')).layers
    assert any('"ab"' in each.text for each in plain_layers(layer))


def test_plain_code_needs_no_other_layer() -> None:
    assert not list(plain_layers(sample(SHELL).layers[0]))


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
