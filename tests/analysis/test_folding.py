"""Constants folded to what they are at run time."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.constants import constants, folded, text_of
from tests.builders.steps import at_most
from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.folding import MAX_OUTPUT, literals_of
from webshellhunt.lang.tokens import tokenize

LANGUAGES = ("c#", "jscript", "vb", "vbscript")
PACKED = base64.b64encode(b"hello").decode()


@pytest.mark.parametrize(
    "code",
    [
        '"he" & "llo"',
        '"he" + "llo"',
        '("he" & ("ll" & "o"))',
        "Chr(104) & Chr(&H65) & ChrW(100 + 8) & Chr(2*54) & Chr$(&O157)",
        "Chr(205 - 101) & Chr(202 \\ 2) & Chr(608 Mod 1000 / 2) & Chr(2^6 + 44) & Chr(108 Xor 3)",
        'StrReverse("olleh")',
        'Replace("hxexlxlxo", "x", "")',
        'Replace("hXello", "x", "", 1, -1, 1)',
        'LCase("HE") & Mid("xllx", 2, 2) & Left("oops", 1)',
        'Mid("xxhello", 3)',
        'Right("xhello", 5)',
        'Join(Array("h", "ello"), "")',
        'Join(Split("h,e,l,l,o", ","), "")',
        'Split("x|hello", "|")(1)',
        'Trim("  hello ")',
        'UCase("h") & "" & StrReverse(UCase("olle"))',
        'String(1, "h") & "e" & String(2, 108) & CStr("o")',
        'Chr(CInt("104")) & Chr("&H65") & "llo"',
    ],
)
def test_vbscript(code: str) -> None:
    expected = "HELLO" if code.startswith("UCase") else "hello"
    assert text_of(code, "vbscript") == expected


@pytest.mark.parametrize(
    "code",
    [
        '"he" + "llo"',
        "'h' + 'ello'",
        "String.fromCharCode(104, 0x65, 216/2, 100+8, 111)",
        'unescape("%68%u0065llo")',
        'decodeURIComponent("h%65llo")',
        '"olleh".split("").reverse().join("")',
        '["he","llo"].join("")',
        '"hxello".replace("x", "")',
        '"hxexllo".replace(/x/g, "")',
        '"xhellox".substring(1, 6)',
        '"xhellox".substr(1, 5)',
        '"xhellox".slice(1, -1)',
        '"HELLO".toLowerCase().toString()',
        '"xh".charAt(1) + "ello"',
        "String.fromCharCode(parseInt('68', 16)) + 'ello'",
        "`he${'ll'}o`",
        "System.Text.Encoding.GetEncoding(65001).GetString(System.Convert.FromBase64String('" + PACKED + "'))",
    ],
)
def test_jscript(code: str) -> None:
    assert text_of(code, "jscript") == "hello"


@pytest.mark.parametrize(
    "code",
    [
        '"he" + "llo"',
        "\"he\" + (char)108 + (char)(108) + 'o'",
        '"" + (char)(\'g\' + 1) + "ello"',
        "new string(new char[] { 'h', 'e', 'l', 'l', 'o' })",
        "new String(new[] { 'h', (char)101, 'l', 'l', 'o' })",
        'string.Concat("he", "l", "lo")',
        'String.Join("", new string[] { "he", "llo" })',
        'string.Format("{1}{0}", "llo", "he")',
        f'Encoding.UTF8.GetString(Convert.FromBase64String("{PACKED}"))',
        f'System.Text.Encoding.Default.GetString(System.Convert.FromBase64String("{PACKED[:4]}" + "{PACKED[4:]}"))',
        "Encoding.ASCII.GetString(new byte[] { 104, 0x65, 108, 108, 111 })",
        '"hxello".Replace("x", "").ToString()',
        "\"hello,\".Trim(',')",
        '"xxhello".Substring(2)',
        '"xhellox".Substring(1, 5)',
        '"xhellox".Remove(0, 1).Remove(5)',
        '"heo".Insert(2, "ll")',
        '"he" + "xlx"[1] + "lo"',
        '"he" + Convert.ToChar(108) + "lo"',
        '(string)"hello".ToString()',
        '$"h{"ell"}o"',
        '@"he" + "llo"',
    ],
)
def test_csharp(code: str) -> None:
    assert text_of(code, "c#") == "hello"


@pytest.mark.parametrize("code", ['"he" & "llo"', 'StrReverse("olleh")', '$"h{"ell"}o"', '"hxello".Replace("x", "")'])
def test_vbnet(code: str) -> None:
    assert text_of(code, "vb") == "hello"


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('x + "a"', "c#"),
        ('Foo("a")', "c#"),
        ('"a" - "b"', "jscript"),
        ("1 / 0", "c#"),
        ("Chr(99999999)", "vbscript"),
        ('Mid("a")', "vbscript"),
        (f'Convert.FromBase64String("{PACKED}")', "c#"),
        ('c ? "a" : "b"', "jscript"),
        ('"a" == "b"', "c#"),
        ('x.Replace("a", "b")', "c#"),
        ('String(99999999, "x")', "vbscript"),
    ],
)
def test_what_is_no_constant_string(code: str, language: str) -> None:
    got = text_of(code, language)
    assert got is None or got == "\ufffd"


def test_an_expression_that_is_known_in_part_has_its_known_rows() -> None:
    found = constants('f "he" & Chr(108) & "lo" & UNSURE.x & "a" & "b"', "vbscript")
    assert [each for each in found.values() if each.steps] == [
        Constant("hello", 1, 9, ("chr", "concatenate")),
        Constant("ab", 14, 17, ("concatenate",)),
    ]


def test_a_row_ends_where_something_else_than_joining_is_done() -> None:
    assert folded('f(x - "a" + "b" + "c");', "jscript") == ["bc"]


def test_literals_have_no_steps() -> None:
    found = constants('f("a", "b" & "c")', "vbscript")
    assert [(c.value, c.steps) for c in found.values()] == [("a", ()), ("bc", ("concatenate",))]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ('f("a", "b" + "c")', [("a", ()), ("bc", ("concatenate",))]),
        ('f("a" + "b" + "c" + d + "e" + "f")', [("abc", ("concatenate",)), ("ef", ("concatenate",))]),
        ('f("a" + "b".length)', [("a", ()), ("b", ())]),
        ('f("a" + "b" + "c".length)', [("ab", ("concatenate",)), ("c", ())]),
        ('f("a" - "b")', [("a", ()), ("b", ())]),
    ],
)
def test_rows_of_literals_without_a_run(code: str, expected: list[tuple[str, tuple[str, ...]]]) -> None:
    found = literals_of(tokenize(code, "jscript"))
    assert [(c.value, c.steps) for c in found.values()] == expected
    assert [c.start for c in found.values()] == list(found)


def test_arguments_of_an_unknown_call_are_constants() -> None:
    assert folded('Foo(Bar("a" & "b"), "c" & "d")', "vbscript") == ["ab", "cd"]


@pytest.mark.parametrize(
    ("code", "language", "expected"),
    [
        ('a = "he"\nb = a & "llo"\nf b', "vbscript", "hello"),
        ('a="hxel":a=a & "lo":a=Replace(a,"x",""):f a', "vbscript", "hello"),
        ('f(a)\nFunction g: a = "hel" & "lo": End Function', "vbscript", "hello"),
        ('Dim a As String = "hello"\nf(a)', "vb", "hello"),
        ('Const a = "hello"\nf(a)', "vb", "hello"),
        ('string a = "he", b = "llo"; f(a + b);', "c#", "hello"),
        ('string a = "he"; a += "llo"; f(a);', "c#", "hello"),
        ("char[] a = {'h', 'i'}; f(new string(a));", "c#", "hi"),
        ('var a : String = "he"; f(a + "llo");', "jscript", "hello"),
        ('a = Array("x", "hello"): f a(1)', "vbscript", "hello"),
        ('var a = ["x", "hello"]; f(a[1]);', "jscript", "hello"),
    ],
)
def test_variables(code: str, language: str, expected: str) -> None:
    assert folded(code, language)[-1] == expected


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ('a = "x"\na = Request("k")\nf(a & "y")', "vbscript"),
        ('function g(a) { return f(a + "y"); } a = "x";', "jscript"),
        ('void g(string a) { f(a + "y"); } void h() { a = "x"; }', "c#"),
        ('a = b == "x"; f(a + "y");', "jscript"),
        ('a = b ? "x" : "z"; f(a + "y");', "jscript"),
        ('If a = "x" Then f(a & "y")', "vbscript"),
        ('a = b = "x": f(a & "y")', "vbscript"),
        ('a = b <> "x": f(a & "y")', "vbscript"),
    ],
)
def test_variables_that_may_hold_something_else(code: str, language: str) -> None:
    assert "xy" not in folded(code, language)
    assert "zy" not in folded(code, language)


def test_a_counter_has_the_value_of_its_time() -> None:
    code = 'n = 1; n++; f("x" + n); ++m; m = 2; m -= 1; f("x" + m);'
    assert folded(code, "c#") == ["x2", "x1"]


def test_intrinsic_constants_of_vb() -> None:
    assert text_of('"a" & vbCrLf & "b" & vbTab', "vbscript") == "a\r\nb\t"


def test_intrinsic_constants_are_no_step() -> None:
    assert folded("f vbCrLf", "vbscript") == []


def test_own_functions_are_not_the_language_s() -> None:
    assert folded('Function StrReverse(s)\nEnd Function\nf StrReverse("olleh")', "vbscript") == []


def test_brackets_of_a_bare_argument() -> None:
    assert folded('Foo ("he") & "llo"', "vbscript") == ["hello"]


@pytest.mark.parametrize(
    "code",
    [
        'x = rs("a") & "b"',
        'Set x = f("a") & "b"',
        'Response.Write rs("a") & "b"',
        'If y Then Response.Write rs("a") & "b"',
        'Run Named("a") & "b"',
    ],
)
def test_brackets_that_are_a_call_s_own(code: str) -> None:
    assert folded(code, "vbscript") == []


def test_growing_text_is_told_where_it_is_used() -> None:
    lines = "\n".join(f's = s & "{n:04}"' for n in range(500))
    text = "".join(f"{n:04}" for n in range(500))
    assert folded(f's = ""\n{lines}\nf s', "vbscript") == [text]
    assert folded(f's = ""\n{lines}\n', "vbscript") == [text]


def values(code: str, language: str) -> list[str]:
    return [each.value for each in constants(code, language).values()]


@pytest.mark.parametrize(
    ("code", "language"),
    [
        ("use(string.Concat(new[] { 87, 105, 110 }.Select(c => (char)c)));", "c#"),
        ('use("niW".Reverse().Aggregate("", (a, c) => a + c));', "c#"),
        ('var d = new Dictionary<string, string> { { "a", "Wi" }, { "b", "n" } }; use(d["a"] + d["b"]);', "c#"),
        ("var l = new List<char>(); l.Add('W'); l.AddRange(\"in\"); use(new string(l.ToArray()));", "c#"),
        ('int n = 1; use(n switch { 0 => "x", 1 => "Win", _ => "y" });', "c#"),
        ('var t = new StringBuilder(); t.Append("W").Append((char)105); t.Append("n"); use(t.ToString());', "c#"),
        ('var a = "niW".ToCharArray(); Array.Reverse(a); use(new string(a));', "c#"),
        ('string s = ""; int[] k = { 86, 104, 109 }; for (int i = 0; i < k.Length; i++) s += (char)(k[i] + 1);'
         ' use(s);', "c#"),
        ('string s = ""; foreach (var b in new byte[] { 87, 105, 110 }) { s += (char)b; } use(s);', "c#"),
        ('use("niW".Un()); static class E { public static string Un(this string s) {'
         " return new string(s.Reverse().ToArray()); } }", "c#"),
        ('class T { static string D(string s) { return string.Concat(s.Reverse()); } } use(new T().D("niW"));', "c#"),
        ('class T { static string D(string s) { return string.Concat(s.Reverse()); } } T t = new T();'
         ' use(t.D("niW"));', "c#"),
        ('static string N { get { return "W" + "in"; } } void g() { use(N); }', "c#"),
        ('static string N => string.Concat("W", "in"); void g() { use(N); }', "c#"),
        ("var s = ''; var a = [88, 106, 111]; for (var i = 0; i < a.length; i++) { s +="
         " String.fromCharCode(a[i] - 1) } use(s);", "jscript"),
        ("var a = ['n', 'i', 'W']; a.reverse(); use(a.join(''));", "jscript"),
        ("var m = {a: 'W', b: 'in'}; use(m.a + m['b']);", "jscript"),
        ("use('Xjo'.replace(/./g, function (c) { return String.fromCharCode(c.charCodeAt(0) - 1) }));", "jscript"),
    ],
)  # fmt: skip
def test_the_text_of_an_expression_is_a_constant(code: str, language: str) -> None:
    assert "Win" in values(code, language)


@pytest.mark.parametrize(
    "code",
    [
        'var l = new List<string>(); l.Add("W"); l.Add(unknown()); use(string.Concat(l) + "in");',
        'var t = new StringBuilder(); t.Append("W"); t.Append(x); use(t.ToString() + "in");',
        'var t = new StringBuilder("W"); foreach (var y in asked) { t.Append("in"); } use(t.ToString());',
        "use(names.Select(n => n + 1).First());",
        'use(all.Where(p => p.Name == "W" + x + "in").First());',
    ],
)
def test_a_text_that_is_known_in_part_is_none(code: str) -> None:
    assert "Win" not in values(code, "c#")


PLAIN = st.text(
    st.characters(min_codepoint=0x20, max_codepoint=0x7E, exclude_characters='"\\{}'), min_size=2, max_size=40
)


@given(PLAIN, st.data(), st.sampled_from(LANGUAGES))
def test_a_split_literal_is_the_literal(text: str, data: st.DataObject, language: str) -> None:
    cuts = sorted(data.draw(st.sets(st.integers(1, len(text) - 1), min_size=1)))
    pieces = [text[a:b] for a, b in zip([0, *cuts], [*cuts, len(text)], strict=True)]
    sign = data.draw(st.sampled_from("+&" if language.startswith("vb") else "+"))
    assert text_of(sign.join(f'"{piece}"' for piece in pieces), language) == text


@given(PLAIN)
def test_characters_by_number_are_the_text(text: str) -> None:
    assert text_of("&".join(f"Chr({ord(c)})" for c in text), "vbscript") == text
    assert text_of(f"String.fromCharCode({','.join(str(ord(c)) for c in text)})", "jscript") == text
    assert text_of(f"new string(new char[]{{{','.join(f'(char){ord(c)}' for c in text)}}})", "c#") == text


@given(PLAIN)
def test_disguises_come_off(text: str) -> None:
    packed = base64.b64encode(text.encode()).decode()
    assert text_of(f'Encoding.UTF8.GetString(Convert.FromBase64String("{packed}"))', "c#") == text
    assert text_of(f'StrReverse("{text[::-1]}")', "vbscript") == text
    assert text_of(f'Replace("{"~~".join(text.replace("~", ""))}","~~","")', "vbscript") == text.replace("~", "")


WORDS = """
"a" 'b' "%41" x y 1 &H41 /a/g + & - * / \\ ^ mod = += &= , . ; : ( ) [ ] { } (char) (string) as if then for next
chr Chr(65) replace .Replace("a","b") .Length split join array string unescape String.fromCharCode
Convert.FromBase64String Encoding.UTF8.GetString string.Format mid left << 9 -1 | $"{ "
"""
PIECES = st.sampled_from(
    [
        *WORDS.split(),
        *("\n", "new ", "new string", "new []", "function f", "new char[]{"),
    ]
)


@given(st.lists(PIECES, max_size=40).map(" ".join), st.sampled_from(LANGUAGES))
def test_never_raises_and_ranges_hold(code: str, language: str) -> None:
    tokens = tokenize(code, language)
    reached = 0
    found = constants(code, language)
    for place in sorted(found):
        constant = found[place]
        assert reached <= constant.start < constant.end <= len(tokens)
        reached = constant.end
        constant.value.encode()


@pytest.mark.parametrize(
    "unit",
    [
        '"a"&',
        "s=s&s:",
        "(",
        "{",
        "f(",
        "x.",
        "new [",
        "(char)",
        "StrReverse(",
        's=string(9999,"a")&s:',
        "a,",
        "2^",
        "- ",
    ],
)
def test_hostile_repetition_is_bounded(unit: str) -> None:
    code = 's="aa":' + unit * (10_000 // len(unit))
    with at_most(12_000_000):
        for language in ("c#", "vbscript"):
            size = sum(map(len, {c.value for c in constants(code, language).values()}))
            assert size <= MAX_OUTPUT
