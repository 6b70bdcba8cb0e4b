"""A page's own functions and loops, worked out; what isn't pure is left alone, and nothing costs more than it may."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.code.constants import iter_constants
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import PageEvaluator
from webshellhunt.code.evaluation.page import LONGEST_PART, MAX_CALLS
from webshellhunt.code.evaluation.values import MAX_TEXT
from webshellhunt.code.unit import Unit


def unit(code: str, language: str = "vbscript") -> Unit:
    return build_unit(code, language, [(0, len(code))])


def call(
    body: str, *arguments: Value, language: str = "vbscript", held: Mapping[str, Value] | None = None, more: str = ""
) -> Any:
    """Return what ``f`` returns: a function of the parameters ``a`` and ``b`` with a given body."""
    code = f"Function f(a, b)\n{body}\nEnd Function\n{more}"
    known = held or {}
    return PageEvaluator(unit(code, language)).call("f", list(arguments), known.get)


def returned(expression: str, *arguments: Value) -> Any:
    return call(f"f = {expression}", *arguments)


# Source: VBScript Language Reference, the examples and remarks of each function and operator.
@pytest.mark.parametrize(
    ("expression", "expected"),
    [
        ('Mid("VB Script is fun!", 4, 6)', "Script"),
        ('InStr(4, "XXpXXpXXPXXP", "P", 1)', 6),
        ('InStr(1, "XXpXXpXXPXXP", "P", 0)', 9),
        ('InStr("XXpXXpXXPXXP", "P")', 9),
        ('InStrRev("XXpXXpXXPXXP", "p", -1, 0)', 6),
        ('InStrRev("XXpXXpXXPXXP", "P", -1, 1)', 12),
        ('Replace("XXpXXPXXp", "p", "Y")', "XXYXXPXXY"),
        ('Replace("XXpXXPXXp", "p", "Y", 3)', "YXXPXXY"),
        ('Replace("aaa", "a", "b", 1, 2)', "bba"),
        ('StrReverse("VBScript")', "tpircSBV"),
        ('Join(Split("VBScriptXisXfun!", "X"), "-")', "VBScript-is-fun!"),
        ('Split("a%b%c", "%", 2)(1)', "b%c"),
        ('UBound(Array(10, 20, 30)) & "/" & LBound(Array(1))', "2/0"),
        ('Asc("A") & Asc("a") & Asc("Apple")', "659765"),
        ("Chr(65) & Chr(97) & Chr(62) & Chr(37)", "Aa>%"),
        ("Hex(459)", "1CB"),
        ("Hex(-1)", "FFFF"),
        ("Oct(459)", "713"),
        ("Int(-99.8)", -100),
        ("Fix(-99.8)", -99),
        ("CInt(0.5) & CInt(1.5) & CLng(2.5)", "022"),
        ('CLng("&H" & "4e")', 78),
        ('CInt("&HFFFF")', -1),
        ('CLng("&HFFFF&")', 65535),
        ('Val("24 and 57")', 24),
        ('StrComp("ABCD", "abcd", 1) & StrComp("ABCD", "abcd", 0) & StrComp("abcd", "ABCD")', "0-11"),
        ("Abs(-50.3)", 50.3),
        ("Sgn(-2) & Sgn(0)", "-10"),
        ("Space(2) & String(3, 65) & String(2, \"xy\")", "  AAAxx"),
        ("UCase(\"Hello\") & LCase(\"World\") & Trim(\"  vb  \") & Len(\"four\")", "HELLOworldvb4"),
        ('Right("AnyString", 6) & Left("VBScript", 3)', "StringVBS"),
        ('IsNumeric("53") & IsNumeric("459.95") & IsNumeric("45 Help")', "TrueTrueFalse"),
        ("2 ^ 3 ^ 2", 64),
        ("-2 ^ 2", -4),
        ("7 \\ 2 & 7 Mod 3 & -7 Mod 3", "31-1"),
        ("12 Xor 10", 6),
        ("(12 And 10) & (12 Or 10) & (Not 0)", "814-1"),
        ("10 / 4", 2.5),
        ('"34" + 6', 40),
        ('"34" + "6"', "346"),
        ("1 + 2 & 3", "33"),
        ("(1 < 2) & (1 >= 2) & (1 <> 1) & (1 =< 1)", "TrueFalseFalseTrue"),
        ("5 + True", 4),
        ("2147483647 + 1", 2147483648.0),
        ("vbCrLf & vbTab", "\r\n\t"),
        ('Eval("&H" & "41")', 65),
        ('Eval("2*3+1")', 7),
    ],
)  # fmt: skip
def test_functions_and_operators_do_as_documented(expression: str, expected: Value) -> None:
    assert returned(expression) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ("For i = 1 To 3\nf = f & i\nNext", "123"),
        ("For i = 6 To 1 Step -2\nf = f & i\nNext", "642"),
        ("For i = 3 To 1\nf = f & i\nNext\nf = f & i", "3"),
        ("For i = 1 To 9 : If i = 3 Then Exit For\nf = f & i\nNext\nf = f & i", "123"),
        ('For Each x In Split("a,b", ",")\nf = x & f\nNext', "ba"),
        ("While Len(f) < 3\nf = f & 7\nWend", "777"),
        ("Do While Len(f) < 2\nf = f & 1\nLoop", "11"),
        ("Do Until Len(f) = 2\nf = f & 1\nLoop", "11"),
        ("Do\nf = f & 1\nLoop While Len(f) < 2", "11"),
        ("Do\nf = f & 1\nLoop Until Len(f) = 3", "111"),
        ("Do\nf = f & 1\nIf Len(f) = 4 Then Exit Do\nLoop", "1111"),
        ('If 1 = 2 Then\nf = "a"\nElseIf 2 = 2 Then\nf = "b"\nElse\nf = "c"\nEnd If', "b"),
        ('If 1 = 2 Then f = "a" Else f = "b"', "b"),
        ('If 1 = 2 Then f = "a" : f = "c"\nf = f & "d"', "d"),
        ('If 1 = 1 Then f = "a" End If', "a"),
        ('If 1 = 2 Then : f = "a" : Else : f = "b" : End If', "b"),
        ('Select Case 3\nCase 1, 2\nf = "a"\nCase 3\nf = "b"\nCase Else\nf = "c"\nEnd Select', "b"),
        ('Select Case "x"\nCase 1 : f = "a"\nCase Else : f = "c"\nEnd Select', "c"),
        ('f = "a"\nExit Function\nf = "b"', "a"),
        ('Dim x(2)\nx(0) = "p" : x(2) = "q"\nReDim Preserve x(3)\nf = Join(x, ".")', "p..q."),
        ('x = Array("a", "b")\ny = x\ny(0) = "c"\nf = x(0) & y(0)', "ac"),
        ('On Error Resume Next\nSet x = Nothing\nConst c = "k"\nf = c', "k"),
        ('f = g("b") & "c"', "<b>c"),
        ("f = h(5)", 120),
    ],
)  # fmt: skip
def test_statements_run(body: str, expected: Value) -> None:
    more = 'Function g(x)\ng = "<" & x & ">"\nEnd Function\nFunction h(n)\nh = 1\nIf n > 1 Then h = n * h(n - 1)'
    assert call(body, more=f"{more}\nEnd Function") == expected


@pytest.mark.parametrize(
    "body",
    [
        'Set f = CreateObject("x")', 'f = Request("k")', "f = Session(a)", "Response.Write a", "f = a.Text",
        "f = unknown", "f = Now()", "f = Rnd()", "Randomize\nf = 1", "Call g(a)", "g a", "f = 1 / 0", "f = Null",
        "x(1) = 2\nf = x(1)",
        'f = CInt("one")', "f = Array(1)(5)", 'Execute "f = 1"', "On Error GoTo here\nf = 1", "f = (1", "f = 1)",
        "f = ()",
        "f =", "f = , ", "If 1 Then", "Next", "End If", "Case 1", "Else", "For i = 1", "Do\nNext", "f = 1 +",
        "Exit For",
        'Eval("f")', 'f = Eval("unknown")', "f = Chr()", "f = Mid(a)", "f = f(a)", "f = Asc(b)", "",
    ],
)  # fmt: skip
def test_what_is_not_pure_or_not_known_is_left_alone(body: str) -> None:
    assert call(body, "text") is None


def test_a_variable_of_the_page_is_asked_for_and_not_changed() -> None:
    letters = ["x", "y"]
    assert call("k(0) = a\nf = k(0) & k(1)", "z", held={"k": letters}) == "zy"
    assert letters == ["x", "y"]


def test_a_function_of_visual_basic_net_returns_and_uses_members() -> None:
    loop = "For i As Integer = 0 To t.Length - 1\nb &= Chr(Asc(t.Chars(i)) Xor 1)\nNext"
    body = f"Dim t As String = a.Substring(1)\n{loop}\nReturn b"
    assert call(body, "-ihi", "", language="vb") == "hih"


def test_hidden_code_calls_the_functions_of_its_page_within_one_budget() -> None:
    outer = PageEvaluator(unit("Function f(a)\nf = a & k\nEnd Function"))
    inner = PageEvaluator(unit('x = f("y")'), outer)
    assert inner.has("f")
    assert inner.call("f", ["y"], {"k": "z"}.get) == "yz"
    assert inner.budget is outer.budget


# Loops outside of functions -------------------------------------------------------------------------------------------


def folded(code: str) -> list[str]:
    page = unit(code)
    return [constant.value for constant in iter_constants(page.tokens, literals=False, own=PageEvaluator(page))]


def test_a_loop_of_the_page_leaves_what_it_made_in_its_variables() -> None:
    code = 's = "ifmmp"\nFor i = 1 To Len(s)\nt = t & Chr(Asc(Mid(s, i, 1)) - 1)\nNext\nshow t'
    assert "hello" in folded(code)


@pytest.mark.parametrize(
    "loop",
    [
        "For i = 1 To Len(s)\nt = t & Chr(Asc(Mid(s, i, 1)) Xor key)\nNext",
        "For i = 1 To Len(s)\nt = t & rs(i)\nNext",
        "Do While Not rs.EOF\nt = t & s\nLoop",
        "Do\nt = t & s\nLoop",
    ],
)
def test_a_loop_that_cannot_be_told_leaves_nothing(loop: str) -> None:
    assert set(folded(f's = "ifmmp"\n{loop}\nshow t')) <= {"ifmmp"}


# Bounds ---------------------------------------------------------------------------------------------------------------

_GROW = 't = String(16000, "a")\nFor i = 1 To 4\nt = t & t\nNext\n'
_ENDLESS = {
    "steps": "Do\nx = x + 1\nLoop",
    "a long expression": f"Do\nx = {'+'.join(['1'] * 3000)}\nLoop",
    "a search": f'{_GROW}u = Left(t, 8000) & "b"\nDo\nx = InStr(t, u)\nLoop',
    "replacing": f'{_GROW}Do\nx = Replace(t, "a", "b")\nLoop',
    "lists": "Do\nReDim x(65000)\nLoop",
    "copies of a list": "Dim x(65000)\nDo\ny = x\nLoop",
    "rounds over a list": "Dim x(65000)\nDo\nFor Each y In x\nExit For\nNext\nLoop",
    "evaluations": 'Do\nx = Eval("1+2")\nLoop',
    "a step of nothing": "For i = 1 To 2 Step 0\nNext",
    "calls": "Do\nx = g(1)\nLoop",
}  # fmt: skip


@pytest.mark.parametrize("body", _ENDLESS.values(), ids=_ENDLESS.keys())
def test_what_has_no_end_is_given_up_soon(body: str) -> None:
    with at_most(65_000_000):
        assert call(f"f = 1\n{body}", more="Function g(n)\ng = n\nEnd Function") is None


def test_a_text_may_be_so_long_and_no_longer() -> None:
    body = "f = a\nFor i = 1 To {}\nf = f & f\nNext"
    assert len(call(body.format(8), "x" * (MAX_TEXT >> 8))) == MAX_TEXT
    assert call(body.format(9), "x" * (MAX_TEXT >> 8)) is None


WALK = "For i = 1 To Len(a)\nt = Mid(a, i, 1)\nIf t = b Then t = vbLf\nf = t & f\nNext"


def test_a_long_text_is_worked_out_whole_where_that_is_affordable() -> None:
    text = "abc-" * 5_000
    assert call(WALK, text, "-") == text.replace("-", "\n")[::-1]


def test_a_longer_text_is_worked_out_in_parts() -> None:
    text = "".join(f"{number:05}" for number in range(40_000))
    value = call(WALK, text, "-")
    assert value.startswith(text[:LONGEST_PART][::-1])
    assert text[2 * LONGEST_PART - 100 : 2 * LONGEST_PART][::-1] in value
    assert LONGEST_PART < len(value) < len(text)


@pytest.mark.parametrize("calling", ["turn a, 2", "turn(a), 2", "Call turn(a, 2)"])
def test_a_procedure_changes_the_variables_of_its_caller(calling: str) -> None:
    more = "Sub turn(x, n)\nx = Mid(x, n) & Left(x, 1)\nEnd Sub"
    expected = "abc" if "(a)," in calling else "bca"
    assert call(f"{calling}\nf = a", "abc", more=more) == expected


def test_what_depends_on_a_variable_of_the_page_is_worked_out_anew_where_that_changes() -> None:
    evaluator = PageEvaluator(unit("Function f(a)\nf = a & key\nEnd Function"))
    assert evaluator.call("f", ["x"], {"key": "1"}.get) == "x1"
    assert evaluator.call("f", ["x"], {"key": "2"}.get) == "x2"
    left = evaluator.budget.steps
    assert evaluator.call("f", ["x"], {"key": "2"}.get) == "x2"
    assert evaluator.budget.steps == left


def test_calls_go_so_deep_and_no_deeper() -> None:
    body = "f = 1\nIf a > 1 Then f = 1 + f(a - 1, 0)"
    assert call(body, MAX_CALLS) == MAX_CALLS
    assert call(body, MAX_CALLS + 1) is None


@pytest.mark.parametrize("size", [5_000, 50_000])
def test_nesting_is_bounded_and_a_chain_is_not(size: int) -> None:
    assert returned("(" * size + "1" + ")" * size) is None
    assert returned("Not " * size + "1") is None
    assert returned("1" + " + 1" * size) == 1 + size
    assert call("If a = 1 Then\n" * size + "End If\n" * size) is None


def test_many_loops_cost_little() -> None:
    with at_most(20_000_000):
        folded("For i = 1 To 3\nx = 1\nx.y\nNext\n" * 5_000 + "For i = 1 To 3\n" * 5_000)


# Laws -----------------------------------------------------------------------------------------------------------------

_TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)
_SAFE = st.text("abcdefghij klmnop()=.:,", min_size=1, max_size=40)
_WORDS = st.sampled_from(
    [
        *"()+-*/\\^&=<>,.:\n", "f", "a", "b", "x", "1", '"t"', "For", "To", "Next", "Each", "In", "If", "Then", "Else",
        "End", "End If", "Do", "Loop", "While", "Wend", "Until", "Select Case", "Case", "Dim", "ReDim", "Mid", "Chr",
        "Array", "Split", "Exit For", "Exit Function", "Not", "And", "Mod", "Step", "Set", "Return", "Eval", "UBound",
        "As", "vbCrLf", "Const",
    ]
)  # fmt: skip


@given(st.lists(_WORDS, max_size=60).map(" ".join), st.sampled_from(["vb", "vbscript"]))
def test_no_code_makes_it_fail(body: str, language: str) -> None:
    call(body, "text", 3, language=language)
    page = unit(body, language)
    list(iter_constants(page.tokens, own=PageEvaluator(page)))


@given(_TEXTS, st.integers(1, 31))
def test_xor_is_undone(text: str, key: int) -> None:
    packed = "".join(chr(ord(c) ^ key) for c in text)
    assert call("For i = 1 To Len(a)\nf = f & Chr(Asc(Mid(a, i, 1)) Xor b)\nNext", packed, key) == text


@given(_TEXTS, st.integers(-20, 20))
def test_a_shift_is_undone(text: str, by: int) -> None:
    packed = "".join(chr(ord(c) + by) for c in text)
    assert (
        call(
            "Dim i, t\ni = 1\nDo While i <= Len(a)\nt = t + Chr(Asc(Mid(a, i, 1)) - b)\ni = i + 1\nLoop\nf = t",
            packed,
            by,
        )
        == text
    )


@given(_TEXTS)
def test_hexadecimal_pairs_are_undone(text: str) -> None:
    packed = text.encode("ascii").hex()
    assert call('For i = 1 To Len(a) Step 2\nf = f & Chr(CLng("&H" & Mid(a, i, 2)))\nNext', packed) == text


@given(_TEXTS, st.integers(-50, 50))
def test_numbers_are_undone(text: str, by: int) -> None:
    packed = "%".join(str(ord(c) + by) for c in text)
    assert call('For Each c In Split(a, "%")\nf = f & Chr(c - b)\nNext', packed, by) == text


@given(_SAFE)
def test_reversal_and_replacement_are_undone(text: str) -> None:
    packed = text[::-1].replace("a", "@@")
    assert call('For i = Len(a) To 1 Step -1\nf = f & Mid(a, i, 1)\nNext\nf = Replace(f, "@@", "a")', packed) == text


@given(_SAFE, st.permutations("abcdefghijklmnop"))
def test_an_own_alphabet_is_undone(text: str, letters: list[str]) -> None:
    alphabet, plain = "".join(letters), "abcdefghijklmnop"
    packed = text.translate(str.maketrans(plain, alphabet))
    found = 'p = InStr(b, c)\nIf p > 0 Then c = Mid("abcdefghijklmnop", p, 1)'
    assert call(f"For i = 1 To Len(a)\nc = Mid(a, i, 1)\n{found}\nf = f & c\nNext", packed, alphabet) == text
