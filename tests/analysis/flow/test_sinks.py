"""Sinks in code, whether or not it runs."""

from __future__ import annotations

import pytest

from tests.builders.inert import live, unit_of
from webshellhunt.analysis.flow.sinks import SinksInCode


def seen(code: str, language: str, **known: object) -> list[tuple[str, str]]:
    sinks = SinksInCode(unit_of(code, language).index, **known)  # type: ignore[arg-type]
    return [(each.sink.kind, each.name) for each in sinks.find() if not each.sink.kind.startswith("can:")]


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "Sub never()\nExec·ute a\nEnd Sub", [("evaluate", "execute")]),
        ("vbscript", 'Set s = CreateObject("WScr·ipt.Shell")\ns.Run a', [("process", "shell.run")]),
        (
            "vbscript",
            'CreateObject("WScr·ipt.Shell").Run a',
            [("process", "createobject.run"), ("process", "shell.run")],
        ),
        ("vbscript", 'With CreateObject("WScr·ipt.Shell")\n.Run a\nEnd With', [("process", "createobject.run")]),
        ("vbscript", 'Set s = CreateObject("Scripting.Dictionary")\ns.Run a', []),
        (
            "vbscript",
            'Sub go(s)\ns.Run a\nEnd Sub\nSet t = CreateObject("WScr·ipt.Shell")\ngo t',
            [("process", "shell.run")],
        ),
        ("vbscript", "Function Exec·ute(a)\nEnd Function\nExec·ute b", []),
        (
            "vb",
            "Dim p As New Pro·cess()\np.StartInfo.FileName = a",
            [("process", "startinfo.filename"), ("process", "processstartinfo.filename")],
        ),
        ("c#", "Pro·cess.Start(a);", [("process", "process.start")]),
        ("c#", "using P = System.Diagnostics.Pro·cess; P.Start(a);", [("process", "process.start")]),
        (
            "c#",
            'new Stream·Writer("p").Write(a);',
            [("write-path", "streamwriter"), ("write-content", "streamwriter.write")],
        ),
        ("c#", "Pro·cess p; p.Start();", [("process", "process.start")]),
        ("c#", "x = typeof(Stream·Writer);", []),
        ("c#", "a.Connection·String = b;", [("database", "a.connectionstring")]),
        ("c#", "a = b.Connection·String;", []),
        ("jscript", "ev·al(a);", [("evaluate", "eval")]),
    ],
)
def test_sinks_are_found_by_names_and_types(language: str, code: str, expected: list[tuple[str, str]]) -> None:
    assert seen(code, language) == expected


def test_objects_of_the_page_have_their_types() -> None:
    assert seen("Sh.Run a", "vbscript", objects={"sh": live("wscr·ipt.shell")}) == [("process", "shell.run")]


def test_an_evaluator_of_an_include_is_no_sink() -> None:
    assert seen("Exec·ute a", "vbscript", declared=frozenset({live("exec·ute")})) == []


def test_a_declared_function_of_windows_has_its_real_name() -> None:
    code = (
        'class A { [DllImport("kernel32", EntryPoint = "Win·Exec")] static extern int F(string a); void g() { F(b); } }'
    )
    assert ("process", live("native:win·exec")) in seen(code, "c#")


def test_a_sink_counts_where_the_code_has_its_words() -> None:
    code = 'Set x = CreateObject("Microsoft.XML·HTTP")\nx.Open "GET", a'
    assert seen(code, "vbscript") == []
    assert seen(code, "vbscript", held=frozenset({live("xml·http")})) == [("fetch", live("xml·http.open"))]
