"""Layers of a page with what it includes."""

from __future__ import annotations

import pytest

from tests.builders.inert import live
from tests.reports.cases import SHELL
from webshellhunt.model.verdict import Disposition
from webshellhunt.pipeline import hunt
from webshellhunt.sources import MemorySource


def test_code_in_an_included_file_counts_for_the_page() -> None:
    page = b'<!-- #include file="a.txt" -->'
    report = hunt(MemorySource({"page.asp": page, "a.txt": SHELL.encode()}))
    found = {verdict.subject.path: verdict.disposition for verdict in report.verdicts}
    assert found["page.asp"] >= Disposition.SUSPICIOUS
    assert all(
        each < Disposition.SUSPICIOUS
        for each in [verdict.disposition for verdict in hunt(MemorySource({"page.asp": page})).verdicts]
    )


_DATABASE = "Function Exec·ute(command)\nSet Exec·ute = conn.Exec·ute(command)\nEnd Function"
_PAGE = '<!-- #include virtual="/lib/a.inc" --><\x25 sql = "[t]" & Req·uest("k")\nSet rows = Exec·ute(sql) \x25>'


def _judged(page: str, **included: str) -> Disposition:
    files = {f"lib/{name}.inc": live(text).encode() for name, text in included.items()}
    report = hunt(MemorySource({"page.asp": live(page).encode(), **files}))
    found = {verdict.subject.path: verdict.disposition for verdict in report.verdicts}
    return found.get("page.asp", Disposition.BENIGN)


@pytest.mark.parametrize(
    "included",
    [
        {"a": f"<\x25 {_DATABASE} \x25>"},
        {"a": '<!-- #include file="b.inc" -->', "b": '<!-- #include file="c.inc" -->', "c": f"<\x25 {_DATABASE} \x25>"},
        {"a": f'<script language="vbscript" runat="server">{_DATABASE}</script>'},
    ],
)
def test_an_evaluator_that_an_include_declares_is_a_function_of_the_page(included: dict[str, str]) -> None:
    assert _judged(_PAGE, **included) < Disposition.SUSPICIOUS


@pytest.mark.parametrize(
    "included",
    [
        {"a": "<\x25 Function Exec·ute(command)\nExec·uteGlobal command\nEnd Function \x25>"},
        {"a": "<\x25 Function Exec·ute(command)\nExec·ute = Ev·al(command)\nEnd Function \x25>"},
        {"a": f"<\x25 Class Database\n{_DATABASE}\nEnd Class \x25>"},
        {"a": "<\x25 ' " + _DATABASE.replace("\n", "\n' ") + " \x25>"},
        {"a": f"{_DATABASE}"},
        {"a": f"<script>{_DATABASE}</script>"},
        {"a": f'<script language="jscript" runat="server">/* {_DATABASE} */</script>'},
        {"a": '<\x25 text = "Function Exec·ute(command)" \x25>'},
        {"a": "<\x25 Function Exec·uted(command)\nEnd Function \x25>"},
    ],
)
def test_a_declaration_that_is_not_called_excuses_nothing(included: dict[str, str]) -> None:
    assert _judged(_PAGE, **included) is Disposition.MALICIOUS


def test_another_evaluator_of_the_page_counts() -> None:
    page = _PAGE.replace("Set rows = Exec·ute(sql)", 'Exec·uteGlobal Req·uest("k")')
    assert _judged(page, a=f"<\x25 {_DATABASE} \x25>") is Disposition.MALICIOUS
