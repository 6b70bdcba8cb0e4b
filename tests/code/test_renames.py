"""Names by which a unit calls something else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import unit_of
from webshellhunt.code.renames import NATIVE, find_renames


@pytest.mark.parametrize(
    ("language", "code", "expected"),
    [
        ("c#", "using Q = System.Diagnostics.Process;", {"q": "process"}),
        ("c#", "using D = System.Diagnostics; using System.Web;", {"d": "diagnostics"}),
        ("c#", "using (var q = new Timer()) { }", {}),
        ("c#", "using var q = new Timer();", {}),
        ("vb", "Imports Q = System.Diagnostics.Process\nImports System.Web", {"q": "process"}),
        ("c#", '[DllImport("a.dll")] static extern int Beep(int a);', {"beep": "native:beep"}),
        ("c#", '[DllImport("a", EntryPoint = "MessageBoxW")] extern int Say(string s);', {"say": "native:messagebox"}),
        ("c#", '[DllImport("a", EntryPoint = "Be" + "ep")] extern int Say(string s);', {"say": "native:beep"}),
        ("c#", "[DllImport(", {}),
        ("vb", 'Declare Function Say Lib "a" Alias "BeepA" (x As Integer) As Integer', {"say": "native:beep"}),
        ("vb", 'Declare Auto Sub Beep Lib "a" (x As Integer)', {"beep": "native:beep"}),
        (
            "vb",
            '<DllImport("a", EntryPoint:="Beep")> Shared Function Say(x As Integer) As Integer',
            {"say": "native:beep"},
        ),
        ("vb", "Dim declare", {}),
        ("jscript", "function f(a) { return ev·al(a); }", {"f": "eval"}),
        ("jscript", 'function f(a, b) { ev·al(a, "x"); }', {"f": "eval"}),
        ("jscript", "function f(a, b) { ev·al(b); }", {}),
        ("jscript", "function f(a) { ev·al(a + 1); }", {}),
        ("jscript", "function f(a) { x.ev·al(a); }", {}),
        ("vbscript", "Sub F(a)\nExec·ute a\nEnd Sub", {"f": "execute"}),
    ],
)
def test_the_real_name_is_told(language: str, code: str, expected: dict[str, str]) -> None:
    assert find_renames(unit_of(code, language), {}) == expected


def test_what_the_page_declares_counts_where_it_is_one_word() -> None:
    assert find_renames(unit_of("", "c#"), {"Q": "process", "w": "wscript.shell"}) == {"q": "process"}


@given(st.text(alphabet='DllImport declare using=.;()[]{}," \nEntryPoint'), st.sampled_from(["c#", "vb", "jscript"]))
def test_no_text_breaks_it(code: str, language: str) -> None:
    find_renames(unit_of(code, language), {})


def test_a_declaration_that_is_cut_off_renames_nothing_and_breaks_nothing() -> None:
    assert find_renames(unit_of('Declare Function f Lib "a" alias', "vb"), {}) == {"f": f"{NATIVE}f"}
