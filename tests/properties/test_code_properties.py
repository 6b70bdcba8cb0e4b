"""Properties of the code room as a whole: nothing raises, offsets hold, and what changes nothing changes no flow."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.builders.inert import analyse, live, roads, unit_of
from webshellhunt.analysis.flow.page_analysis import PageAnalysis
from webshellhunt.lang.tokens import STRING, Tokens, tokenize
from webshellhunt.lang.unit import build_unit

LANGUAGES = ("c#", "jscript", "vb", "vbscript")
_PIECES = [
    "(",
    ")",
    "[",
    "]",
    "{",
    "}",
    ";",
    ":",
    ",",
    ".",
    "=",
    "+=",
    "&",
    "+",
    "\n",
    '"',
    "'",
    "/*",
    "*/",
    "//",
    "<%--",
    "--%>",
    "=>",
    "?",
    "!",
    "\\",
    "_",
    "#",
    '$"',
    '@"',
    "`",
    "a",
    "b",
    "f",
    "x",
    "k",
    "in",
    "new",
    "return",
    "function",
    "Function",
    "Sub",
    "End",
    "If",
    "Then",
    "Else",
    "For",
    "Each",
    "With",
    "As",
    "Dim",
    "Set",
    "Call",
    "using",
    "foreach",
    "class",
    "var",
    "string",
    "Session",
    "Application",
    "Req·uest",
    "ev·al",
    "Exec·ute",
    "Pro·cess",
    "Start",
    "CreateObject",
    "WScr·ipt.Shell",
    "StartInfo",
    "FileName",
    "Save·ToFile",
    "Write",
    "len",
    "cint",
    "Form",
    "Files",
    "eval(",
    "f(",
    "a=b",
    "f(x){",
    '"k"',
    '"abcdefghijklmnop"',
    "chr(65)&",
]
_CODE = st.lists(st.sampled_from([live(p) for p in _PIECES]) | st.text(max_size=4), max_size=40).flatmap(
    lambda pieces: st.sampled_from(["", " "]).map(lambda glue: glue.join(pieces))
)


@given(code=_CODE | st.text(max_size=200), language=st.sampled_from(LANGUAGES))
@example(code=live("s.Save·ToFile"), language="vb")
@example(code="with .a\nwith .b\n.c(", language="vb")
def test_no_text_makes_the_analysis_raise(code: str, language: str) -> None:
    unit = build_unit(code, language, [(0, len(code))])
    analysis = PageAnalysis(unit, objects={"a": "fso"}, controls=frozenset({"b"}))
    total = len(unit.tokens)
    assert all(0 <= flow.place < total for flow in analysis.all_flows())
    assert all(0 <= token < total for _, _, token in analysis.sinks)
    assert all(0 <= token < total for token, _ in analysis.written_names())
    assert all(0 <= token < total for token in analysis.powers.values())
    assert all(flow.words for flow in analysis.flows)


# What changes nothing -----------------------------------------------------------------------------------------------

_ROADS = {
    "vbscript": """
        Sub run(a)
            Exec·ute a
        End Sub
        Function f(b)
            f = b & "x"
        End Function
        Set s = Create·Object("WScr" & "ipt.Shell")
        With s
            .Run Req·uest("one")
        End With
        For Each v In Req·uest.Form
            run v
        Next
        y = f(Req·uest.QueryString("two"))
        If Len(y) > 0 Then run(y)
        Exec·ute CLng(Req·uest("three"))
        Sess·ion("key") = Req·uest("four") : z = Sess·ion("key")
        Call s.Exec(z)
    """,
    "vb": """
        Function f(ByVal b As String) As String
            Return b
        End Function
        Sub go()
            Dim p As New Pro·cess()
            p.StartInfo.FileName = f(Req·uest("one"))
            Dim n As Integer = CInt(Req·uest("two"))
            Sh·ell(n)
            Dim t As String = Req·uest.Form("three")
            File.Write·AllText("a", t)
        End Sub
        go()
    """,
    "c#": """
        string f(string a, string b) { return b; }
        void go() {
            string x = Req·uest["one"];
            var p = new Pro·cessStartInfo();
            p.Arguments = f("c", x);
            foreach (string v in Req·uest.Form) { Pro·cess.Start(v); }
            int n = int.Parse(Req·uest["two"]); Pro·cess.Start("a" + n);
            using (var w = new Stream·Writer(p)) { w.Write(Req·uest["three"]); }
        }
        go();
    """,
    "jscript": """
        function f(a) { return a; }
        function go() {
            var x = f(Req·uest.Item["one"]);
            var g = function (b) { ev·al(b); };
            g(x);
            ev·al(parseInt(Req·uest.Item["two"]));
            var s = new Active·X·Object("WS" + "cr·ipt.Shell");
            s.Run(Req·uest.Item("three"));
        }
        go();
    """,
}
_EXPECTED = {language: roads(analyse(code, language)) for language, code in _ROADS.items()}
_VARIABLES = re.compile(r"\b(?:a|b|f|g|n|p|s|t|v|w|x|y|z|go|run)\b(?!\")")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_examples_have_roads(language: str) -> None:
    assert len([road for road in _EXPECTED[language] if road[1] == "visitor"]) >= 2


def rewritten(language: str, between: Callable[[], str]) -> str:
    """Return an example with something written before each of its tokens."""
    text = live(_ROADS[language])
    tokens = tokenize(text, language)
    out, at = [], 0
    for start, end in zip(tokens.starts, tokens.ends, strict=True):
        out += [text[at:start], between(), text[start:end]]
        at = end
    return "".join(out)


_BLANKS = {
    "c#": st.sampled_from(["", " ", "\t", "\n", "/* ; { */", "// (\n", " /*\n*/ "]),
    "jscript": st.sampled_from(["", " ", "\t", "/* ; { */", ' /* " */ ']),
    "vb": st.sampled_from(["", " ", "\t", " _\n"]),
    "vbscript": st.sampled_from(["", " ", "\t", " _\r\n"]),
}


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data())
def test_blanks_and_comments_change_no_flow(language: str, data: st.DataObject) -> None:
    picks = data.draw(st.lists(_BLANKS[language], min_size=1, max_size=30))
    number = 0

    def between() -> str:
        nonlocal number
        number += 1
        return picks[number % len(picks)]

    text = _without_split_dots(rewritten(language, between), language)
    assert roads(analyse(text, language)) == _EXPECTED[language]


def _without_split_dots(text: str, language: str) -> str:
    """Keep a name and its dot together: in VB a dot behind a blank belongs to ``With``."""
    return re.sub(r"(?<=[\w)])(?:[ \t]|_\r?\n)+\.", ".", text) if language in ("vb", "vbscript") else text


@pytest.mark.parametrize("language", ["vb", "vbscript"])
@given(data=st.data())
def test_case_changes_no_flow_of_vb(language: str, data: st.DataObject) -> None:
    text = live(_ROADS[language])
    tokens = tokenize(text, language)
    flips = data.draw(st.lists(st.booleans(), min_size=1, max_size=50))
    chars = [c.swapcase() if flips[at % len(flips)] else c for at, c in enumerate(text)]
    for kind, start, end in zip(tokens.kinds, tokens.starts, tokens.ends, strict=True):
        if kind == STRING:
            chars[start:end] = text[start:end]
    changed = analyse("".join(chars), language)
    assert [flow.words for flow in changed.flows] == [flow.words for flow in analyse(text, language).flows]


@pytest.mark.parametrize("language", LANGUAGES)
@given(names=st.lists(st.from_regex(r"\A[a-z]{3,8}[0-9]{1,3}\Z"), min_size=14, max_size=14, unique=True))
def test_names_of_variables_change_no_flow(language: str, names: list[str]) -> None:
    chosen: dict[str, str] = {}
    text = _VARIABLES.sub(lambda m: chosen.setdefault(m[0], names[len(chosen) % len(names)]), live(_ROADS[language]))
    assert roads(analyse(text, language)) == _EXPECTED[language]


@pytest.mark.parametrize("language", LANGUAGES)
@given(data=st.data())
def test_what_stands_before_takes_no_flow_away(language: str, data: st.DataObject) -> None:
    line = data.draw(st.sampled_from(["q1 = 1", 'q2 = "text"', "q3(q4, q5)", "q6 = q7.q8(q9)"]))
    end = "\n" if language in ("vb", "vbscript") else ";\n"
    text = (line + end) * data.draw(st.integers(1, 5)) + _ROADS[language]
    assert roads(analyse(text, language)) == _EXPECTED[language]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_same_code_gives_the_same_flows(language: str) -> None:
    assert analyse(_ROADS[language], language).flows == analyse(_ROADS[language], language).flows


@pytest.mark.parametrize("language", LANGUAGES)
def test_offsets_point_into_the_text(language: str) -> None:
    unit = unit_of(_ROADS[language], language)
    tokens: Tokens = unit.tokens
    for flow in PageAnalysis(unit).flows:
        written = tokens.text[tokens.starts[flow.place] : tokens.ends[flow.place]]
        assert written.lower() == flow.name.rpartition(".")[2].lower()
