"""Functions that are called by a name as text: which one, and with what."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import analyse, roads

LOAD = [("load", "visitor", "k")]
PICK = [("pick", "visitor", "k")]
GIVEN = 'new object[] { Req·uest["k"] }'


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        (f'typeof(System.Reflection.Assembly).GetMethod("Lo·ad").Invoke(null, {GIVEN});', LOAD),
        (f'typeof(Assembly).GetMethod("Lo" + "ad", new[] {{ typeof(byte[]) }}).Invoke(null, {GIVEN});', LOAD),
        (f'var m = typeof(Assembly).GetMethod("Lo·ad"); m.Invoke(null, {GIVEN});', LOAD),
        (f'var t = typeof(Assembly); var m = t.GetMethod("Lo·ad"); m.Invoke(null, {GIVEN});', LOAD),
        (
            f'var t = Type.GetType("a.b.Assembly, mscorlib"); t.GetMethod("Lo·ad").Invoke(null, {GIVEN});',
            LOAD,
        ),
        (f'(a.GetType("x.Assembly") as Type).GetMethod("Lo·ad").Invoke(null, {GIVEN});', LOAD),
        (f'typeof(Assembly).InvokeMember("Lo·ad", flags, null, null, {GIVEN});', LOAD),
        (f'x.GetType().GetMethod("Lo·ad").Invoke(x, {GIVEN});', LOAD),
        (f'typeof(Assembly).GetMethods().First(m => m.Name == "Lo·ad").Invoke(null, {GIVEN});', LOAD),
        (f"foreach (var m in typeof(Assembly).GetMethods()) m.Invoke(null, {GIVEN});", PICK),
        (
            "foreach (var m in typeof(Assembly).GetMethods())"
            f' {{ if (m.Name == "Lo" + "ad") m.Invoke(null, {GIVEN}); }}',
            LOAD,
        ),
        (f"typeof(Assembly).GetMethod(nameof(Assembly.Lo·ad)).Invoke(null, {GIVEN});", LOAD),
        (f"typeof(Assembly).GetMethod(named()).Invoke(null, {GIVEN});", PICK),
        (f"Type.GetType(a()).GetMethod(b()).Invoke(null, {GIVEN});", PICK),
        ('Func<byte[], Assembly> f = Assembly.Lo·ad; f(Req·uest["k"]);', LOAD),
        (
            'var f = Delegate.CreateDelegate(F, typeof(Assembly).GetMethod("Lo·ad")); f.DynamicInvoke(Req·uest["k"]);',
            LOAD,
        ),
        (
            'var f = Delegate.CreateDelegate(F, typeof(Assembly), "Lo·ad"); f.DynamicInvoke(Req·uest["k"]);',
            LOAD,
        ),
        ('var f = new Func<byte[], Assembly>(Assembly.Lo·ad); f(Req·uest["k"]).CreateInstance("A");', LOAD),
        (
            f'var m = typeof(Assembly).GetMethods().Where(x => x.Name == "Lo·ad").First(); m.Invoke(null, {GIVEN});',
            LOAD,
        ),
        (
            f"object Go(string t, string m, object[] a) {{ return Type.GetType(t).GetMethod(m).Invoke(null, a); }}"
            f' void Page() {{ Go("a.Assembly", "Lo·ad", {GIVEN}); Go("a.Text", "Other", null); }}',
            LOAD,
        ),
        (
            'Delegate Made(string m) { return typeof(Assembly).GetMethod("Lo" + m).CreateDelegate(typeof(F)); }'
            ' void Page() { var f = Made("ad"); f.DynamicInvoke(Req·uest["k"]); }',
            LOAD,
        ),
        (
            'object p = Type.GetType("a.Process").GetConstructor(new Type[0]).Invoke(null);'
            f' p.GetType().GetMethod("St·art").Invoke(p, {GIVEN});',
            [("process", "visitor", "k")],
        ),
        (
            'dynamic p = Activator.CreateInstance(Type.GetType("a.Process")); p.StartInfo.Arguments = Req·uest["k"];',
            [("process", "visitor", "k")],
        ),
        (
            'var i = Activator.CreateInstance(Type.GetType("a.ProcessStartInfo"));'
            ' i.GetType().GetProperty("FileName").SetValue(i, Req·uest["k"]);',
            [("process", "visitor", "k")],
        ),
        (f'typeof(Process).GetMethod("St·art").Invoke(null, {GIVEN});', [("process", "visitor", "k")]),
        (
            'Type.GetType(Req·uest["k"]).GetMethod(Req·uest["m"]).Invoke(null, Req·uest["k"]);',
            [("name", "visitor", "k")],
        ),
        ('Func<string, Process> f = Process.Start; f(Req·uest["k"]);', [("process", "visitor", "k")]),
        (
            f'var t = Type.GetTypeFromProgID("WScript.Shell"); t.InvokeMember("Run", a, b, c, {GIVEN});',
            [("process", "visitor", "k")],
        ),
        # None of these is a loader.
        (f'var t = Type.GetTypeFromProgID("WScript.Network"); t.InvokeMember("Name", a, b, c, {GIVEN});', []),
        (f'typeof(Convert).GetMethod("ToBase64String").Invoke(null, {GIVEN});', []),
        (f"typeof(Mine).GetMethod(named()).Invoke(null, {GIVEN});", []),
        (f"GetType().GetMethod(named()).Invoke(this, {GIVEN});", []),
        (f'this.GetType().GetMethod(Req·uest["m"]).Invoke(this, {GIVEN});', []),
        (f'x.GetType().GetMethod(Req·uest["m"]).Invoke(x, {GIVEN});', []),
        ('typeof(Assembly).GetMethod("Lo·ad").Invoke(null, new object[] { own });', []),
        (f"handler.Invoke(this, {GIVEN});", []),
    ],
)
def test_what_is_called(code: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert roads(analyse(code, "c#")) == expected


def test_visual_basic_names_a_type_by_its_operator() -> None:
    code = 'Dim m = GetType(Assembly).GetMethod("Lo" & "ad")\nm.Invoke(Nothing, New Object() {Req·uest("k")})'
    assert roads(analyse(code, "vb")) == LOAD


def test_the_words_name_the_function() -> None:
    (flow,) = analyse(f'typeof(Assembly).GetMethod("Lo·ad").Invoke(null, {GIVEN});', "c#").flows
    assert flow.words.endswith("assembly.load")
    (flow,) = analyse(f"typeof(Assembly).GetMethod(named()).Invoke(null, {GIVEN});", "c#").flows
    assert flow.words.endswith("picked at run time")


@given(st.text(alphabet='()., =typeofGetMethodInvoke"x', max_size=80))
def test_any_text_is_read(text: str) -> None:
    assert list(analyse(f"typeof({text}.GetMethod({text}).Invoke({text})", "c#").flows) == []


def test_a_member_that_vb_calls_by_name_is_that_member() -> None:
    code = 'Dim w = CreateObject("WScript.Shell")\nCallByName(w, "Run", CallType.Method, Req·uest("k"))'
    assert ("process", "visitor", "k") in roads(analyse(code, "vb"))


@pytest.mark.parametrize(
    "code",
    [
        'var r = Req·uest.GetType().GetProperty("Form").GetValue(Req·uest); Assembly.Lo·ad(r);',
        'var p = typeof(HttpRequest).GetProperty("InputStream"); var s = (Stream)p.GetValue(Req·uest, null);'
        " Assembly.Lo·ad(s);",
        'var q = typeof(HttpContext).GetProperty("Req·uest").GetValue(HttpContext.Current, null);'
        ' var f = q.GetType().GetProperty("Form").GetValue(q, null); Assembly.Lo·ad(f);',
        "void Go(System.Web.UI.Page seen) { Assembly.Lo·ad(seen.Req·uest.InputStream); }",
    ],
)
def test_what_reflection_reads_of_the_request_is_the_visitors(code: str) -> None:
    assert [(kind, origin) for kind, origin, _ in roads(analyse(code, "c#"))] == [("load", "visitor")]


@pytest.mark.parametrize(
    "code",
    [
        'var p = typeof(Settings).GetProperty("Form"); Assembly.Lo·ad(p.GetValue(settings, null));',
        'p.SetValue(Req·uest, false, null); Assembly.Lo·ad("own");',
        'var i = new Own(); i.GetType().GetProperty("FileName").SetValue(i, Req·uest["k"]);',
        'var f = Delegate.CreateDelegate(F, typeof(Convert), "ToBase64String"); f.DynamicInvoke(Req·uest["k"]);',
    ],
)
def test_what_reflection_does_with_anything_else_is_nothing(code: str) -> None:
    assert roads(analyse(code, "c#")) == []


DECODER = 'string D(string s) { string r = ""; foreach (char c in s) r += (char)(c - 1); return r; } '


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        # A name that is worked out is that name.
        (f'Type.GetType(D("Nz/Uzqf")).GetMethod(D("Tvcnju")).Invoke(null, {GIVEN});', []),
        (f'typeof(Assembly).GetMethods().First(m => m.Name == D("Tvcnju")).Invoke(null, {GIVEN});', []),
        (
            'foreach (var m in typeof(Assembly).GetMethods()) { if (m.Name == D("Tvcnju"))'
            f" m.Invoke(null, {GIVEN}); }}",
            [],
        ),
        (f'typeof(Assembly).GetMethod(D("Mpbe")).Invoke(null, {GIVEN});', LOAD),
        # So is one that is joined or kept.
        (f'var n = "Sub" + "mit"; Type.GetType("My.Type").GetMethod(n).Invoke(null, {GIVEN});', []),
        (f'typeof(Mine).GetMethod(D("Tvcnju")).Invoke(null, {GIVEN});', []),
    ],
)
def test_a_name_that_is_worked_out_is_the_name(code: str, expected: list[tuple[str, str, str | None]]) -> None:
    assert roads(analyse(DECODER + f"void Page_Lo·ad() {{ {code} }}", "c#")) == expected


def test_the_call_behind_many_others_counts() -> None:
    decoys = 'Go("a.Text", "Other", null); ' * 60
    code = (
        "object Go(string t, string m, object[] a) { return Type.GetType(t).GetMethod(m).Invoke(null, a); }"
        f' void Page() {{ {decoys} Go("a.Assembly", "Lo·ad", {GIVEN}); }}'
    )
    assert roads(analyse(code, "c#")) == LOAD
