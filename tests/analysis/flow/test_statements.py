"""Statements of a database: those that run programs, and lists of words that a page refuses."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import analyse

WORD = "xp_cmd·shell"


def runs(code: str, language: str = "vbscript") -> bool:
    """True if what the visitor says in a statement may start a program beside this code."""
    query = (
        '\nSet conn = CreateObject("ADODB.Connection")\nconn.Exec·ute Req·uest("q")'
        if language == "vbscript"
        else 'var q = new SqlCommand(Req·uest["q"], c);'
    )
    return any(flow.kind == "query" for flow in analyse(f"{code}{query}", language).flows)


@pytest.mark.parametrize(
    "text",
    [
        "exec master..{}",
        "EXEC master.dbo.{} '",
        "select 1;exec {} '",
        "1;exec master..{} ",
        "{} 'dir'",
        "{}",
        "sp_addextendedproc '{}','a.dll'",
        "sp_configure '{}', 1",
        "drop|{}|insert;exec master..{} 'a'",
        "exec [master]..[{}] @a",
        "exec|{}|z",
        "exec sp_executesql N'exec @p @c',N'@p sysname,@c varchar(999)',{},'",
    ],
)
def test_a_procedure_in_a_statement_is_run(text: str) -> None:
    statement = text.replace("{}", WORD)
    assert runs(f'sql = "{statement}"')
    assert runs(f'sql = "{statement[:3]}" & "{statement[3:]}" & x')


@pytest.mark.parametrize(
    "text",
    [
        "'|and|exec|{}|insert",
        "exec,{},drop,and",
        "{}|sp_oacreate|and|or",
        "and; {} ; or ; not",
        "(?:'|exec|\\s{}|drop)",
        "'exec','{}','drop','and'",
        "net user|exec master.dbo.{}|net localgroup|or",
        "a|exec%20{}|b|c",
    ],
)
def test_an_entry_of_a_list_is_refused(text: str) -> None:
    listed = text.replace("{}", WORD)
    assert not runs(f'bad = Split("{listed}", "|")')
    assert not runs(f'bad = "{listed[:4]}" & "{listed[4:]}"')


@pytest.mark.parametrize(
    ("code", "language"),
    [
        (f'bad = Array("exec", "{WORD}", "drop", "or")', "vbscript"),
        (f'bad = Array("{WORD}", "drop", "and", "or")', "vbscript"),
        (f'If InStr(s, "{WORD}") > 0 Then t = 1', "vbscript"),
        (f's = Replace(s, "{WORD}", "")', "vbscript"),
        (f's = s.Replace("{WORD}", "");', "c#"),
        (f'if (s.Contains("{WORD}")) return;', "c#"),
        (f'string[] bad = {{ "exec", "{WORD}", "and", "or" }};', "c#"),
    ],
)
def test_what_is_compared_or_replaced_is_refused(code: str, language: str) -> None:
    assert not runs(code, language)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        (f'var c = new SqlCommand("{WORD}", connection);', "c#"),
        (f'c.CommandText = "{WORD}"', "vbscript"),
        (f's = Replace("exec @@", "@@", "{WORD}")', "vbscript"),
        (f'r Requ·est("a"), "{WORD}"', "vbscript"),
    ],
)
def test_a_procedure_by_its_bare_name_is_run(code: str, language: str) -> None:
    assert runs(code, language)


def test_a_statement_of_the_visitor_alone_starts_no_program() -> None:
    assert not runs("")


@given(st.text("|,;()' \"x\\b", max_size=20), st.text("|,;()' \"x\\b", max_size=20))
def test_any_text_around_it_is_looked_at(before: str, after: str) -> None:
    text = f"{before}{WORD}{after}".replace('"', '""')
    assert runs(f'a = "{text}"\nb = "exec master..{WORD} \'"')
