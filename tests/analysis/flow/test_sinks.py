"""Sinks of a page, whether or not its code runs."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse, live, unit_of
from webshellhunt.analysis.flow.page_analysis import PageAnalysis


def sinks(code: str, language: str, **known: object) -> list[tuple[str, str]]:
    analysis = analyse(code, language, **known)  # type: ignore[arg-type]
    return [(sink.kind, name) for sink, name, _ in analysis.sinks if not sink.kind.startswith("can:")]


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("vbscript", "Sub never()\nExec·ute a\nEnd Sub", [("evaluate", "execute")]),
        ("vbscript", 'Set s = CreateObject("WScr·ipt.Shell")\ns.Run a', [("process", "shell.run")]),
        ("vbscript", 'CreateObject("WScr·ipt.Shell").Run a', [("process", "shell.run")]),
        ("vbscript", 'With CreateObject("WScr·ipt.Shell")\n.Run a\nEnd With', [("process", "createobject.run")]),
        ("vbscript", 'Set s = CreateObject("Scripting.Dictionary")\ns.Run a', []),
        (
            "vbscript",
            'Sub go(s)\ns.Run a\nEnd Sub\nSet t = CreateObject("WScr·ipt.Shell")\ngo t',
            [("process", "shell.run")],
        ),
        ("vbscript", "Function Exec·ute(a)\nEnd Function\nExec·ute b", []),
        ("vb", "Dim p As New Pro·cess()\np.StartInfo.FileName = a", [("process", "processstartinfo.filename")]),
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
        ("vbscript", 'Set x = CreateObject("Microsoft.XML·HTTP")\nx.Open "GET", a', [("fetch", "xml·http.open")]),
        ("vbscript", 'x.Open "GET", a', []),
    ],
)
def test_sinks_are_found_by_names_and_types(language: str, code: str, expected: list[tuple[str, str]]) -> None:
    assert {(kind, live(name)) for kind, name in expected} <= {*sinks(code, language)}
    assert bool(expected) is bool(sinks(code, language))


def test_objects_of_the_page_have_their_types() -> None:
    assert ("process", "shell.run") in sinks("Sh.Run a", "vbscript", objects={"sh": live("wscr·ipt.shell")})


def test_an_evaluator_of_an_include_is_no_sink() -> None:
    unit = unit_of("Exec·ute Req·uest(1)", "vbscript")
    assert PageAnalysis(unit).sinks
    assert PageAnalysis(unit).flows
    unit.declared = frozenset({live("exec·ute")})
    assert not PageAnalysis(unit).flows


def test_a_declared_function_of_windows_has_its_real_name() -> None:
    code = (
        'class A { [DllImport("kernel32", EntryPoint = "Win·Exec")] static extern int F(string a); void g() { F(b); } }'
    )
    assert ("process", live("native:win·exec")) in sinks(code, "c#")
