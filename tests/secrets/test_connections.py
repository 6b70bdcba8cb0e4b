"""Passwords of connection strings, in settings and in code of any language."""

from __future__ import annotations

import pytest

from tests.secrets.cases import PASSWORD, STRINGS, rest, values


@pytest.mark.parametrize("configuration", [True, False])
@pytest.mark.parametrize("spelling", STRINGS)
def test_a_password_in_any_spelling(spelling: str, configuration: bool) -> None:
    text = f"<p>\n{spelling}\n</p>"
    assert rest(text.replace("*", PASSWORD), configuration=configuration) == text


def test_a_password_in_pieces_is_one() -> None:
    text = f'c = "Server=db;Password={PASSWORD[:5]}" + "{PASSWORD[5:9]}" & _\n  "{PASSWORD[9:]};Timeout=3"'
    assert values(text, configuration=False) == [PASSWORD]
    assert rest(text, configuration=False) == 'c = "Server=db;Password=*;Timeout=3"'


def test_a_password_in_a_string_of_its_own() -> None:
    text = 'c = "Server=db;Password=" + "*"; d = "Server=db;Password=" & _\n"*;x=" & y'
    assert rest(text.replace("*", PASSWORD), configuration=False) == text


@pytest.mark.parametrize("password", ["it's", "a&amp;b", "a&lt;b", "50%", "a&b", "{x", "p(1)", "a.b", "<x", "a b", "ä"])
def test_a_password_of_any_characters(password: str) -> None:
    assert values(f'"Server=db;Password={password};Timeout=3"', configuration=False) == [password]
    assert values(f'<x y="Server=db;Password={password};Timeout=3"/>', configuration=True) == [password]


@pytest.mark.parametrize(
    "text",
    [
        'c = "Server=db;Uid=sa;Password=;"',
        'c = "Server=db;Password=" + password + ";Timeout=3";',
        'c = "Server=db;Password=\'" & Request("p") & "\';"',
        'c = "Server=db;Password={0};"',
        'c = "Server=db;Password=****;"',
        'c = "Server=db;"; pwd = Request("p");',
        'c="Server=db;";pwd=Request("p");',
        'c = "Server=db"; pwd = "orange"',
        't.username=n.username,t.password=n.password;"Server=db"',
        'if (pwd="orange") run();',
        'sql = "select * from users where password=\'" + p + "\'"',
    ],
)
def test_a_variable_is_no_connection_string(text: str) -> None:
    assert values(text, configuration=False) == []


def test_what_is_none_hides_none() -> None:
    text = "if pwd='orange then it isn't c = \"Server=db;Password=*\" and it's so"
    assert rest(text.replace("*", PASSWORD), configuration=False) == text


def test_settings_need_no_other_part_of_the_string() -> None:
    text = '<add key="x" value="Pwd=*;"/><add key="y" value="https://a/?user=b&amp;password=*"/>'
    assert rest(text.replace("*", PASSWORD), configuration=True) == text
