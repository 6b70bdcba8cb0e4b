"""Functions of C# and JScript, worked out; what isn't pure is left alone, and nothing costs more than it may."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from webshellhunt.code.constants.operators import Value
from webshellhunt.code.cutting import build_unit
from webshellhunt.code.evaluation import PageEvaluator

WORD = "Window"
BACKWARDS = WORD[::-1]


def call(code: str, *arguments: Value, language: str = "c#", held: Mapping[str, Value] | None = None) -> Any:
    """Return what the function ``f`` of a code returns."""
    unit = build_unit(code, language, [(0, len(code))])
    return PageEvaluator(unit).call("f", list(arguments), (held or {}).get)


def shifted(by: int) -> str:
    return "".join(chr(ord(each) + by) for each in WORD)


def keyed(*key: int) -> str:
    return base64.b64encode(bytes(each ^ key[at % len(key)] for at, each in enumerate(WORD.encode()))).decode()


@pytest.mark.parametrize(
    ("code", "argument"),
    [
        (
            "string f(string s) { char[] a = s.ToCharArray(); System.Array.Reverse(a); return new string(a); }",
            BACKWARDS,
        ),
        (
            "static string f(string s) { return"
            " System.Text.Encoding.UTF8.GetString(System.Convert.FromBase64String(s)); }",
            base64.b64encode(WORD.encode()).decode(),
        ),
        ('string f(string s) { string r = ""; foreach (char c in s) { r += (char)(c - 1); } return r; }', shifted(1)),
        (
            "string f(string s) { var t = new StringBuilder(); for (int i = 0; i < s.Length; i++)"
            " t.Append((char)(s[i] - 2));"
            " return t.ToString(); }",
            shifted(2),
        ),
        (
            "string f(string s) { byte[] b = Convert.FromBase64String(s); for (int i = 0; i < b.Length; i++)"
            " { b[i] ^= key[i % key.Length]; } return Encoding.ASCII.GetString(b); }",
            keyed(1, 2, 3),
        ),
        (
            "string f(string s) { var l = new List<byte>(); int i = 0; do { l.Add((byte)(s[i] >> 1)); i++; }"
            " while (i < s.Length); return Encoding.UTF8.GetString(l.ToArray()); }",
            "".join(chr(ord(each) << 1) for each in WORD),
        ),
        (
            "string f(string s) { string r = null; int i = 0; while (true) { if (i >= s.Length) break; r ="
            " s[i++] + r; }"
            " return r; }",
            BACKWARDS,
        ),
        (
            "string f(string s) { var r = new char[s.Length]; for (int i = 0, n = s.Length; i < n; ++i)"
            " { if (i < 0) continue; r[n - 1 - i] = s[i]; } return new string(r); }",
            BACKWARDS,
        ),
        ("string f(string s) => string.Concat(s.Reverse());", BACKWARDS),
        ("string f(string s) => new string(s.Select(c => (char)(c - 3)).ToArray());", shifted(3)),
        ('string f(string s) { return s.Aggregate("", (a, c) => c + a); }', BACKWARDS),
        (
            "string f(string s) { return string.Join(string.Empty, s.Split(',').Select(x => (char)int.Parse(x))); }",
            ",".join(str(ord(each)) for each in WORD),
        ),
        (
            "string f(string s) { return new string(Array.ConvertAll(s.Split('-'), x =>"
            " Convert.ToChar(Convert.ToByte(x, 16)))); }",
            "-".join(f"{ord(each):x}" for each in WORD),
        ),
        ("Func<string, string> f = delegate(string s) { return g(s, 4); }; string g(string s, int k)"
         " { var q = new char[s.Length]; for (int i = 0; i < s.Length; i++) q[i] = (char)(s[i] - k); return new"
         " string(q); }"
         " string g(string s) { return s; }", shifted(4)),
        (
            "string f(string s) { try { return s.Trim(new[] { '.', ' ' }); } catch (Exception e) { return null;"
            " } finally { } }",
            f".. {WORD} ",
        ),
        ("string f(string s) { string o = string.Empty; for (var i = 0; i < s.Length; i++) o = o.Insert(0,"
         " s[i].ToString());"
         " return o; }", BACKWARDS),
        (
            "string f(string s) { var a = s.ToCharArray(); for (int i = 0, j = a.Length - 1; i < j; i++, j--)"
            " { (a[i], a[j]) = (a[j], a[i]); } return new string(a); }",
            BACKWARDS,
        ),
        (
            "string f(string s) { return string.Concat(g(s)); } IEnumerable<char> g(string s)"
            " { for (int i = s.Length; i-- > 0;) { yield return s[i]; } yield break; }",
            BACKWARDS,
        ),
    ],
)  # fmt: skip
def test_what_a_function_of_csharp_makes_of_a_text(code: str, argument: str) -> None:
    assert call(code, argument, held={"key": [1, 2, 3]}) == WORD


@pytest.mark.parametrize(
    ("code", "argument"),
    [
        ("function f(s) { return s.split('').reverse().join(''); }", BACKWARDS),
        (
            "function f(a) { var r = ''; for (var i = 0; i < a.length; i++) { r += String.fromCharCode(a[i] -"
            " 13) } return r }",
            [ord(each) + 13 for each in WORD],
        ),
        (
            "function f(s) { return s.replace(/./g, function (c) { return String.fromCharCode(c.charCodeAt(0) -"
            " 1); }); }",
            shifted(1),
        ),
        (
            "function f(s : String) : String { var n : int = 0; var r : String = ''; while (n < s.length)"
            " { r = r.concat(String.fromCharCode(parseInt(s.substr(n, 2), 16))); n += 2 } return r }",
            WORD.encode().hex(),
        ),
        ("var f = function (s) { var o = []; for (var i in s) o.push(s.charAt(i)); return o.reverse().join('')"
         " }", BACKWARDS),
        (
            "function f(s) { return s.split(',').map(function (x) { return String.fromCharCode(x ^ 7) }).join('') }",
            ",".join(str(ord(each) ^ 7) for each in WORD),
        ),
        ("function f(s) { var t = {a: 'Win', b: 'dow'}; return t['a'] + t.b; }", ""),
        ("function f(s) { return s.replace(/[^A-Za-z]+/g, '') }", "1W2i--n d.o9w"),
        (
            "function f(n) { switch (n) { case 0: return 'x'; case 1: { var w = 'Win'; break; } default: return 'y' }"
            " return w + 'dow' }",
            1,
        ),
    ],
)  # fmt: skip
def test_what_a_function_of_jscript_makes_of_a_constant(code: str, argument: Value) -> None:
    assert call(code, argument, language="jscript") == WORD


def test_tables_of_names_are_read() -> None:
    switch = (
        'string f(int i) { switch (i) { case 0: return "x"; case 1: case 2: return "Win" + "dow"; default:'
        ' return "y"; } }'
    )
    assert [call(switch, number) for number in range(4)] == ["x", WORD, WORD, "y"]
    arms = 'string f(int i) { return i switch { 0 => "x", 1 => "Window", _ => "y" }; }'
    assert [call(arms, number) for number in range(3)] == ["x", WORD, "y"]
    entries = (
        'string f(int i) { var d = new Dictionary<int, string> { { 1, "Win" }, [2] = "dow" }; return d[i] + d[i + 1]; }'
    )
    assert call(entries, 1) == WORD
    assert call(entries, 2) is None


def test_a_last_parameter_takes_up_the_rest() -> None:
    code = (
        "string f(string s, params int[] at) { var t = new StringBuilder(); foreach (var i in at)"
        " t.Append(s[i]); return t.ToString(); }"
    )
    assert call(code, "xodinW", 5, 3, 4) == "Win"
    assert call(code, "xodinW", [5, 3]) == "Wi"


def test_a_declared_type_holds_what_fits_into_it() -> None:
    code = (
        "int f(int seed) { uint n = 1; n = n * 4000000007 + 5; byte b = 0; b = (byte)(b - 1); int i ="
        " int.MaxValue; i++;"
    )
    code += " return (int)(n % 1000) + b + (i < 0 ? 1000 : 0); }"
    assert call(code, 0) == (4000000012 % (1 << 32)) % 1000 + 255 + 1000


def test_a_list_is_the_same_one_wherever_it_goes() -> None:
    code = "void g(char[] x) { x[0] = 'W'; } string f(string s) { var a = s.ToCharArray(); var b = a; b[1] = 'i'; g(a);"
    assert call(f"{code} return new string(a); }}", "..n") == "Win"


@pytest.mark.parametrize(
    "code",
    [
        "string f(string s) { return System.IO.File.ReadAllText(s); }",
        'string f(string s) { return s + ask["k"]; }',
        "string f(string s) { return new Random().Next().ToString(); }",
        "string f(string s) { throw new Exception(s); }",
        "string f(string s) { return unknown(s); }",
        "string f(string s) { while (true) { } }",
        "string f(string s) { return f(s); }",
        "string f(string s) { Func<string, string> g = null; g = x => g(x); return g(s); }",
        "string f(string s) { var a = new object[1]; a[0] = a; return a.ToString(); }",
        "string f(string s) { while (true) { s += s; } }",
        "string f(string s) { var l = new List<char>(); while (true) { l.Add('x'); } }",
        'string f(string s) { for (int i = 0; ; i++) { s = s.Replace("a", "aa"); } }',
        "string f(string s) { return " + "(" * 300 + "s" + ")" * 300 + "; }",
        "string f(string s) { " + "{" * 300 + "return s;" + "}" * 300 + " }",
        "string f(string s) { return " + "-" * 300 + "1 + s; }",
        "string f(string s) { s[0] = 'x'",
    ],
)
def test_what_is_not_pure_or_has_no_end_is_left_alone_within_bounds(code: str) -> None:
    with at_most(20_000_000):
        assert call(code, "aaa") is None


def test_what_depends_on_a_variable_is_worked_out_anew_where_that_changes() -> None:
    code = "string f(string s) { return s + k; }"
    evaluator = PageEvaluator(build_unit(code, "c#", [(0, len(code))]))
    assert [evaluator.call("f", ["x"], {"k": held}.get) for held in ("y", "z")] == ["xy", "xz"]


@given(st.text(st.characters(min_codepoint=40, max_codepoint=0x2000), min_size=1, max_size=40), st.integers(1, 200))
def test_what_one_loop_hides_another_shows(text: str, key: int) -> None:
    loop = 'string r = ""; for (int i = 0; i < s.Length; i++) {{ r += (char)(s[i] ^ {key}); }} return r;'
    code = f"string f(string s) {{ {loop.format(key=key)} }}"
    hidden = call(code, text)
    assert hidden == "".join(chr(ord(each) ^ key) for each in text)
    assert call(code, hidden) == text


@given(st.text("(){}[];=+-<>?:.,\"'ifsrx0 \nreturnwhileforvarnew", max_size=60))
def test_no_body_makes_it_fail(body: str) -> None:
    for language, head in (("c#", "string f(string s)"), ("jscript", "function f(s)")):
        call(f"{head} {{ {body} }}", "x", language=language)
