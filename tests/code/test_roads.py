"""The road that is told is the road there: by what a name holds where it is used, the shortest first."""

from __future__ import annotations

import pytest

from tests.builders.inert import analyse
from tests.builders.steps import at_most
from webshellhunt.code.holes import RUNNING

REACHED = [
    ("vbscript", 'x = "a"\nIf b Then\nx = Req·uest("k")\nEnd If\nExec·ute x', "request('k') → x → execute"),
    ("vbscript", 'x = Req·uest("k")\nIf b Then x = "a"\nExec·ute x', "request('k') → x → execute"),
    ("vbscript", 'x = "a"\nIf b Then x = "b" Else x = Req·uest("k")\nExec·ute x', "request('k') → x → execute"),
    ("vbscript", 'x = "a"\nDo\nExec·ute x\nx = Req·uest("k")\nLoop', "request('k') → x → execute"),
    ("vbscript", 'x = ""\nSub g()\nx = Req·uest("k")\nEnd Sub\nx = "a"\ng\nExec·ute x', "request('k') → x → execute"),
    (
        "vbscript",
        'Select Case b\nCase 1\nx = Req·uest("k")\nCase 2\nx = "a"\nEnd Select\nExec·ute x',
        "request('k') → x → execute",
    ),
    ("vbscript", 'x = Req·uest("k")\nx = "a" & x\nExec·ute x', "request('k') → x → execute"),
    (
        "vbscript",
        'a = Req·uest("k")\nb = a\nc = b\nx = c\nIf d Then x = Req·uest("j")\nExec·ute x',
        "request('j') → x → execute",
    ),
    (
        "vbscript",
        'Session("s") = Req·uest("k")\nExec·ute Session("s")\nSession("s") = ""',
        "request('k') → session(s) → execute",
    ),
    (
        "vbscript",
        'Function f(a)\nf = a\nEnd Function\ny = f(Req·uest("j"))\nExec·ute f(Req·uest("k"))',
        "request('k') → a → f → execute",
    ),
    (
        "c#",
        "void f() { byte[] k = g(), c = Req·uest.BinaryRead(9); Assem·bly.Load(c); }",
        "Request.BinaryRead('9') → c → assembly.load",
    ),
    (
        "c#",
        'switch (a) { case 1: x = Req·uest["k"]; break; case 2: x = "b"; break; } Assem·bly.Load(x);',
        "Request('k') → x → assembly.load",
    ),
    ("c#", 'while (a) { Assem·bly.Load(x); x = Req·uest["k"]; }', "Request('k') → x → assembly.load"),
    ("c#", 'p.A = Req·uest["k"]; p.B = "a"; Assem·bly.Load(p);', "Request('k') → p → assembly.load"),
    (
        "c#",
        'string x = "a"; if (b) x = Req·uest["k"]; else x = "c"; Assem·bly.Load(x);',
        "Request('k') → x → assembly.load",
    ),
    (
        "vbscript",
        'Function k(a)\nk = "x" & a\nEnd Function\nSet d = CreateObject(k("y"))\nd.Add k("z"), Req·uest("k")\n'
        'Exec·ute d(k("z"))',
        "request('k') → d → execute",
    ),
    ("vbscript", 'Sub g(a)\nExec·ute a\nEnd Sub\nSet f = GetRef("g")\nf Req·uest("k")', "request('k') → a → execute"),
    ("vbscript", 'With Req·uest\nExec·ute .Form("k")\nEnd With', "form('k') → execute"),
]
NOWHERE = [
    ("vbscript", 'x = Req·uest("k")\nx = "a"\nExec·ute x'),
    ("vbscript", 'Sub g()\nx = Req·uest("k")\nEnd Sub\nx = "a"\nExec·ute x'),
    ("vbscript", 'Session("s") = Req·uest("k")\nSession("s") = ""\nExec·ute Session("s")'),
    ("vbscript", 'x = "a"\nExec·ute x\nx = Req·uest("k")'),
    ("vbscript", 'p = Split(Req·uest("k"))\nFor i = LBound(p) To UBound(p)\nNext\nExec·ute i'),
    ("vbscript", 'Function f(a)\nf = a\nEnd Function\ny = f(Req·uest("k"))\nExec·ute f(z)'),
    ("vbscript", 'path = Req·uest("k")\nSub e(path)\nExec·ute path\nEnd Sub'),
    ("vbscript", 'Function f()\nDim x\nx = Req·uest("k")\nEnd Function\nFunction g()\nDim x\nExec·ute x\nEnd Function'),
    ("c#", 'void f() { string x; x = Req·uest["k"]; } void g() { string x; x = "a"; Assem·bly.Load(x); }'),
    ("c#", 'void f(int a) { var x = Req·uest["k"]; } void f(string x) { Assem·bly.Load(x); }'),
    ("c#", 'x = Req·uest["k"]; x = "a"; Assem·bly.Load(x);'),
    ("jscript", 'var x = Req·uest("k"); for (;;) { x = "a"; ev·al(x); }'),
]


@pytest.mark.parametrize(("language", "code", "expected"), REACHED)
def test_what_a_name_may_hold_where_it_is_used_is_told(language: str, code: str, expected: str) -> None:
    assert [flow.words for flow in analyse(code, language).flows if flow.from_visitor] == [expected]


OTHERWISE = [
    ("vbscript", 'On Error Resume Next\nx = Req·uest("k")\nx = CLng("a")\nExec·ute x'),
    ("c#", 'string x = Req·uest["k"]; goto l; x = "1"; l: Assem·bly.Load(x);'),
    ("c#", 'string x = Req·uest["k"]; try { x = f("a"); } catch {} Assem·bly.Load(x);'),
    ("c#", 'static string x = ""; void f() { if (a) { x = Req·uest["k"]; } else { Assem·bly.Load(x); } }'),
    ("jscript", 'var c = Req·uest.Item("k"); q && (c = "1"); ev·al(c);'),
    ("jscript", 'var c = Req·uest.Item("k"); q ? (c = "1") : 0; ev·al(c);'),
    ("jscript", 'var x = Req·uest.Item("k"); l: if (q) x = "1"; ev·al(x);'),
    ("jscript", 'var o = {}; o.parameters = Req·uest.Item("k"); ev·al(o.parameters);'),
]


@pytest.mark.parametrize(("language", "code"), OTHERWISE)
def test_an_order_that_may_not_be_kept_hides_no_road(language: str, code: str) -> None:
    assert [flow for flow in analyse(code, language).flows if flow.from_visitor]


@pytest.mark.parametrize(
    "part", ['b = b + Req·uest["k"]; Assem·bly.Load(b);', "string f(string a) { return f(a + b); }"]
)
def test_a_name_that_is_given_much_costs_a_bounded_time(part: str) -> None:
    with at_most(24_000_000):
        analyse(part * 4_000, "c#")


def test_a_function_of_another_file_that_is_called_much_costs_a_bounded_time() -> None:
    with at_most(18_000_000):
        analyse('s = readAll("a/" & Req·uest("k"))\n' * 4_000 + "Exec·ute s", "vbscript")


@pytest.mark.parametrize(("language", "code"), NOWHERE)
def test_what_a_name_no_longer_holds_is_not_told(language: str, code: str) -> None:
    assert [flow.words for flow in analyse(code, language).flows if flow.from_visitor] == []


def test_a_part_of_an_object_is_told_before_another_part_of_it() -> None:
    code = 'b = Req·uest("j")\na = b\no.E.D = Req·uest("k")\no.F.D = a\nExec·ute o.F.D'
    assert [flow.words for flow in analyse(code, "vbscript").flows] == ["request('j') → b → a → o → execute"]


def test_what_is_part_of_a_request_key_is_not_all_of_it() -> None:
    assert [flow.words for flow in analyse('ev·al Req·uest("0"-2)', "vbscript").flows] == ["request → eval"]
    assert [flow.key for flow in analyse('ev·al Req·uest("0" & x(1))', "vbscript").flows] == [None]


@pytest.mark.parametrize(
    ("mode", "kinds"),
    [("", []), (", 1", []), (", ForReading", []), (", 2, True", ["write-path"]), (", m", ["write-path"])],
)
def test_a_file_that_is_opened_to_be_read_is_not_written(mode: str, kinds: list[str]) -> None:
    code = f'Set f = CreateObject("Scripting.FileSystemObject")\nSet t = f.OpenText·File(Req·uest("k"){mode})'
    assert [flow.kind for flow in analyse(code, "vbscript").flows if flow.kind == "write-path"] == kinds


def test_a_road_that_is_longer_than_any_is_still_told() -> None:
    links = "".join(f"Sub f{i}(a)\nf{i + 1} a\nEnd Sub\n" for i in range(2_000))
    code = f'{links}Sub f2000(a)\nExec·ute a\nEnd Sub\nf0 Req·uest("k")'
    assert [flow.words for flow in analyse(code, "vbscript").flows] == ["request('k') → a → execute"]


def test_a_road_through_many_names_ends() -> None:
    names = "\n".join(f"x{n} = x{n + 1} & x{(n * 7) % 2000} & y{n}" for n in range(2_000))
    code = f'{names}\nx2000 = Req·uest("k")\nExec·ute x0'
    assert len(analyse(code, "vbscript").flows) <= 1


_JOINED = """On Error Resume Next
Function pick(c, t, f)
If c Then
pick = t
Else
pick = f
End If
End Function
a = pick(b, Req·uest("k"), "x")
"""


def test_what_another_call_gives_is_not_what_this_one_gets() -> None:
    """A failing statement changes the order, not the call."""
    assert analyse(_JOINED + 'c = pick(b, "d", "e")\nExec·ute c', "vbscript").flows[:1] == []
    flows = analyse(_JOINED + 'c = pick(b, "d", a)\nExec·ute c', "vbscript").flows
    assert [flow.words for flow in flows] == ["request('k') → t → pick → a → f → c → execute"]


@pytest.mark.parametrize(
    ("code", "is_found"),
    [
        ('p = "../apps/" & Req·uest("k") & ".txt"\nExec·ute readAll(p)', False),
        ('p = "apps" & Req·uest("k")\nExec·ute readAll(p)', True),
        ('p = "apps/" & Req·uest("k")\nExec·ute Trim(p)', True),
        ('Exec·ute Trim("apps/" & Req·uest("k"))', True),
        ('Function f(a)\nf = a\nEnd Function\np = "apps/" & Req·uest("k")\nExec·ute f(p)', True),
        ('p = "apps/" & Req·uest("k")\nExec·ute Array(p)(0)', True),
        ('Exec·ute Array("apps/" & Req·uest("k"))(0)', True),
        ('p = "apps/" & Req·uest("k")\nExec·ute CVar(p)', True),
        ('Function readAll(a)\nreadAll = a\nEnd Function\nExec·ute readAll("apps/" & Req·uest("k"))', True),
        (
            'Exec·uteGlobal "Function readAll(a): readAll = a: End Function"\nExec·ute readAll("a/" & Req·uest("k"))',
            True,
        ),
        ('Sub g(readAll())\nExec·ute readAll("apps/" & Req·uest("k"))\nEnd Sub\ng h', True),
        ('Set readAll = GetRef("f")\nExec·ute readAll("apps/" & Req·uest("k"))', True),
    ],
)
def test_a_file_of_the_site_is_read(code: str, *, is_found: bool) -> None:
    flows = analyse(f"On Error Resume Next\n{code}", "vbscript").flows
    assert any(flow.from_visitor for flow in flows) is is_found


@pytest.mark.parametrize(
    ("language", "code", "is_found"),
    [
        ("c#", 'string p = "/" + Req·uest["p"]; Assem·bly.Load(Convert.FromBase64String(p));', True),
        ("c#", 'string p = "/" + Req·uest["p"]; Assem·bly.Load(File.ReadAllBytes(p));', False),
        ("vbscript", 'p = "/" & Req·uest("c")\nCreateObject("WScript.Sh·ell").R·un "cmd.exe " & Array(p)(0)', True),
        ("vbscript", 'p = "/" & Req·uest("c")\nExec·ute fso.OpenTextFile(p).ReadAll()', False),
        ("jscript", 'var p = "a/" + Req·uest("x"); ev·al(Object(p));', True),
    ],
)
def test_only_a_call_that_reads_a_file_gives_back_another_text(language: str, code: str, *, is_found: bool) -> None:
    flows = analyse(code, language).flows
    assert any(flow.from_visitor and flow.kind in RUNNING for flow in flows) is is_found


@pytest.mark.parametrize(("name", "is_whole"), [('"b" + 1', True), ('b + ".txt"', True), ('"b" + ".txt"', False)])
def test_an_addition_that_may_fail_leaves_a_name_as_it_was(name: str, *, is_whole: bool) -> None:
    code = (
        f'On Error Resume Next\nf = Req·uest("p")\nf = {name}\nSet s = CreateObject("ADODB.Str·eam")\n'
        's.Wri·teText Req·uest("c")\ns.SaveTo·File f'
    )
    shapes = [shape.is_whole for _, shape in analyse(code, "vbscript").writes]
    assert shapes == [is_whole]


def test_many_functions_make_no_library() -> None:
    """What others call changes nothing of a road: functions that nobody needs are written quickly."""
    padding = "".join(f"Function f{n}(a)\nf{n} = a\nEnd Function\n" for n in range(61))
    code = (
        "Class C\nPublic v\nEnd Class\nFunction mk(a)\nSet mk = New C\nmk.v = a\nEnd Function\n"
        'Set o = mk("1")\nSet q = mk(Req·uest("x"))\nExec·ute q.v'
    )
    assert [flow.words for flow in analyse(padding + code, "vbscript").flows] == [
        flow.words for flow in analyse(code, "vbscript").flows
    ]
