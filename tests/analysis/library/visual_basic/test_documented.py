"""Functions, operators and statements of Visual Basic, as its reference documents them, in whole programs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.interpreted import seen


def literal(value: Any) -> str:
    """Return a value as VBScript writes it."""
    if not isinstance(value, str):
        return str(value)
    if value.isascii() and value.isprintable():
        return '"{}"'.format(value.replace('"', '""'))
    return " & ".join(f"ChrW({ord(each)})" for each in value)


def call(body: str, *arguments: Any, more: str = "") -> Any:
    """Return the result of ``f``: a function of the parameters ``a`` and ``b`` with a given body."""
    given_ones = ", ".join(map(literal, [*arguments, "", ""][:2]))
    found = seen(f"Function f(a, b)\n{body}\nEnd Function\n{more}\nSINK f({given_ones})", "vbscript")
    return found[0] if found else None


def returned(expression: str, *arguments: Any) -> Any:
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
    ],
)  # fmt: skip
def test_functions_and_operators_do_as_documented(expression: str, expected: object) -> None:
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
def test_statements_run(body: str, expected: object) -> None:
    more = 'Function g(x)\ng = "<" & x & ">"\nEnd Function\nFunction h(n)\nh = 1\nIf n > 1 Then h = n * h(n - 1)'
    assert call(body, more=f"{more}\nEnd Function") == expected


@pytest.mark.parametrize("calling", ["turn a, 2", "turn(a), 2", "Call turn(a, 2)"])
def test_a_procedure_changes_the_variables_of_its_caller(calling: str) -> None:
    more = "Sub turn(x, n)\nx = Mid(x, n) & Left(x, 1)\nEnd Sub"
    expected = "abc" if "(a)," in calling else "bca"
    assert call(f"{calling}\nf = a", "abc", more=more) == expected


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('SINK "a" & "b"', ["ab"]),
        ('SINK("a") & "b"', ["ab"]),
        ('x = SINK("a" & "b") & "c"', ["ab"]),
        ('Call SINK("a")', ["a"]),
        ('SINK "a", "b"', ["a"]),
        ('s = 2\nSelect Case s\nCase 1\nx = "a"\nCase 2\nx = "b"\nCase Else\nx = "c"\nEnd Select\nSINK x', ["b"]),
        ('s = 1\nDo While s > 0\nIf s = 1 Then\nx = "a"\ns = 2\nElse\nSINK x & "b"\ns = 0\nEnd If\nLoop', ["ab"]),
        ('x = "a"\nIf x = "b" Then x = "c"\nSINK x', ["a"]),
        (
            'Set d = CreateObject("Scripting.Dictionary")\nd.Add "k", "a"\nd("l") = "b"\nSINK d.Item("k") & d("l")',
            ["ab"],
        ),
        ('Set d = CreateObject("Scripting.Dictionary")\nd.Item("k") = "a"\nSINK d("k")', ["a"]),
        ('Set d = CreateObject("Scripting.Dictionary")\nd("a") = "b"\nd("A") = "c"\nSINK d("a")', ["b"]),
        ('Session("a") = "b"\nSINK Session("A")', ["b"]),
        ('Set d = CreateObject("Scripting.Dictionary")\nd.Add 1, "a"\nd.Add 2, "b"\nSINK Join(d.Items, "")', ["ab"]),
        ('Set d = CreateObject("Scripting.Dictionary")\nd.Add "a", 1\nd.Add "b", 2\nSINK Join(d.Keys, "")', ["ab"]),
        ('Session("k") = "a"\nSINK Session("k")', ["a"]),
        ('Set r = New RegExp\nr.Pattern = "[0-9]"\nr.Global = True\nSINK r.Replace("1a2b", "")', ["ab"]),
        ('Set r = New RegExp\nr.Pattern = "#"\nSINK r.Replace("a##", "b")', ["ab#"]),
        ('Set r = New RegExp\nr.Pattern = "X"\nr.IgnoreCase = True\nSINK r.Replace("ax", "b")', ["ab"]),
        ('Sub f()\nSINK "a"\nEnd Sub\nf', ["a"]),
        ('Sub f()\nDim x\nx = "a"\nEnd Sub\nx = "b"\nf\nSINK x', ["b"]),
        ('Sub f(a, b)\nSINK b\nEnd Sub\nf Nobody.Knows, "b"', ["b"]),
        ('Function f(a)\nf = a & "b"\nEnd Function\nSINK f("a")', ["ab"]),
        ('Set d = CreateObject("Scripting.Dictionary")\nSub f()\nd("k") = "a"\nEnd Sub\nf\nSINK d("k")', ["a"]),
        (
            'Set d = CreateObject("Scripting.Dictionary")\nSub f()\nSINK Join(d.Items, "")\nEnd Sub\nd("k") = "a"\nf',
            ["a"],
        ),
        ('For i = 1 To 30000\nx = i\nNext\nSINK "a"', ["a"]),
        ('Set x = Nobody.Knows\nSINK "a"', ["a"]),
        ('For i = 1 To 2\nIf Nobody.Knows Then\nSINK "a"\nElse\nSINK "b"\nEnd If\nNext', ["a", "b"]),
        ('For i = 1 To Nobody.Knows\nSINK "a"\nNext\nSINK "b"', ["a", "b"]),
        ('For Each i In Nobody.Knows\nSINK "a"\nNext', ["a"]),
        ('Do\nSINK "a"\nLoop Until Nobody.Knows', ["a"]),
        ('Nobody.Knows x, (y\nSINK "a"', ["a"]),
        ('Class c\nSub f()\nSINK "a"\nEnd Sub\nEnd Class\nSINK "b"', ["b"]),
    ],
)
def test_the_steps_of_a_page_run_in_their_order(code: str, expected: list[str]) -> None:
    assert seen(code, "vbscript") == expected


# Laws -----------------------------------------------------------------------------------------------------------------

_TEXTS = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=1, max_size=40)
_SAFE = st.text("abcdefghij klmnop()=.:,", min_size=1, max_size=40)


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
