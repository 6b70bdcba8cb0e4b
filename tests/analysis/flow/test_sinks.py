"""Sinks of a page, whether or not its code runs."""

from __future__ import annotations

import re

import pytest

from tests.builders.inert import analyse, live, roads, unit_of
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


@pytest.mark.parametrize(
    ("code", "language", "is_named"),
    [
        ('[DllImport("a.dll", EntryPoint = "Win·Exec")] static extern int F(string a);', "c#", True),
        ('[DllImport("a.dll", EntryPoint = "Win" + "Exec")] static extern int F(string a);', "c#", True),
        ('[System.Runtime.InteropServices.DllImport("a")] static extern int Win·Exec(string a);', "c#", True),
        ("static extern int F(string a);", "c#", False),
        ('[Obsolete("a")] int F(string a) { return 1; }', "c#", False),
        ('Declare Auto Function F Lib "a" Alias "Win·Exec" (a As String) As Integer', "vb", True),
        ('Declare Function F Lib "a" (a As String) As Integer', "vb", False),
        ('<DllImport("a", EntryPoint:="Win·Exec")> Shared Function F(a As String)\nEnd Function', "vb", True),
    ],
)
def test_a_declared_function_of_windows_has_its_real_name(code: str, language: str, is_named: bool) -> None:
    name = "Win·Exec" if "int Win" in code else "F"
    page = (
        f'class A {{ {code} void Page_Load() {{ {name}(Req·uest["k"]); }} }}'
        if language == "c#"
        else f'Class A\n{code}\nSub Page_Load()\n{name}(Req·uest("k"))\nEnd Sub\nEnd Class'
    )
    assert (("process", "visitor", "k") in roads(analyse(page, language))) is is_named


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ('Set f = CreateObject("Scripting.File·SystemObject").CreateText·File("a.asp")\nf.Write V', "write-content"),
        ('GetObject("winmgmts:root/cimv2:Win32_Pro·cess").Create V', "process"),
        ('GetObject("winmgmts:").Get("Win32_Pro·cess").Create V', "process"),
        ('Set s = CreateObject("WScr·ipt.Sh" & "ell")\ns.Run V', "process"),
    ],
)
def test_what_a_call_opens_is_an_object_of_its_type(code: str, kind: str) -> None:
    assert (kind, "visitor", "k") in roads(analyse(re.sub(r"\bV\b", 'Req·uest("k")', code), "vbscript"))


@pytest.mark.parametrize(("mode", "is_sink"), [("", False), (", 1", False), (", 2", True), (", mode", True)])
def test_a_file_that_is_opened_to_be_read_is_not_written(mode: str, is_sink: bool) -> None:
    code = f'Set f = CreateObject("Scripting.File·SystemObject").OpenText·File(Req·uest("k"){mode})'
    assert (("write-path", "visitor", "k") in roads(analyse(code, "vbscript"))) is is_sink


@pytest.mark.parametrize(
    ("arguments", "kind"), [('Req·uest["k"], "x"', "write-path"), ('"x.aspx", Req·uest["k"]', "write-content")]
)
def test_the_argument_of_a_sink_counts(arguments: str, kind: str) -> None:
    assert roads(analyse(f"File.Write·AllText({arguments});", "c#")) == [(kind, "visitor", "k")]


def test_the_origin_is_that_which_selects_the_file() -> None:
    code = 'File.Write·AllText(Req·uest["f"] + "\\" + Req·uest["k"], "x");'
    assert [flow.key for flow in analyse(code, "c#").flows if flow.trace is not None] == ["f"]


def test_a_server_control_starts_no_program() -> None:
    code = 'box.Shell·Execute(Req·uest["k"]);'
    assert roads(analyse(code, "c#")) == [("process", "visitor", "k")]
    assert roads(analyse(code, "c#", controls=frozenset({"box"}))) == []
