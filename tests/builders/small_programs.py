"""Small programs in which an object, a visitor's text and constants may meet."""

from __future__ import annotations

from hypothesis import strategies as st

# Objects that are made plainly, by way of others, and in ways that no look at the names can tell; sinks of each type;
# what the visitor sends, kept and handed on.
_VBSCRIPT = (
    'Set s = CreateObject("WScr·ipt.Shell")', 'Set s = CreateObject(("WScr·ipt.Shell"))', "Set s = o",
    "Set s = Nothing",
    'Set o = CreateObject("WScr·ipt.Shell")', 'Set s = CreateObject("WScr" & "ipt.Shell")', "Set s = New RegExp",
    'n = "WScr·ipt.Shell"', "Set s = CreateObject(n)", 'Set s = CreateObject("Scripting.Dictionary")', "Set s = f(o)",
    'Set s = GetObject("new:{72C2·4DD5-D70A-438B-8A42-98424B88AFB8}")', "Set f = a", "Function f(a)", "End Function",
    "f = a", "f = s", 's.Run Req·uest("k")', "s.Run x", "y = s.Exec(x).StdOut.ReadAll", "With s", ".Run x",
    "End With",
    'With CreateObject("WScr·ipt.Shell")', "run s, x", "Sub run(s, c)", "s.Run c", "End Sub", 'x = Req·uest("k")',
    "x = f(x)", "Exec·ute x", "Exec·ute f(x)", "x = y", "y = x", 'Sess·ion("a") = x', 'x = Sess·ion("a")',
    "For Each s In o", "For Each x In Req·uest.Form", "Next", "If x Then s.Run x",
    'Set t = CreateObject("ADO·DB.Stream")',
    "t.Write x", 't.Save·ToFile x', "t.Write Req·uest.BinaryRead(9)", 'x = "a" & x', "x = CInt(x)",
    "Set r = GetRef(n)",
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
    "var b = new StringBuilder();", "b.Append(x);", "x = b.ToString();", 'Sess·ion["a"] = x;',
    'x = (string)Sess·ion["a"];',
    "int n = int.Parse(x);", 'var m = typeof(A).GetMethod("St" + "art");', "m.Invoke(null, new object[] { x });",
    "string P { get { return x; } set { Pro·cess.Start(value); } }", "P = x;", 'File.Write·AllText("a", x);',
    "using (var p = new Pro·cess()) { p.StartInfo.FileName = x; }", "void h(HttpContext c) {", 'x = c.Req·uest["k"];',
    "[WebMethod] public void m(string x) {", "var p = (Pro·cess)o;", "if (x != null) { p.StartInfo.FileName = x; }",
)  # fmt: skip
_JSCRIPT = (
    'var s = new ActiveX·Object("WScr·ipt.Shell");', 'var s = new ActiveX·Object("WScr" + "ipt.Shell");',
    "var s = o;",
    'var o = new ActiveX·Object("WScr·ipt.Shell");', "s = null;", "s.Run(x);", 's.Run(Req·uest.Item("k"));',
    'var x = Req·uest.Item["k"];', "function f(a) { return a; }", "s = f(o);", "x = f(x);", "ev·al(x);",
    "ev·al(f(x));",
    "var g = function (a) { ev·al(a); };", "g(x);", "function run(s, c) { s.Run(c); }", "run(s, x);", "x = y;",
    "y = x;",
    "new Func·tion(x)();", "var e = ev·al;", "e(x);", 'x += "a";', 'Sess·ion("a") = x;', 'x = Sess·ion("a");',
    "with (s) {",
    "Run(x);", "}", 'n = "WScr·ipt.Shell";', "s = new ActiveX·Object(n);", "s = new ActiveX·Object(x);",
    's = Server.CreateObject("WScr·ipt.Shell");', "for (var s in o) {", "if (x) { s.Run(x); }", "x = parseInt(x);",
    'ev·al("s.Run" + "(x)");', 'k = "s.Run(x)";', "ev·al(k);", "s = t.u;", "s = new Enumerator(o);",
    'new ActiveX·Object("WScr·ipt.Shell").Run(x);',
)  # fmt: skip
POOLS = {"vbscript": _VBSCRIPT, "vb": _VB, "c#": _CSHARP, "jscript": _JSCRIPT}

# What one object may be given, what the visitor's text goes through, and where both meet.
_MEETINGS = {
    "vbscript": (
        (
            'Set s = CreateObject("WScr·ipt.Shell")', 'Set o = CreateObject("WScr·ipt.Shell")\nSet s = o',
            "Set s = Nothing",
            'Set s = CreateObject("Scripting.Dictionary")', "Set s = New RegExp",
            'Set s = (CreateObject("WScr·ipt.Shell"))',
            'Set o = CreateObject("WScr·ipt.Shell")\nSet s = (o)', 'n = "WScr·ipt.Shell"\nSet s = CreateObject(n)',
            'Function f()\nSet f = CreateObject("WScr·ipt.Shell")\nEnd Function\nSet s = f()',
            'Set s = CreateObject("WScr" & "ipt.Shell")',
        ),
        ('x = Req·uest("k")', 'y = Req·uest("k")\nx = y', 'Sess·ion("a") = Req·uest("k")\nx = Sess·ion("a")'),
        (
            "s.Run x", "With s\n.Run x\nEnd With", "With s\ny = .Exec(x).StdOut\nEnd With",
            "Sub g(t)\nt.Run x\nEnd Sub\ng s",
            "Set t = s\nt.Run x", "If a Then s.Run x",
        ),
    ),
    "vb": (
        (
            "Dim p As New Pro·cess()", "Dim p = New Pro·cess()", "p = Nothing", "Dim q = New Pro·cess()\np = q",
            "Dim p As Pro·cess = q", "Dim p = New StringBuilder()", "Dim q = New Pro·cess()\np = (q)",
            "Function f()\nReturn New Pro·cess()\nEnd Function\np = f()",
        ),
        ('x = Req·uest("k")', 'y = Req·uest("k")\nx = y'),
        (
            "p.StartInfo.FileName = x", "With p\n.StartInfo.FileName = x\nEnd With",
            "Sub g(t)\nt.StartInfo.FileName = x\nEnd Sub\ng(p)", "Dim t = p\nt.StartInfo.Arguments = x",
        ),
    ),
    "c#": (
        (
            "var p = new Pro·cess();", "p = null;", "var q = new Pro·cess(); p = q;", "var p = (Pro·cess)o;",
            "Pro·cess p = o;",
            "var p = new StringBuilder();", "var q = new Pro·cess(); p = (q);",
            "Pro·cess f() { return new Pro·cess(); } p = f();",
            "var q = new Pro·cess(); p = a ? q : null;", "var q = new Pro·cess(); p = q ?? o;",
        ),
        ('var x = Req·uest["k"];', 'var y = Req·uest["k"]; x = y;'),
        (
            "p.StartInfo.FileName = x;", "void g(Pro·cess t) { t.StartInfo.FileName = x; } g(p);",
            "var t = p; t.StartInfo.Arguments = x;", "foreach (var t in p) { t.StartInfo.FileName = x; }",
        ),
    ),
    "jscript": (
        (
            'var s = new ActiveX·Object("WScr·ipt.Shell");',
            'var o = new ActiveX·Object("WScr·ipt.Shell"); s = o;', "s = null;",
            'var o = new ActiveX·Object("WScr·ipt.Shell"); s = (o);', "s = new Object();",
            'var n = "WScr·ipt.Shell"; s = new ActiveX·Object(n);', 's = Server.CreateObject("WScr·ipt.Shell");',
            'function f() { return new ActiveX·Object("WScr·ipt.Shell"); } s = f();',
            'var o = new ActiveX·Object("WScr·ipt.Shell"); s = a || o;',
        ),
        ('var x = Req·uest.Item["k"];', 'var y = Req·uest.Item["k"]; x = y;'),
        ("s.Run(x);", "function g(t) { t.Run(x); } g(s);", "var t = s; t.Run(x);", "if (a) { s.Run(x); }"),
    ),
}  # fmt: skip


@st.composite
def programs(draw: st.DrawFn, language: str) -> str:
    """Draw a program: any statements, or an object and a visitor's text that meet, in any order."""
    if draw(st.booleans()):
        return "\n".join(draw(st.lists(st.sampled_from(POOLS[language]), min_size=2, max_size=10)))
    made, given_to, met = _MEETINGS[language]
    parts = draw(st.lists(st.sampled_from(made), min_size=1, max_size=3))
    parts += [draw(st.sampled_from(given_to)), draw(st.sampled_from(met))]
    return "\n".join(draw(st.permutations(parts)))


LINES = (
    'x = "a"', 'y = x & "b"', "z = Chr(65) & k", 'k = "v"', 'k = "w"', 'x = x & "q"', "y = x", "x = y", "x = x & k",
    "For i = 1 To 3", "Next", "Do While x", "Loop", "w = f(x)", "w = f(k)", "k = f(z)", 'w = f("c") & "d"',
    "Function f(p)", "f = p & k", 'f = "e" & p', "End Function", 'If x = "a" Then y = "3"', "Ex·ecute y",
    "Ex·ecute f(y)",
    "z = UCase(w) & z", "k = 5", "k = x & y", "y = -x", "Dim x, k", 'Const k = "c"', 'a = "Ex·ecute " & k',
    "b = a & w",
    'c = Replace("xbx", "x", k)', "d = StrReverse(k) & c", 'n(1) = "a" & k', "x = n(1) & w", "k = Array(1, 2)",
    'x = Mid("abcdef", k, 1) & "g"', "Response.Write x & k", "Set x = k", 'Call f("a" & k)', "k = f", "ReDim k(2)",
    'w = x & k & "t"', "x = Split(k)(0)", "w = g(1)", "Function g(p)", "g = Chr(64 + p) & w",
)  # fmt: skip
"""Lines of Visual Basic that fold constants."""
