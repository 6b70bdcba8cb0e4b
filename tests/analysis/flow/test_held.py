"""What sinks need beside them: words in texts and among names, but not those that a code names only to refuse them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import live, unit_of
from webshellhunt.analysis.flow.held import words_held
from webshellhunt.analysis.flow.page_analysis import PageAnalysis

WORD = "xp_cmd·shell"


def holds(code: str, language: str = "vbscript") -> bool:
    """True if a code has the procedure that starts programs as one that is run."""
    unit = unit_of(code, language)
    constants = [*PageAnalysis(unit).joined_constants().values()]
    texts = "\n".join(each.value for each in constants).lower()
    return live(f"run:{WORD}") in words_held(unit, constants, texts)


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
    assert holds(f'sql = "{statement}"')
    assert holds(f'sql = "{statement[:3]}" & "{statement[3:]}" & x')


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
    assert not holds(f'bad = Split("{listed}", "|")')
    assert not holds(f'bad = "{listed[:4]}" & "{listed[4:]}"')


@pytest.mark.parametrize(
    ("code", "language"),
    [
        (f'bad = Array("exec", "{WORD}", "drop", "or")', "vbscript"),
        (f'bad = Array("{WORD}", "drop", "and", "or")', "vbscript"),
        (f'If InStr(s, "{WORD}") > 0 Then', "vbscript"),
        (f's = Replace(s, "{WORD}", "")', "vbscript"),
        (f's = s.Replace("{WORD}", "");', "c#"),
        (f'if (s.Contains("{WORD}")) return;', "c#"),
        (f'string[] bad = {{ "exec", "{WORD}", "and", "or" }};', "c#"),
    ],
)
def test_what_is_compared_or_replaced_is_refused(code: str, language: str) -> None:
    assert not holds(code, language)


@pytest.mark.parametrize(
    ("code", "language"),
    [
        (f'var c = new SqlCommand("{WORD}", connection);', "c#"),
        (f'c.CommandText = "{WORD}"', "vbscript"),
        (f's = Replace("exec @@", "@@", "{WORD}")', "vbscript"),
        (f'r Requ·est("a"), "{WORD}"', "vbscript"),
        (f'a = Array("exec", "{WORD}")', "vbscript"),
    ],
)
def test_a_procedure_by_its_bare_name_is_run(code: str, language: str) -> None:
    assert holds(code, language)


@given(st.text("|,;()' \"x\\b", max_size=20), st.text("|,;()' \"x\\b", max_size=20))
def test_any_text_around_it_is_looked_at(before: str, after: str) -> None:
    text = f"{before}{WORD}{after}".replace('"', '""')
    assert holds(f'a = "{text}"') in (True, False)
    assert holds(f'a = "{text}"\nb = "exec master..{WORD} \'"')
