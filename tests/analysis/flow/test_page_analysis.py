"""Each kind of road, language by language; where it must end; and how much a hostile page may cost."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.builders.inert import analyse, live, roads
from tests.builders.steps import at_most
from webshellhunt.analysis import judging
from webshellhunt.analysis.flow.page_analysis import NAMESPACE, iter_stylesheet_scripts
from webshellhunt.analysis.judging import MAX_FLOWS, PageFlows
from webshellhunt.core.budget import MOST_TEXT_DEPTH

Road = tuple[str, str, str | None]
Table = dict[str, tuple[str, list[Road]]]

VISITOR: Road = ("evaluate", "visitor", "k")
RUN: Road = ("process", "visitor", "k")

_VBSCRIPT: Table = {
    "a condition in brackets": ('Exec·ute Req·uest("k") & (a = b)', [VISITOR]),
    "direct": ('ev·al Req·uest("k")', [VISITOR]),
    "in brackets": ('Exec·ute(Req·uest.Form("k"))', [VISITOR]),
    "a call without brackets": ('Exec·ute·Global Req·uest.Form("k")', [VISITOR]),
    "any case": ('eX·ECute rE·Quest.fOrm("k")', [VISITOR]),
    "a variable": ('x = Req·uest("k")\nExec·ute x', [VISITOR]),
    "on one line": ('Dim x : x = Req·uest("k") : Exec·ute x', [VISITOR]),
    "against the order of the text": ('Exec·ute x\nx = y\ny = Req·uest("k")', []),
    "against the order of the text, in two requests": (
        'Exec·ute Sess·ion("s")\nx = Req·uest("k")\nSess·ion("s") = x',
        [VISITOR],
    ),
    "behind a condition": ('If Len(Session("a")) > 0 Then Exec·ute Req·uest("k")', [VISITOR]),
    "a line that goes on": ('Exec·ute _\n  Req·uest("k")', [VISITOR]),
    "through a function": ('Function f(a)\nf = a\nEnd Function\nExec·ute f(Req·uest("k"))', [VISITOR]),
    "a return value": ('Function f()\nf = Req·uest("k")\nEnd Function\nExec·ute f()', [VISITOR]),
    "a parameter": ('Sub run(a)\nExec·ute a\nEnd Sub\nrun Req·uest("k")', [VISITOR]),
    "a parameter of a call": ('Sub run(b, a)\nExec·ute a\nEnd Sub\nCall run(1, Req·uest("k"))', [VISITOR]),
    "the session": ('Sess·ion("s") = Req·uest("k")\nExec·ute Sess·ion("S")', [VISITOR]),
    "For Each": ("For Each v In Req·uest.Form\nExec·ute v\nNext", [("evaluate", "visitor", None)]),
    "a header": ('Exec·ute Req·uest.ServerVariables("HTTP_X")', [("evaluate", "visitor", "HTTP_X")]),
    "fetched": ("Exec·ute h.responseText", [("evaluate", "remote", None)]),
    "decoded by the page": (
        'Function f(a)\nEnd Function\nExec·ute f("7b!2c-44x907b!2c")',
        [("evaluate", "decoded", None)],
    ),
    "a class": ('Class c\nPublic Sub go()\nx = Req·uest("k")\nExec·ute x\nEnd Sub\nEnd Class', [VISITOR]),
    "an object by its name": ('Set s = CreateObject("WScr·ipt.Shell")\ns.Run Req·uest("k")', [RUN]),
    "a name in pieces": ('Set s = CreateObject("WScr" & "ipt.Shell")\ns.Run Req·uest("k")', [RUN]),
    "an object in what carried something before": (
        's = Req·uest("a")\nSet o = CreateObject("WScr·ipt.Shell")\nSet s = o\ns.Run Req·uest("k")',
        [RUN],
    ),
    "an object by its class": (
        'Set s = GetObject("new:{72C2·4DD5-D70A-438B-8A42-98424B88AFB8}")\ns.Run Req·uest("k")',
        [RUN],
    ),
    "the middle of a chain": (
        'Response.Write CreateObject("WScr·ipt.Shell").Exec(Req·uest("k")).StdOut.ReadAll',
        [RUN],
    ),
    "With what is made there": ('With CreateObject("WScr·ipt.Shell")\n.Run Req·uest("k")\nEnd With', [RUN]),
    "With a variable": ('Set s = CreateObject("WScr·ipt.Shell")\nWith s\n.Run Req·uest("k")\nEnd With', [RUN]),
    "With, in an expression": ('With CreateObject("WScr·ipt.Shell")\nx = .Exec(Req·uest("k")).StdOut\nEnd With', [RUN]),
    "With the request, in a variable": (
        'Set r = Req·uest\nWith r\nx = .Form("k")\nEnd With\nExec·ute x',
        [VISITOR],
    ),
    "With the request": ('With Req·uest\nx = .Form("k")\nEnd With\nExec·ute x', [VISITOR]),
    "a content": (
        'Set t = CreateObject("ADO·DB.Stream")\nt.Write Req·uest.BinaryRead(9)\nt.Save·ToFile "p"',
        [("write-content", "visitor", None)],
    ),
}
_VB: Table = {
    "a declaration": ('Dim x As String = Req·uest.Form("k")\nPro·cess.Start("a", x)', [RUN]),
    "a property": ('Dim p = New Pro·cess()\np.StartInfo.FileName = Req·uest("k")', [RUN]),
    "As New": ('Dim p As New Pro·cessStartInfo()\np.Arguments = Req·uest("k")', [RUN]),
    "Using As New": ('Using p As New Pro·cess()\np.StartInfo.Arguments = Req·uest("k")\nEnd Using', [RUN]),
    "a constructor": ('Dim p = New Pro·cessStartInfo(Req·uest("k"))', [RUN]),
    "a function of the language": ('Sh·ell(Req·uest("k"))', [RUN]),
    "Return": ('Function f()\nReturn Req·uest("k")\nEnd Function\nSh·ell(f())', [RUN]),
}
_CSHARP: Table = {
    "a static call": ('System.Diagnostics.Pro·cess.Start("a", "/c " + Req·uest.Form["k"]);', [RUN]),
    "a variable": ('string x = Req·uest["k"]; Pro·cess.Start(x);', [RUN]),
    "by its long name": ('Pro·cess.Start(HttpContext.Current.Req·uest["k"]);', [RUN]),
    "a setter that is called as VB calls a keyword": (
        'string Step { set { Pro·cess.Start("a", value); } } void f() { Step = Req·uest["k"]; }',
        [RUN],
    ),
    "a property": ('var p = new Pro·cessStartInfo(); p.Arguments = Req·uest["k"];', [RUN]),
    "a property of a property": ('new Pro·cess().StartInfo.FileName = Req·uest["k"];', [RUN]),
    "bytes": ("Assembly.Lo·ad(Req·uest.BinaryRead(n));", [("load", "visitor", None)]),
    "the name of a file": ('File.Write·AllText(Req·uest["k"], "x");', [("write-path", "visitor", "k")]),
    "the content of a file": ('File.Write·AllText("p", Req·uest["k"]);', [("write-content", "visitor", "k")]),
    "using": (
        'using (var w = new Stream·Writer("p")) { w.Write(Req·uest["k"]); }',
        [("write-content", "visitor", "k")],
    ),
    "made where it is used": ('new Stream·Writer("p").Write(Req·uest["k"]);', [("write-content", "visitor", "k")]),
    "a parameter": ('void f(string a, int[] b) { Pro·cess.Start(a); } void g() { f(Req·uest["k"], c); }', [RUN]),
    "a parameter behind a default": (
        'void f(int b = h(1, 2), string a = "") { Pro·cess.Start(a); } void g() { f(1, Req·uest["k"]); }',
        [RUN],
    ),
    "a return value": ('string f() { return Req·uest["k"]; } void g() { Pro·cess.Start(f()); }', [RUN]),
    "the session": ('Sess·ion["s"] = Req·uest["k"]; Pro·cess.Start((string)Sess·ion["s"]);', [RUN]),
    "the session, set later": (
        'void g() { var x = Sess·ion["s"]; Pro·cess.Start(x); } void f() { Sess·ion["s"] = Req·uest["k"]; }',
        [RUN],
    ),
    "a name with capitals, set later": (
        'void g() { var x = Cmd; Pro·cess.Start(x); } void f() { Cmd = Req·uest["k"]; }',
        [RUN],
    ),
    "foreach": ("foreach (string v in Req·uest.Form) { Pro·cess.Start(v); }", [("process", "visitor", None)]),
    "what an object gathers": (
        'var b = new StringBuilder(); b.Append(Req·uest["k"]); Pro·cess.Start(b.ToString());',
        [RUN],
    ),
    "a web method": ("[WebMethod] public void f(string k) { Pro·cess.Start(k); }", [RUN]),
    "escaped names": ('Pro\\u0063ess.Start(\\u0052equest["k"]);', [RUN]),
}
_JSCRIPT: Table = {
    "direct": ('ev·al(Req·uest.Item["k"], "uns·afe");', [VISITOR]),
    "a variable": ('var x = Req·uest.Item["k"]; ev·al(x);', [VISITOR]),
    "through a function": ('function f(a) { return a; } ev·al(f(Req·uest.Item["k"]));', [VISITOR]),
    "a function in a variable": ('var f = function (a) { ev·al(a); }; f(Req·uest.Item["k"]);', [VISITOR]),
    "a variable of the function around": (
        'function o() { var x = Req·uest.Item["k"]; function i() { ev·al(x); } i(); }',
        [VISITOR],
    ),
    "a function made of text": ('new Func·tion(Req·uest.Item["k"])();', [VISITOR]),
    "an object": ('var s = new ActiveX·Object("WScr·ipt.Shell"); s.Run(Req·uest.Item("k"));', [RUN]),
}
_NOTHING = {
    "vbscript": [
        '\' Exec·ute Req·uest("k")',
        'Rem Exec·ute Req·uest("k")',
        'x = "Exec·ute Req·uest(1)"',
        'Exec·ute CInt(Req·uest("k"))',
        'x = Len(Req·uest("k"))\nExec·ute x',
        'Exec·ute Req·uest("k").Count',
        'x = StrReverse("abc").IndexOf(Req·uest("k"))\nExec·ute x',
        'x = Ev·al(Req·uest("k") = "a")',
        'x = Ev·al(page(Req·uest("k")) Or page("a"))',
        'Sess·ion("s") = Req·uest("k")\nExec·ute Sess·ion("t")',
        'Sub run(b, a)\nExec·ute a\nEnd Sub\nrun Req·uest("k"), 1',
        'Function f(a)\nEnd Function\nExec·ute f("too short")',
        'Set s = CreateObject("Scripting.Dictionary")\ns.Run Req·uest("k")',
        'With CreateObject("Scripting.Dictionary")\n.Run Req·uest("k")\nEnd With',
        'With CreateObject("WScr·ipt.Shell")\nEnd With\n.Run Req·uest("k")',
        'Sub go(a)\nExec·ute a\nEnd Sub\nWith x\n.Go Req·uest("k")\nEnd With',
        'x = Req·uest("k")\nWith y\nExec·ute(.x)\nEnd With',
        'Sub a()\nDim x\nx = Req·uest("k")\nEnd Sub\nSub b()\nDim x\nExec·ute x\nEnd Sub',
        'Function f(a, b)\nExec·ute a\nf = b\nEnd Function\nResponse.Write f(s, Req·uest("k"))',
    ],
    "vb": ['Dim p As New List()\np.Arguments = Req·uest("k")', 'Dim x As Integer = CInt(Req·uest("k"))\nSh·ell(x)'],
    "c#": [
        'Pro·cess.Start("x" + int.Parse(Req·uest["k"]));',
        '// Pro·cess.Start(Req·uest["k"]);',
        '/* Pro·cess.Start(Req·uest["k"]); */',
        'void f() { string x = Req·uest["k"]; } void g() { string x = "a"; Pro·cess.Start(x); }',
        'void f(string a, string b) { Pro·cess.Start(a); } void g() { f("x", Req·uest["k"]); }',
        'if (x == Req·uest["k"]) { Pro·cess.Start(x); }',
        'string execute = Req·uest["k"];',
    ],
    "jscript": [
        'ev·al(parseInt(Req·uest.Item["k"]));',
        'function (a) { f(Req·uest.Item["k"]); }',
    ],
}
HEAD = f"<xsl:stylesheet xmlns:m='{NAMESPACE}'>"
CONNECTION = 'var c = new Sql·Connection(Req·uest["c"]);'
COMMAND = 'var q = new Sql·Command(Req·uest["q"], d);'


def _cases() -> list[object]:
    tables = {
        "vbscript": _VBSCRIPT,
        "vb": _VB,
        "c#": _CSHARP,
        "jscript": _JSCRIPT,
    }
    return [
        pytest.param(language, code, expected, id=f"{language}, {name}")
        for language, table in tables.items()
        for name, (code, expected) in table.items()
    ]


@pytest.mark.parametrize(("language", "code", "expected"), _cases())
def test_a_road_is_followed(language: str, code: str, expected: list[Road]) -> None:
    assert roads(analyse(code, language)) == expected


@pytest.mark.parametrize(
    ("language", "code"), [(language, code) for language, codes in _NOTHING.items() for code in codes]
)
def test_no_road_is_made_up(language: str, code: str) -> None:
    assert [road for road in roads(analyse(code, language)) if road[1] != "constant"] == []


_DECODER = "Function d(a)\nFor i = 1 To Len(a)\nd = d & Chr(Asc(Mid(a, i, 1)) - 1)\nNext\nEnd Function\n"


def shifted(code: str) -> str:
    return "".join(chr(ord(character) + 1) for character in live(code)).replace('"', '""')


@pytest.mark.parametrize(
    "code",
    [
        'Exec·ute d("{}")',
        'x = "{}"\nExec·ute d(x)',
        'x = d("{}")\nExec·ute x',
        'Sess·ion("s") = d("{}")\nExec·ute Sess·ion("s")',
        'Sub run(b)\nExec·ute b\nEnd Sub\nrun d("{}")',
        's = "{}"\nFor i = 1 To Len(s)\nt = t & Chr(Asc(Mid(s, i, 1)) - 1)\nNext\nExec·ute t',
    ],
)
def test_what_the_page_decodes_is_read_as_code(code: str) -> None:
    analysis = analyse(_DECODER + code.format(shifted('ev·al Req·uest("k")')), "vbscript")
    assert [(flow.hidden, flow.inner[0].key) for flow in analysis.flows] == [(True, "k")]
    assert live('ev·al Req·uest("k")') in [constant.value for constant in analysis.hidden_constants()]


def test_what_the_page_decodes_is_followed_as_deep_as_any_constant() -> None:
    inner = shifted('ev·al Req·uest("k")')
    analysis = analyse(f'{_DECODER}Exec·ute d("{shifted(f"""Exec·ute d("{inner}")""")}")', "vbscript")
    assert analysis.flows[0].inner[0].constant is not None
    assert analysis.flows[0].inner[0].inner[0].key == "k"


@pytest.mark.parametrize(
    "code",
    [
        'Exec·ute d("{}") & Req·uest("k")',
        'x = d("{}")\nx = x & Req·uest("k")\nExec·ute x',
        'Function f()\nf = d("{}")\nf = Req·uest("k")\nEnd Function\nExec·ute f()',
    ],
)
def test_decoded_text_does_not_hide_the_visitors(code: str) -> None:
    analysis = analyse(_DECODER + code.format(shifted("total = 6 * 7")), "vbscript")
    assert VISITOR in roads(analysis)


def test_what_reads_a_file_decodes_nothing() -> None:
    code = 'Function f(a)\nf = fso.OpenTextFile(a).ReadAll\nEnd Function\nExec·ute f("pages/first-part.txt")'
    assert [road for road in roads(analyse(code, "vbscript")) if road[1] != "constant"] == []


def test_a_variable_of_the_server_is_not_the_visitors() -> None:
    analysis = analyse('Exec·ute Req·uest.ServerVariables("SCRIPT_NAME")', "vbscript")
    assert not any(flow.from_visitor for flow in analysis.flows)


def test_an_object_that_the_page_declares_has_its_type() -> None:
    code = 'sh.Run Req·uest("k")'
    assert roads(analyse(code, "vbscript", objects={"Sh": "wscr·ipt.shell".replace("·", "")})) == [RUN]
    assert roads(analyse(code, "vbscript")) == []


def test_what_is_typed_into_a_server_control_is_the_visitors() -> None:
    code = "Pro·cess.Start(box.Text);"
    assert roads(analyse(code, "c#", controls=frozenset({"box"}))) == [("process", "visitor", None)]
    assert roads(analyse(code, "c#")) == []


def test_an_upload_is_told_apart() -> None:
    (flow,) = analyse("Req·uest.Files[0].Save·As(p);", "c#").flows
    assert flow.kind == "write-content"
    assert flow.trace is not None
    assert flow.trace.kind == "upload"
    assert flow.from_visitor


def test_the_road_is_told_in_words() -> None:
    (flow,) = analyse('x = Req·uest.Form("k")\ny = x\nExec·ute y', "vbscript").flows
    assert flow.words == live("Req·uest.form('k') → x → y → exec·ute")


def test_a_constant_that_is_run_is_code_of_its_own() -> None:
    (flow,) = analyse('Exec·ute "ev·al Req" & "uest(""k"")"', "vbscript").flows
    assert flow.trace is None
    assert flow.hidden
    (inner,) = flow.inner
    assert inner.from_visitor
    assert inner.key == "k"
    outside, inside = analyse('Exec·ute "ev·al Req" & "uest(""k"")"', "vbscript").all_flows()
    assert outside == flow
    assert (inside.place, inside.hidden, inside.trace) == (flow.place, True, inner.trace)


def test_what_is_run_as_code_has_no_server_comments() -> None:
    code = """ev·al("a='<" + "%--'; ev·al(Req·uest.Item['k']); b='--%" + ">'")"""
    (flow,) = analyse(code, "jscript").flows
    assert [inner.key for inner in flow.inner] == ["k"]


def test_a_plain_constant_is_not_called_hidden() -> None:
    (flow,) = analyse('Exec·ute "a = 1"', "vbscript").flows
    assert not flow.hidden
    assert flow.inner == ()


def test_constants_inside_constants_are_read_to_a_depth() -> None:
    code = 'ev·al(Req·uest.Item["k"])'
    reached = []
    for _ in range(MOST_TEXT_DEPTH + 1):
        quoted = code.replace("\\", "\\\\").replace('"', '\\"')
        code = f'ev·al("{quoted}")'
        flows, depth = list(analyse(code, "jscript").flows), 0
        while flows and flows[0].trace is None:
            flows, depth = list(flows[0].inner), depth + 1
        reached.append(bool(flows))
        assert depth <= MOST_TEXT_DEPTH + 1
    assert reached == [True] * MOST_TEXT_DEPTH + [False]


@pytest.mark.parametrize(
    "code",
    [
        'fso.CreateText·File "a.aspx"',
        's.Save·ToFile "a.aspx", 2',
        's.Save·ToFile("a.aspx")',
        'File.Write·AllText("a.aspx", x)',
        'c.Download·File(x, "a.aspx")',
    ],
)
def test_the_constant_name_of_a_written_file_is_told(code: str) -> None:
    analysis = analyse(code, "vb")
    names = {(text, analysis.unit.tokens.values[token]) for token, text in analysis.written_names()}
    assert names == {("a.aspx", "a.aspx")}


def test_a_written_name_at_the_end_of_the_code_is_no_crash() -> None:
    assert list(analyse("s.Save·ToFile", "vb").written_names()) == []
    assert list(analyse("s.Save·ToFile(", "vb").written_names()) == []


def test_words_and_powers_come_from_code_but_no_comments() -> None:
    code = 'Set x = CreateObject("WScr·ipt.Shell") \' Reg·Read\nf.GetFol·der y\ns.Save·ToFile z'
    analysis = analyse(code, "vbscript")
    assert live("save·tofile") in analysis.words()
    assert live("reg·read") not in analysis.words()
    assert set(analysis.powers) == {"run programs", "list drives and folders", "write files"}
    assert analysis.unit.tokens.values[analysis.powers["run programs"]] == live("WScr·ipt.Shell")
    assert analyse('x = CreateObject("WScr·ipt.Shell")\nf.GetFol·der y', "vbscript").powers == {}, "two mean nothing"


# What a hostile page may cost ---------------------------------------------------------------------------------------

_DOUBLING = 'a="' + "x" * 64 + '";' + "a=a+a;" * 14 + "ev·al(a);"
_HOSTILE: dict[str, tuple[str, Callable[[int], str]]] = {
    "calls in calls": ("c#", lambda n: "f( " * 6 * n + 'x = Req·uest["k"]'),
    "own function in itself": ("jscript", lambda n: "function f(a){return a}" + "f(" * n + 'Req·uest("k")' + ")" * n),
    "own function in itself, VB": (
        "vb",
        lambda n: "Function f(a)\nEnd Function\nx=" + "f(" * n + 'Req·uest("k")' + ")" * n,
    ),
    "functions in parameters": ("jscript", lambda n: "a(" * n + "){}" * n),
    "functions in functions": ("jscript", lambda n: "function f(){" * n + "}" * n),
    "evaluations in evaluations": ("jscript", lambda n: "ev·al(" * n + 'Req·uest("k")' + ")" * n),
    "many arguments": ("jscript", lambda n: "function f(a,b){}" + "f(x+" * n + 'Req·uest("k")' + ",x)" * n),
    "assignments in brackets": ("c#", lambda n: "(a=b" * n),
    "functions that decode": (
        "jscript",
        lambda n: "function f(a){}x=" + 'f("abcdefghijklmnop",' * n + 'Req·uest("k")' + ")" * n,
    ),
    "With in With": ("vbscript", lambda n: "With .a\n" * n + ".Run x"),
    "functions of one name": (
        "vbscript",
        lambda n: "Function f(a)\nExec·ute a\nEnd Function\n" * 2 * n + "f Req·uest(1)",
    ),
    "functions that call the next one": (
        "vbscript",
        lambda n: "".join(f"Sub f{i}(a)\nf{i + 1} a\nEnd Sub\n" for i in range(2 * n)) + "f0 Req·uest(1)",
    ),
    "constants that unfold": (
        "jscript",
        lambda n: "".join(f'ev·al("{i}{_escaped(_DOUBLING)}");' for i in range(n // 100)),
    ),
}


def _escaped(code: str) -> str:
    return code.replace("\\", "\\\\").replace('"', '\\"')


@pytest.mark.parametrize("name", _HOSTILE)
def test_a_hostile_page_costs_a_bounded_time(name: str) -> None:
    language, build = _HOSTILE[name]
    # Without a sink nothing is followed at all.
    code = ("ev·al z\n" if language.startswith("vb") else "ev·al(z);") + build(1_000)
    with at_most(25_000_000):
        analysis = analyse(code, language)
        list(analysis.all_flows()), list(analysis.written_names()), analysis.powers
        # Before each of these was bounded it took from five seconds to minutes.


def test_exhaustion_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    code = "ev·al a & b & c & d\n" * 10 + 'ev·al Req·uest("k")'
    assert not analyse(code, "vbscript").exhausted
    monkeypatch.setattr("webshellhunt.analysis.classic.STEPS", 1)
    assert analyse(code + "\n", "vbscript").exhausted  # a page with a result that is kept is not run again


def test_too_much_hidden_code_is_told_and_the_rest_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("webshellhunt.core.texts.MOST_TEXT_SIZE", 100)
    padding = "a = 1 : " * 20
    analysis = analyse(f'Exec·ute "{padding}"\nExec·ute "ev·al Req·uest(""k"")"', "vbscript")
    assert analysis.exhausted
    assert [flow.inner[0].key for flow in analysis.flows] == ["k"]


def test_flows_are_counted_off() -> None:
    analysis = analyse('Exec·ute Req·uest("k")\n' * (judging.MAX_FLOWS + 50), "vbscript")
    assert len(analysis.flows) == judging.MAX_FLOWS


def test_a_query_counts_only_where_it_could_run_a_program() -> None:
    code = 'conn.Ex·ecute Request("q")'
    assert roads(analyse(code, "vbscript")) == []
    assert roads(analyse(code + '\nx = "xp_cmd·shell"', "vbscript")) == [("query", "visitor", "q")]
    expression = "Set conn = New RegExp\n"
    assert roads(analyse(expression + code + '\nx = "xp_cmd·shell"', "vbscript")) == []
    by_name = 'Set conn = Server.CreateObject("VBScript.RegExp")\n'
    assert roads(analyse(by_name + code + '\nx = "xp_cmd·shell"', "vbscript")) == []
    pretended = 'Set conn = CreateObject("ADODB.Connection" & Mid("regexp", 9))\n'
    assert roads(analyse(pretended + code + '\nx = "xp_cmd·shell"', "vbscript")) != []
    other = 'Set conn = CreateObject("ADODB.Connection")\n'
    assert roads(analyse(expression + other + code + '\nx = "xp_cmd·shell"', "vbscript")) != []
    nested = 'y = "xp_cmd·shell"\nEx·ecute "conn.Ex·ecute Request(""q"")"'
    assert [flow.kind for flow in analyse(nested, "vbscript").all_flows()] == ["evaluate", "query"]


@pytest.mark.parametrize(
    ("code", "reached"),
    [
        ('s = "select a from t where i=" & Req·uest("k")\nSet r = Exec·ute(s)', False),
        (
            's = "select a from t where i=" & Req·uest("k")\nIf x Then s = "delete from t where i=" & y\nExec·ute s',
            False,
        ),
        ('s = "select a from t"\ns = s & Req·uest("k")\nExec·ute s', False),
        ('s = "select a from t"\nIf y Then\ns = s & Req·uest("k")\nEnd If\nExec·ute s', False),
        ('If y Then s = "select a from t"\ns = s & Req·uest("k")\nExec·ute s', True),
        ('If y Then\ns = "select a from t"\nEnd If\ns = s & Req·uest("k")\nExec·ute s', True),
        ('If y Then\ns = "select a from t"\nElse\ns = s & Req·uest("k")\nEnd If\nExec·ute s', True),
        (
            'If y Then\ns = "select a from t"\nIf z Then\nElseIf w Then\nEnd If\nEnd If\ns = s & Req·uest("k")\n'
            "Exec·ute s",
            True,
        ),
        ('For i = 1 To 0\ns = "select a from t"\nx = "for"\nNext\ns = s & Req·uest("k")\nExec·ute s', True),
        ('Sub a()\ns = "select a from t"\nEnd Sub\ns = s & Req·uest("k")\nExec·ute s', True),
        ('If x Then s = "select a from t "\nExec·ute s & Req·uest("k")', True),
        ('s = "select a from t"\nIf Session("x") Then s = Req·uest("k")\nExec·ute s', True),
        ('s = "select " & Req·uest("k")\nExec·ute s', True),
        ('s = "select a from t"\nFor s = 1 To 2\nNext\nExec·ute s & Req·uest("k")', True),
        ('s = "select a from t where i=" & Req·uest("k")\nExec·ute s\nFor Each s In', False),
    ],
)
def test_a_name_that_is_given_queries_alone_is_no_code(code: str, reached: bool) -> None:
    assert (("evaluate", "visitor", "k") in roads(analyse(code, "vbscript"))) is reached


def test_queries_for_a_script_control_may_be_code_of_its_language() -> None:
    code = 'Set c = CreateObject("MSScript·Control.ScriptControl")\ns = "select =0; " & Req·uest("k")\n'
    assert roads(analyse(code + "c.Add·Code s", "vbscript")) == [("evaluate", "visitor", "k")]
    direct = 'c.Add·Code "delete from [0];" & Req·uest("k")'
    assert roads(analyse(code + direct, "vbscript")) == [("evaluate", "visitor", "k")]


def test_a_name_alone_hides_no_flow() -> None:
    flows = analyse('x = Ev·al("Request.Form")', "vbscript").flows
    assert [flow.inner for flow in flows] == [()]


@pytest.mark.parametrize(
    ("code", "language", "reached"),
    [
        ('x = read("../apps/" & Request("k") & "/a.inc") : Exe·cute x', "vbscript", False),
        ('x = read("a/b" & Request("k")) : Exe·cute x', "vbscript", True),
        ('x = read(1, "apps/" & Request("k")) : Exe·cute x', "vbscript", False),
        ('Exe·cute "a/" & Request("k")', "vbscript", True),
        ('x = Server.MapPath("a/" & Request("k")) : Exe·cute x', "vbscript", True),
        ('a = { "b": function() { return Request("k"); } }; ev·al(a.c);', "jscript", False),
        ('a = (function() { return Request("k"); })(); ev·al(a);', "jscript", True),
        ('a = function() { return Request("k"); }(); ev·al(a);', "jscript", True),
        ('a = { "b": function() { return 1; }, "c": Request("k") }; ev·al(a.c);', "jscript", True),
    ],
)
def test_what_an_expression_really_holds_of_the_request(code: str, language: str, reached: bool) -> None:
    assert bool(roads(analyse(live(code), language))) is reached


def test_the_constants_of_a_unit_are_told_with_how_they_were_made() -> None:
    analysis = analyse('Set a = Create·Object("w" & "x")\nb = "ef"', "vbscript")
    told = [(constant.value, constant.steps) for constant in analysis.constants.values()]
    assert told == [("wx", ("concatenate",)), ("ef", ())]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("var b = new byte[9]; var s = Req·uest.InputStream; s.Read(b, 0, 9); Assembly.Lo·ad(b);", True),
        ("var b = new byte[9]; Req·uest.InputStream.Read(b, 0, 9); Assembly.Lo·ad(b);", True),
        ("var m = new MemoryStream(); Req·uest.InputStream.CopyTo(m); Assembly.Lo·ad(m.ToArray());", True),
        ("other.Read(b, 0, Req·uest.InputStream.Length); Assembly.Lo·ad(b);", False),
        ("Req·uest.InputStream.Read(b, 0, 9); Assembly.Lo·ad(c);", False),
    ],
)
def test_what_an_object_fills_carries_what_it_holds(code: str, expected: bool) -> None:
    assert bool(roads(analyse(code, "c#"))) is expected


def test_a_file_that_is_opened_is_not_fetched() -> None:
    assert roads(analyse("var f = File.OpenRead(p); f.Read(b, 0, 9); Assembly.Lo·ad(b);", "c#")) == []
    assert roads(analyse("var w = new WebClient(); Assembly.Lo·ad(w.OpenRead(p));", "c#")) == [("load", "remote", None)]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("<m:script language='C#'>a</m:script>", [("c#", "a")]),
        ('<m:script implements-prefix="u" language = "VBScript">a &lt; b</m:script>', [("vbscript", "a < b")]),
        ("<m:script><![CDATA[a < b && c]]></m:script>", [("jscript", " a < b && c ")]),
        ("<m:script>a</m:script><m:script language='vb'>b", [("jscript", "a"), ("vb", "b")]),
        ("<m:scripts>a</m:scripts>", []),
    ],
)
def test_scripts(body: str, expected: list[tuple[str, str]]) -> None:
    assert list(iter_stylesheet_scripts(HEAD + body)) == expected


def test_a_text_without_the_namespace_is_none() -> None:
    assert list(iter_stylesheet_scripts("<m:script>a</m:script>")) == []


def test_many_scripts_are_bounded() -> None:
    assert len(list(iter_stylesheet_scripts(HEAD + "<m:script>" * 50_000))) == 8


def test_flows_are_in_the_order_of_the_code() -> None:
    flows = analyse(
        'void b() { Pro·cess.Start(Req·uest["b"]); } void a() { Pro·cess.Start(Req·uest["a"]); b(); }', "c#"
    ).flows
    assert [flow.key for flow in flows] == ["b", "a"]


def test_a_sink_in_a_loop_is_one_flow() -> None:
    assert len(analyse('For i = 1 To 9\nExec·ute Req·uest("k")\nNext', "vbscript").flows) == 1


def test_a_statement_is_a_flow_where_a_visitor_names_the_database() -> None:
    assert roads(analyse(COMMAND, "c#")) == []
    assert [flow.kind for flow in analyse(COMMAND, "c#").statements] == ["statement"]
    assert roads(analyse(CONNECTION + COMMAND, "c#")) == [("database", "visitor", "c"), ("statement", "visitor", "q")]


def test_the_names_of_written_files_have_shapes() -> None:
    ((_, shape),) = analyse('File.Write·AllText("a.aspx", x);', "c#").writes
    assert shape.tails == {"a.aspx"}


def test_there_is_nothing_without_a_run() -> None:
    assert PageFlows().flows == ()
    assert PageFlows().doubtful is None
    assert analyse("x = 1", "vbscript").flows == ()
    assert MAX_FLOWS > 0


# Questions ------------------------------------------------------------------------------------------------------------

KEY = "HK·LM\\Software\\RealV·NC\\Password"


@pytest.mark.parametrize(
    "code",
    [
        f'Set s = CreateObject("WScr·ipt.Shell")\nx = s.RegR·ead("{KEY}")',
        'Set s = CreateObject("WScr·ipt.Shell")\nkey = "HK·LM\\Software\\"\nx = s.RegR·ead(key & "RealV·NC\\Password")',
        f'Set s = CreateObject("WScr·ipt.Shell")\nFunction f(a)\nf = s.RegR·ead(a & "{KEY}")\nEnd Function\ny = 1',
        f'Set s = CreateObject("WScr·ipt.Shell")\nIf 1 = 2 Then\nx = s.RegR·ead("{KEY}")\nEnd If',
    ],
)
def test_what_calls_of_a_capability_are_given_is_known_also_where_the_code_is_not_reached(code: str) -> None:
    (call,) = analyse(live(code), "vbscript").asked("reads-registry")
    assert call.mentions("realvnc")
    assert not call.mentions("winscp")


def test_nothing_is_asked_of_code_without_such_calls() -> None:
    analysis = analyse(live(f'Set s = CreateObject("WScr·ipt.Shell")\nx = s.RegR·ead("{KEY}")'), "vbscript")
    assert [*analysis.asked("sets-file-times")] == []
    assert [*analyse('x = "a"', "vbscript").asked("reads-registry")] == []
