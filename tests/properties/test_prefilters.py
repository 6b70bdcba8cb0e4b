"""The prefilters decide the speed and nothing else: without each, and without all, the findings are the same."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.inert import analyse, unit_of
from tests.builders.judged import page_of, verdict_of
from tests.builders.laws import laws_for
from tests.builders.page_file import PageFile
from tests.builders.unfiltered import LOSSLESS, PREFILTERS, switched_off, without
from webshellhunt.code.constants import iter_constants
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.trace import Flow
from webshellhunt.defang import read_fixture

TOP = Path(__file__).parents[2] / "fixtures"
NAMES = tuple(sorted(path.relative_to(TOP).as_posix() for path in TOP.glob("*/*.defanged")))
DATA_FLOW = "WSH1"
FOLDING = frozenset({"strings-split", "strings-escaped", "other-parameters"})
"""The laws that leave something to fold."""

Shown = tuple[object, ...]


@cache
def _variants(name: str, laws: frozenset[str] | None = None) -> tuple[PageFile, ...]:
    """Return a fixture and its variants under some metamorphic laws, all of them unless they are named."""
    page = page_of(read_fixture((TOP / name).read_text(encoding="utf-8")))
    changed = (law.apply(page) for law in laws_for(name.partition("/")[0]) if laws is None or law.name in laws)
    return (page, *filter(None, changed))


def _findings(page: PageFile) -> Iterator[Shown]:
    for finding in verdict_of(page).findings:
        if finding.rule.id.startswith(DATA_FLOW):
            lines = tuple(each.line for each in finding.evidence)
            yield finding.rule.id, finding.message, tuple(finding.facts.items()), lines


@cache
def _filtered(name: str) -> list[list[Shown]]:
    return [list(_findings(page)) for page in _variants(name)]


FOLDERS = sorted({name.partition("/")[0] for name in NAMES})


@pytest.mark.parametrize("folder", FOLDERS)
def test_the_findings_of_fixtures_and_their_variants_need_no_prefilter(folder: str) -> None:
    names = [name for name in NAMES if name.startswith(f"{folder}/")]
    before = [_filtered(name) for name in names]
    with without(LOSSLESS):
        assert [[list(_findings(page)) for page in _variants(name)] for name in names] == before


# The name of the program is in pieces, and folding is skipped, since nothing runs text or makes an object by its name.
_UNFOLDED = frozenset({"interpreter_started_by_page/vb-net.defanged"})


@pytest.mark.parametrize("name", sorted({*NAMES} - _UNFOLDED))
def test_the_rules_that_find_a_fixture_need_no_folding(name: str) -> None:
    variants = _variants(name, FOLDING)
    before = [{shown[0] for shown in _findings(page)} for page in variants]
    with without(PREFILTERS):
        assert [{shown[0] for shown in _findings(page)} for page in variants] == before


# Small programs -------------------------------------------------------------------------------------------------------

# Objects that are made plainly, by way of others, and in ways that no look at the names can tell; sinks of each type;
# what the visitor sends, kept and handed on.
_VBSCRIPT = (
    'Set s = CreateObject("WScr·ipt.Shell")', 'Set s = CreateObject(("WScr·ipt.Shell"))', "Set s = o", "Set s = Nothing",
    'Set o = CreateObject("WScr·ipt.Shell")', 'Set s = CreateObject("WScr" & "ipt.Shell")', "Set s = New RegExp",
    'n = "WScr·ipt.Shell"', "Set s = CreateObject(n)", 'Set s = CreateObject("Scripting.Dictionary")', "Set s = f(o)",
    'Set s = GetObject("new:{72C2·4DD5-D70A-438B-8A42-98424B88AFB8}")', "Set f = a", "Function f(a)", "End Function",
    "f = a", "f = s", 's.Run Req·uest("k")', "s.Run x", "y = s.Exec(x).StdOut.ReadAll", "With s", ".Run x", "End With",
    'With CreateObject("WScr·ipt.Shell")', "run s, x", "Sub run(s, c)", "s.Run c", "End Sub", 'x = Req·uest("k")',
    "x = f(x)", "Exec·ute x", "Exec·ute f(x)", "x = y", "y = x", 'Sess·ion("a") = x', 'x = Sess·ion("a")',
    "For Each s In o", "For Each x In Req·uest.Form", "Next", "If x Then s.Run x", 'Set t = CreateObject("ADO·DB.Stream")',
    "t.Write x", 't.Save·ToFile x', "t.Write Req·uest.BinaryRead(9)", 'x = "a" & x', "x = CInt(x)", "Set r = GetRef(n)",
    'k = "s.Run x"', "Exec·ute k", 'Exec·ute "s.Run" & " x"', "Set s = Empty",
    'Set s = Server.CreateObject("WScr·ipt.Shell")', 'CreateObject("WScr·ipt.Shell").Run x',
)  # fmt: skip
_VB = (
    "Dim p As New Pro·cess()", "Dim p = New Pro·cess()", "Dim p As Pro·cess = q", "Dim q = New Pro·cessStartInfo()",
    "p = Nothing", "p.StartInfo = q", "p.StartInfo.FileName = x", 'p.StartInfo.FileName = Req·uest("k")',
    "q.Arguments = x", "Function f(a)", "Return a", "Return x", "End Function", "p = f(q)", "x = f(x)",
    'x = Req·uest("k")', "Sub run(p, c)", "p.StartInfo.Arguments = c", "End Sub", "run(p, x)", "With p",
    ".StartInfo.FileName = x", "End With", "Using q As New Pro·cessStartInfo()", "End Using", "Sh·ell(x)",
    'Dim w = New Stream·Writer("p")', "w.Write(x)", 'Dim c = New StringBuilder()', "c.Append(x)", "x = c.ToString()",
    'Dim m = t.GetMethod(n)', "m.Invoke(p, x)", "For Each p In q", "Next", "Ev·al(x)", 'File.Write·AllText("a", x)',
    'New Stream·Writer("p").Write(x)', "y = x", "x = y", "p = o", 'Sess·ion("a") = x', 'x = Sess·ion("a")',
    "p = New Pro·cess() With {.EnableRaisingEvents = True}",
)  # fmt: skip
_CSHARP = (
    "var p = new Pro·cess();", "var p = q;", "Pro·cess p = null;", "p = new Pro·cess();", "var q = new Pro·cess();",
    "p.StartInfo.FileName = x;", 'p.StartInfo.Arguments = Req·uest["k"];', "var i = new Pro·cessStartInfo();",
    "i.Arguments = x;", "p.StartInfo = i;", 'string x = Req·uest["k"];', "x = y;", "y = x;", "x = f(x);", "p = f(q);",
    "object f(object a) { return a; }", "void run(Pro·cess p, string c) { p.StartInfo.FileName = c; }", "run(p, x);",
    'void g(string c) { Pro·cess.Start(c); }', "g(x);", "Pro·cess.Start(x);", 'var w = new Stream·Writer("p");',
    "w.Write(x);", 'new Stream·Writer("p").Write(x);', 'using (var w = new Stream·Writer("p")) { w.Write(x); }',
    "foreach (string x in Req·uest.Form) {", "}", "foreach (var p in ps) { p.StartInfo.FileName = x; }",
    "var b = new StringBuilder();", "b.Append(x);", "x = b.ToString();", 'Sess·ion["a"] = x;', 'x = (string)Sess·ion["a"];',
    "int n = int.Parse(x);", 'var m = typeof(A).GetMethod("St" + "art");', "m.Invoke(null, new object[] { x });",
    "string P { get { return x; } set { Pro·cess.Start(value); } }", "P = x;", 'File.Write·AllText("a", x);',
    "using (var p = new Pro·cess()) { p.StartInfo.FileName = x; }", "void h(HttpContext c) {", 'x = c.Req·uest["k"];',
    "[WebMethod] public void m(string x) {", "var p = (Pro·cess)o;", "if (x != null) { p.StartInfo.FileName = x; }",
)  # fmt: skip
_JSCRIPT = (
    'var s = new ActiveX·Object("WScr·ipt.Shell");', 'var s = new ActiveX·Object("WScr" + "ipt.Shell");', "var s = o;",
    'var o = new ActiveX·Object("WScr·ipt.Shell");', "s = null;", "s.Run(x);", 's.Run(Req·uest.Item("k"));',
    'var x = Req·uest.Item["k"];', "function f(a) { return a; }", "s = f(o);", "x = f(x);", "ev·al(x);", "ev·al(f(x));",
    "var g = function (a) { ev·al(a); };", "g(x);", "function run(s, c) { s.Run(c); }", "run(s, x);", "x = y;", "y = x;",
    "new Func·tion(x)();", "var e = ev·al;", "e(x);", 'x += "a";', 'Sess·ion("a") = x;', 'x = Sess·ion("a");', "with (s) {",
    "Run(x);", "}", 'n = "WScr·ipt.Shell";', "s = new ActiveX·Object(n);", "s = new ActiveX·Object(x);",
    's = Server.CreateObject("WScr·ipt.Shell");', "for (var s in o) {", "if (x) { s.Run(x); }", "x = parseInt(x);",
    'ev·al("s.Run" + "(x)");', 'k = "s.Run(x)";', "ev·al(k);", "s = t.u;", "s = new Enumerator(o);",
    'new ActiveX·Object("WScr·ipt.Shell").Run(x);',
)  # fmt: skip
POOLS = {"vbscript": _VBSCRIPT, "vb": _VB, "c#": _CSHARP, "jscript": _JSCRIPT}


def _told(flow: Flow) -> Shown:
    """Return all of a flow, the flows inside it with it."""
    return (*flow._replace(inner=()), tuple(map(_told, flow.inner)))


def _followed(code: str, language: str) -> tuple[object, ...]:
    analysis = analyse(code, language)
    flows = [_told(flow) for flow in analysis.all_flows()]
    return flows, list(analysis.written_names()), analysis.exhausted


@pytest.mark.parametrize("language", POOLS)
@given(data=st.data())
@settings(max_examples=300)
def test_the_flows_of_small_programs_need_no_prefilter(language: str, data: st.DataObject) -> None:
    code = "\n".join(data.draw(st.lists(st.sampled_from(POOLS[language]), min_size=2, max_size=10)))
    before = _followed(code, language)
    with switched_off(LOSSLESS):
        assert _followed(code, language) == before


def _folded(code: str) -> list[tuple[object, ...]]:
    unit = unit_of(code, "vbscript")
    return [tuple(each) for each in iter_constants(unit.tokens, own=PageEvaluator(unit))]


_FOLDING = (
    'x = "a"', 'y = x & "b"', "z = Chr(65) & k", 'k = "v"', 'k = "w"', 'x = x & "q"', "y = x", "x = y", "x = x & k",
    "For i = 1 To 3", "Next", "Do While x", "Loop", "w = f(x)", "w = f(k)", "k = f(z)", 'w = f("c") & "d"',
    "Function f(p)", "f = p & k", 'f = "e" & p', "End Function", 'If x = "a" Then y = "3"', "Ex·ecute y", "Ex·ecute f(y)",
    "z = UCase(w) & z", "k = 5", "k = x & y", "y = -x", "Dim x, k", 'Const k = "c"', 'a = "Ex·ecute " & k', "b = a & w",
    'c = Replace("xbx", "x", k)', "d = StrReverse(k) & c", 'n(1) = "a" & k', "x = n(1) & w", "k = Array(1, 2)",
    'x = Mid("abcdef", k, 1) & "g"', "Response.Write x & k", "Set x = k", 'Call f("a" & k)', "k = f", "ReDim k(2)",
    'w = x & k & "t"', "x = Split(k)(0)", "w = g(1)", "Function g(p)", "g = Chr(64 + p) & w",
)  # fmt: skip


@given(lines=st.lists(st.sampled_from(_FOLDING), min_size=2, max_size=14))
@settings(max_examples=500)
def test_the_constants_of_small_programs_need_no_shortcut(lines: list[str]) -> None:
    code = "\n".join(lines)
    before = _folded(code)
    for shortcuts in (["again"], ["quiet"], ["again", "quiet"]):
        with switched_off(shortcuts):
            assert _folded(code) == before
