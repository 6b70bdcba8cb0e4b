"""Decoders of pages: what they make of a text is known, however it is written."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders.interpreted import seen

WORD = "Window"
BACKWARDS = WORD[::-1]


def called(code: str, *arguments: Any, language: str) -> Any:
    """Return what the function ``f`` of a code returns for some arguments."""
    written = ", ".join(map(_written if language in ("c#", "jscript") else _basic, arguments))
    end = "" if language.startswith("vb") else ";"
    found = seen(f"{code}\nSINK(f({written})){end}", language)
    return found[-1] if found else None


def _written(value: Any) -> str:
    return '"' + "".join(f"\\u{ord(each):04x}" for each in value) + '"' if isinstance(value, str) else str(value)


def _basic(value: Any) -> str:
    return '"' + value.replace('"', '""') + '"' if isinstance(value, str) else str(value)


def shifted(by: int) -> str:
    return "".join(chr(ord(each) + by) for each in WORD)


def keyed(*key: int) -> str:
    return base64.b64encode(bytes(each ^ key[at % len(key)] for at, each in enumerate(WORD.encode()))).decode()


CSHARP = [
    ("string f(string s) { char[] a = s.ToCharArray(); System.Array.Reverse(a); return new string(a); }", BACKWARDS),
    ("static string f(string s) { return System.Text.Encoding.UTF8.GetString(System.Convert.FromBase64String(s)); }",
     base64.b64encode(WORD.encode()).decode()),
    ('string f(string s) { string r = ""; foreach (char c in s) { r += (char)(c - 1); } return r; }', shifted(1)),
    ("string f(string s) { var t = new StringBuilder(); for (int i = 0; i < s.Length; i++) t.Append((char)(s[i] - 2));"
     " return t.ToString(); }", shifted(2)),
    ("string f(string s) { byte[] key = { 1, 2, 3 }; byte[] b = Convert.FromBase64String(s);"
     " for (int i = 0; i < b.Length; i++) { b[i] ^= key[i % key.Length]; } return Encoding.ASCII.GetString(b); }",
     keyed(1, 2, 3)),
    ("string f(string s) { var l = new List<byte>(); int i = 0; do { l.Add((byte)(s[i] >> 1)); i++; }"
     " while (i < s.Length); return Encoding.UTF8.GetString(l.ToArray()); }",
     "".join(chr(ord(each) << 1) for each in WORD)),
    ("string f(string s) { string r = null; int i = 0; while (true) { if (i >= s.Length) break; r = s[i++] + r; }"
     " return r; }", BACKWARDS),
    ("string f(string s) { var r = new char[s.Length]; for (int i = 0, n = s.Length; i < n; ++i)"
     " { if (i < 0) continue; r[n - 1 - i] = s[i]; } return new string(r); }", BACKWARDS),
    ("string f(string s) => string.Concat(s.Reverse());", BACKWARDS),
    ("string f(string s) => new string(s.Select(c => (char)(c - 3)).ToArray());", shifted(3)),
    ('string f(string s) { return s.Aggregate("", (a, c) => c + a); }', BACKWARDS),
    ("string f(string s) { return string.Join(string.Empty, s.Split(',').Select(x => (char)int.Parse(x))); }",
     ",".join(str(ord(each)) for each in WORD)),
    ("string f(string s) { return new string(Array.ConvertAll(s.Split('-'), x =>"
     " Convert.ToChar(Convert.ToByte(x, 16)))); }",
     "-".join(f"{ord(each):x}" for each in WORD)),
    ("string f(string s) { return g(s, 4); } string g(string s, int k) { var q = new char[s.Length];"
     " for (int i = 0; i < s.Length; i++) q[i] = (char)(s[i] - k); return new string(q); }"
     " string g(string s) { return s; }", shifted(4)),
    ("string f(string s) { try { return s.Trim(new[] { '.', ' ' }); } catch (Exception e) { return null; }"
     " finally { } }", f".. {WORD} "),
    ("string f(string s) { string o = string.Empty; for (var i = 0; i < s.Length; i++)"
     " o = o.Insert(0, s[i].ToString()); return o; }", BACKWARDS),
    ("string f(string s) { var a = s.ToCharArray(); for (int i = 0, j = a.Length - 1; i < j; i++, j--)"
     " { (a[i], a[j]) = (a[j], a[i]); } return new string(a); }", BACKWARDS),
    ("string f(string s) { return string.Concat(g(s)); } IEnumerable<char> g(string s)"
     " { for (int i = s.Length; i-- > 0;) { yield return s[i]; } yield break; }", BACKWARDS),
    ("string f(string s) { var a = s.ToCharArray(); g(a, 'W'); return new string(a); }"
     " void g(char[] x, char c) { var y = x; y[0] = c; }", "window"),
    ("static class P { static int k = 3; public static string D(string s) { string r = \"\"; foreach (char c in s)"
     " { r += (char)(c - k); } return r; } } string f(string s) { return P.D(s); }", shifted(3)),
]  # fmt: skip
JSCRIPT = [
    ("function f(s) { return s.split('').reverse().join(''); }", BACKWARDS),
    ("function f(s) { var a = s.split(','); var r = ''; for (var i = 0; i < a.length; i++)"
     " { r += String.fromCharCode(a[i] - 13) } return r }", ",".join(str(ord(each) + 13) for each in WORD)),
    ("function f(s) { return s.replace(/./g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 1); }); }",
     shifted(1)),
    ("function f(s : String) : String { var n : int = 0; var r : String = ''; while (n < s.length)"
     " { r = r.concat(String.fromCharCode(parseInt(s.substr(n, 2), 16))); n += 2 } return r }", WORD.encode().hex()),
    ("var f = function (s) { var o = []; for (var i in s) o.push(s.charAt(i)); return o.reverse().join('') }",
     BACKWARDS),
    ("function f(s) { return s.split(',').map(function (x) { return String.fromCharCode(x ^ 7) }).join('') }",
     ",".join(str(ord(each) ^ 7) for each in WORD)),
    ("function f(s) { var t = {a: 'Win', b: 'dow'}; return t['a'] + t.b; }", ""),
    ("function f(s) { return s.replace(/[^A-Za-z]+/g, '') }", "1W2i--n d.o9w"),
    ("function f(n) { switch (n) { case 0: return 'x'; case 1: { var w = 'Win'; break; } default: return 'y' }"
     " return w + 'dow' }", 1),
]  # fmt: skip
BASIC = [
    ("For i = 1 To Len(a)\nf = f & Chr(Asc(Mid(a, i, 1)) Xor 5)\nNext", "".join(chr(ord(c) ^ 5) for c in WORD)),
    ('For i = 1 To Len(a) Step 2\nf = f & Chr(CLng("&H" & Mid(a, i, 2)))\nNext', WORD.encode().hex()),
    ('For Each c In Split(a, "%")\nf = f & Chr(c - 9)\nNext', "%".join(str(ord(c) + 9) for c in WORD)),
    ("Dim i, t\ni = 1\nDo While i <= Len(a)\nt = t + Chr(Asc(Mid(a, i, 1)) - 1)\ni = i + 1\nLoop\nf = t", shifted(1)),
    ('For i = Len(a) To 1 Step -1\nf = f & Mid(a, i, 1)\nNext\nf = Replace(f, "@@", "i")', "wodn@@W"),
    ("turn a, 2\nf = a", "wWindo"),
    ("For i = 1 To Len(a)\nf = g(Mid(a, i, 1)) & f\nNext", shifted(1)[::-1]),
    ("On Error Resume Next\nDim x(9)\nFor i = 1 To Len(a)\nx(i) = Mid(a, i, 1)\nNext\nf = Join(x, \"\")", WORD),
    ("x = Split(a, \".\")\ny = x\ny(0) = \"?\"\nReDim Preserve x(1)\nf = x(0) & x(1)", "Win.dow.s"),
    ('If a = "x" Then\nf = 1\nElseIf Len(a) = 6 Then\nf = a\nElse\nf = 2\nEnd If', WORD),
    ("Do\nf = f & Mid(a, Len(f) + 1, 1)\nIf Len(f) = 6 Then Exit Do\nLoop\nf = f", WORD),
    ("If Len(a) > 6 Then\nf = f(Left(a, Len(a) - 1))\nElse\nf = a\nEnd If", "Windows..."),
]  # fmt: skip
MORE = (
    "Sub turn(x, n)\nx = Mid(x, n) & Left(x, 1)\nx = Mid(x, 1)\nEnd Sub\n"
    "Function g(x)\ng = Chr(Asc(x) - 1)\nEnd Function\n"
)


@pytest.mark.parametrize(("code", "argument"), CSHARP)
def test_decoders_of_csharp(code: str, argument: str) -> None:
    assert called(code, argument, language="c#") == WORD


@pytest.mark.parametrize(("code", "argument"), JSCRIPT)
def test_decoders_of_jscript(code: str, argument: str | int) -> None:
    assert called(code, argument, language="jscript") == WORD


@pytest.mark.parametrize("language", ["vbscript", "vb"])
@pytest.mark.parametrize(("body", "argument"), BASIC)
def test_decoders_of_visual_basic(body: str, argument: str, language: str) -> None:
    if "y = x" in body and language == "vb":
        pytest.skip("arrays of VB.NET are references")
    code = f"Function f(ByVal a)\n{body}\nEnd Function\n{MORE}"
    if language == "vb":
        code = code.replace("Sub turn(x, n)", "Sub turn(ByRef x, n)")
    assert called(code, argument, language=language) == WORD


def test_a_loop_of_the_page_leaves_its_result_in_its_variables() -> None:
    code = 's = "ifmmp"\nFor i = 1 To Len(s)\nt = t & Chr(Asc(Mid(s, i, 1)) - 1)\nNext\nSINK t & i'
    assert seen(code, "vbscript") == ["hello6"]


def test_a_variable_of_the_page_is_read_and_written() -> None:
    code = "k = 1\nFunction f(a)\nk = k + 1\nf = a & k\nEnd Function\nx = f(1)\nSINK f(1) & k"
    assert seen(code, "vbscript") == ["133"]


def test_an_array_of_the_page_is_changed_in_place() -> None:
    code = "var a = [1, 2]; var b = a; function f(x, n) { x[0] = n; x.push(n); return 1; } f(a, 7); SINK(b.join(''));"
    assert seen(code, "jscript") == ["727"]


def test_an_array_of_vbscript_is_copied() -> None:
    code = "a = Array(1, 2)\nFor i = 0 To 1\nb = a\nb(i) = 5\nNext\nSINK a(0) & a(1) & b(0) & b(1)"
    assert seen(code, "vbscript") == ["1215"]


@pytest.mark.parametrize(
    "loop",
    [
        "For i = 1 To Len(s)\nt = t & Chr(Asc(Mid(s, i, 1)) Xor UNSURE)\nNext",
        "For i = 1 To Len(s)\nt = t & rs(i)\nNext",
        "Do While Not rs.EOF\nt = t & s\nLoop",
        "Do\nt = t & s\nLoop",
    ],
)
def test_a_loop_that_is_not_known_leaves_no_known_text(loop: str) -> None:
    assert not any(isinstance(each, str) and "m" in each for each in seen(f's = "ifmmp"\n{loop}\nSINK t', "vbscript"))


_TEXTS = st.text(st.characters(min_codepoint=40, max_codepoint=126), min_size=1, max_size=30)


@settings(max_examples=25)
@given(_TEXTS, st.integers(1, 31))
def test_xor_is_undone(text: str, key: int) -> None:
    packed = "".join(chr(ord(c) ^ key) for c in text)
    turn = f"r += String.fromCharCode(s.charCodeAt(i) ^ {key});"
    code = f"function f(s) {{ var r = ''; for (var i = 0; i < s.length; i++) {{ {turn} }} return r; }}"
    assert called(code, packed, language="jscript") == text
    turn = f"r += (char)(s[i] ^ {key});"
    code = f'string f(string s) {{ string r = ""; for (int i = 0; i < s.Length; i++) {{ {turn} }} return r; }}'
    assert called(code, packed, language="c#") == text


@settings(max_examples=25)
@given(_TEXTS, st.integers(-20, 20))
def test_numbers_are_undone(text: str, by: int) -> None:
    packed = "%".join(str(ord(c) + by) for c in text)
    body = f'Function f(a)\nFor Each c In Split(a, "%")\nf = f & Chr(c - ({by}))\nNext\nEnd Function'
    assert called(body, packed, language="vbscript") == text
