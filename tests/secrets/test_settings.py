"""Passwords among settings, by the name of what holds them."""

from __future__ import annotations

import pytest

from tests.secrets.cases import PASSWORD, SETTINGS, rest, values


@pytest.mark.parametrize("spelling", SETTINGS)
def test_a_setting_that_is_secret_by_its_name(spelling: str) -> None:
    if "<value>" in spelling:
        spelling = spelling.replace("\r\n", "")
    text = f'<a b="c">\n{spelling}\n<d e="f"/>'
    assert rest(text.replace("*", PASSWORD), configuration=True) == text


@pytest.mark.parametrize(
    "text",
    [
        '<identity password=""/>',
        '<add key="Title" value="Welcome"/><add key="Home" value="~/"/>',
        '<membership minRequiredPasswordLength="7" passwordFormat="Hashed" enablePasswordRetrieval="false"/>',
        '<add name="a" connectionStringName="LocalSqlServer" />',
        '<assemblyIdentity name="a" publicKeyToken="31bf3856ad364e35" />',
        "</password>\n<b/>",
    ],
)
def test_what_is_no_secret(text: str) -> None:
    assert values(text, configuration=True) == []


@pytest.mark.parametrize("value", ["a&lt;b&amp;c", "a>b", "it's", "a\nb", "päss"])
def test_a_value_of_any_characters(value: str) -> None:
    assert values(f'<add key="Password" value="{value}"/><add value="{value}" key="Pwd"/>', configuration=True) == [
        value,
        value,
    ]


def test_a_value_that_never_ends_takes_what_follows() -> None:
    assert values(f'<identity password="{PASSWORD}/>\n<a/>', configuration=True) == [f"{PASSWORD}/>\n<a/>"]


def test_code_among_settings_is_the_intruders() -> None:
    text = f'<a/><!-- <% password = "{PASSWORD}" %> --><identity password="{PASSWORD}"/>'
    assert rest(text, configuration=True) == f'<a/><!-- <% password = "{PASSWORD}" %> --><identity password="*"/>'


@pytest.mark.parametrize(
    "text",
    [
        '<% password = "*" : if Request("p") = password then %>',
        'string Password = "*"; const PWD="*"',
        '<input type="hidden" name="password" value="*">',
        '<asp:TextBox id="password" value="*" runat="server"/>',
        '"http://example.org/x.aspx?user=a&pwd=*"',
        '"http://example.org/x.aspx?server=b&amp;user=a&amp;pwd=*"',
        'user.password = "*"; server = "a";',
    ],
)
def test_the_words_of_a_page_are_the_intruders(text: str) -> None:
    assert values(text.replace("*", PASSWORD), configuration=False) == []


@pytest.mark.parametrize(
    "spelling", [each for each in SETTINGS if each.startswith(("<identity", "<proc", "<add key", "<net", "&lt;"))]
)
def test_settings_that_a_page_quotes_are_the_victims(spelling: str) -> None:
    text = f'<%@ Page Language="C#" %>\n{spelling}\n'
    assert rest(text.replace("*", PASSWORD), configuration=False) == text
