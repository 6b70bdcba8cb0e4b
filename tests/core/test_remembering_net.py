"""Remembered results of methods: statics, bases, overloads and delegates are part of what a call depends on."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from tests.builders.core_runs import Outcome, known_texts
from tests.builders.inert import live
from tests.core.test_remembering import reached
from webshellhunt.analysis.dotnet import run_dotnet
from webshellhunt.analysis.surroundings import Surroundings
from webshellhunt.core import calls, remember
from webshellhunt.lang.unit import build_unit

CALLED = {
    "a static field": "static int n; string F(string a) { n = n + 1; return a + n; }"
    "|Run(F(\"a\") + F(\"a\")); Run(F(x));",
    "a static field of another class": "class C { public static string S = \"a\"; } string F() { return C.S; }"
    "|Run(F()); C.S = x; Run(F());",
    "an override": "class B { public virtual string G() { return \"b\"; } public string F() { return G(); } }"
    "class D : B { public override string G() { return \"d\"; } }|Run(new B().F()); Run(new D().F());",
    "an overload": "string F(object o) { return \"object\"; } string F(string s) { return s; }"
    "string G(object o) { return F(\"a\") + o; }|Run(G(1)); Run(G(x)); Run(G(1));",
    "a delegate": "string F(Func<string, string> g, string a) { return g(a); }"
    "|Run(F(v => v + \"1\", \"a\")); Run(F(v => \"b\", \"a\")); Run(F(v => v, x));",
    "a captured variable": "Func<string> F(string a) { return () => a; }"
    "|var g = F(x); var h = F(\"a\"); Run(g()); Run(h());",
    "an exception": "string F(string a) { try { return int.Parse(a).ToString(); } catch (Exception e) { return a; } }"
    "|Run(F(\"1\")); Run(F(\"a\")); Run(F(x));",
    "an array": "void F(int[] a) { a[0] = a[0] + 1; }|var a = new int[1]; F(a); F(a); Run(\"\" + a[0]);",
    "a structure": "struct S { public string T; } string F(S s) { s.T = s.T + \"1\"; return s.T; }"
    "|var s = new S(); s.T = \"a\"; Run(F(s)); Run(F(s)); Run(s.T);",
    "an object that is made": "class C { public string P; public C(string p) { P = p; } }"
    "C F(string a) { return new C(a); }"
    "|var a = F(\"1\"); var b = F(\"1\"); a.P = x; Run(b.P); Run(a.P);",
    "a type that is tested": "string F(object o) { if (o is string) return \"text\"; return \"other\"; }"
    "|Run(F(\"a\")); Run(F(1)); Run(F(new int[1]));",
    "a property": "int n; int P { get { n = n + 1; return n; } }|Run(\"\" + P + P); Run(\"\" + n);",
}  # fmt: skip
"""Members of a page, and code that calls them several times."""


def run(code: str, *, remembers: bool) -> Outcome:
    """Return the outcome of a run over a page of C#, whose results are all remembered, or none of them."""
    members, body = code.split("|")
    text = live(
        f'{members} void Page_Load(object o, EventArgs e) {{ string x = Requ·est["k"]; {body} }}'.replace(
            "Run(", "System.Diagn·ostics.Process.Start("
        )
    )
    unit = build_unit(text, "csharp", [(0, len(text))])
    with pytest.MonkeyPatch.context() as patch:
        if remembers:
            patch.setattr(remember, "LEAST_CODE", 0)
            patch.setattr(remember, "LEAST_COST", 0)
        else:
            patch.setattr(calls, "look", lambda *_: None)
        found = run_dotnet(unit.tokens, Surroundings(), unit.parsed)
    return Outcome([*found.shown], found.is_exhausted)


def values(outcome: Outcome) -> Sequence[object]:
    return [found for _, names, found in reached(outcome) if names[-1] == "start"]


@pytest.mark.parametrize("code", CALLED.values(), ids=CALLED.keys())
def test_what_a_method_does_is_the_same_with_and_without_remembered_results(code: str) -> None:
    assert values(run(code, remembers=True)) == values(run(code, remembers=False)) != []


def shown_of(code: str) -> list[str]:
    """Return the known texts that a page runs, in alphabetical order."""
    found = run(code, remembers=True)
    return sorted(
        text for each in found.arrivals if each.names[-1] == "start" for text in known_texts(each.arguments[0])
    )
