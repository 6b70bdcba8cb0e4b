"""Tokens of each language: what is skipped, what a value is, where a token stands."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tests.builders.steps import at_most
from tests.builders.tables import each_row
from webshellhunt.lang.columns import APART, CLOSE, NEXT
from webshellhunt.lang.tokens import NAME, NEWLINE, NUMBER, OP, REGEX, STRING, Tokens, tokenize, tokenize_ranges

LANGUAGES = ("c#", "jscript", "vb", "vbscript")


def values(code: str, language: str) -> list[str]:
    return tokenize(code, language).values


def of_kind(code: str, language: str, kind: int) -> list[str]:
    tokens = tokenize(code, language)
    return [value for found, value in zip(tokens.kinds, tokens.values, strict=True) if found == kind]


@each_row(
    ("code", "expected"),
    [
        ("a // b\nc", ["a", "c"]),
        ("a // b\u2028c", ["a", "c"]),
        ("a /* b \n */ c", ["a", "c"]),
        ("a /* never closed", ["a"]),
        ("a/**/b/***/c", ["a", "b", "c"]),
        ("#region x y\na\n  #if DEBUG // z\nb\n#endregion", ["a", "b"]),
        ("\\u0061b c\\U00000064", ["ab", "cd"]),
        ("@class", ["class"]),
        ("a\u200bb\u00adc \ufeffd", ["abc", "d"]),
        ("0x41 1.5f 1e+5 .5 1_000 5.x", ["0x41", "1.5f", "1e+5", ".5", "1000", "5", ".", "x"]),
        ("a?.b ?? c=>d->e::f", ["a", "?.", "b", "??", "c", "=>", "d", "->", "e", "::", "f"]),
        ("a+++b<=c!=d&&e||f", ["a", "++", "+", "b", "<=", "c", "!=", "d", "&&", "e", "||", "f"]),
        ("a<b<c>>", ["a", "<", "b", "<", "c", ">", ">"]),
    ],
)
def test_csharp_values(code: str, expected: list[str]) -> None:
    assert values(code, "c#") == expected


@each_row(
    ("literal", "value"),
    [
        (r'"a\x41\u0042\n\"\\"', 'aAB\n"\\'),
        (r'"\0\U0001F600"', "\0\U0001f600"),
        (r'"\uD83D\uDE00"', "\U0001f600"),
        (r'"\uD83D"', "\ufffd"),
        (r'"\x4142"', "\u4142"),
        ('@"a""b\\n\nc"', 'a"b\\n\nc'),
        ('@""', ""),
        ("'x'", "x"),
        (r"'\''", "'"),
        ('"never closed', "never closed"),
        ('"never closed\\"', 'never closed"'),
        ('@"never closed""', 'never closed"'),
        ('$"plain {{x}}"', "plain {x}"),
        ('"""a "b" c"""', 'a "b" c'),
        ('"""\n  a\n  """', "  a"),
    ],
)
def test_csharp_strings(literal: str, value: str) -> None:
    tokens = tokenize(f"x = {literal}", "c#")
    assert ([*tokens.kinds[2:]], tokens.values[2:]) == ([STRING], [value])
    assert (tokens.starts[2], tokens.ends[2]) == (4, 4 + len(literal))


def test_string_ends_with_its_line() -> None:
    for language in LANGUAGES:
        assert of_kind('x = "open\ny', language, NAME) == ["x", "y"]
        assert of_kind('x = "open\ny', language, STRING) == ["open"]


@each_row(
    ("code", "language", "expected"),
    [
        ('$"a{b}c"', "c#", "( a + ( b ) + c )"),
        ('$"{b}{c:X2}"', "c#", "(  + ( b ) + ( c ) . ToString ( X2 ) )"),
        ('$"{b,-5}{c,3:X2}"', "c#", "(  + ( b ) + ( c ) . ToString ( X2 ) )"),
        ('$"{f(a,5)}"', "c#", "(  + ( f ( a , 5 ) ) )"),
        ('$"{d["k"]}"', "c#", "(  + ( d [ k ] ) )"),
        ('$@"a""{b}"', "c#", '( a" + ( b ) )'),
        ('@$"{b}\\"', "c#", "(  + ( b ) + \\ )"),
        ('$$"""{a}{{b}}"""', "c#", "( {a} + ( b ) )"),
        ('$"{$"{$"{$"{x}"}"}"}" y', "c#", "(  + ( " * 4 + "x" + " ) )" * 4 + " y"),
        ("`a${b}c`", "jscript", "( a + ( b ) + c )"),
        ("`${ {a:1} }` b", "jscript", "(  + ( { a : 1 } ) ) b"),
        ('$"a{b}""c"', "vb", '( a & ( b ) & "c )'),
    ],
)
def test_strings_with_holes_are_concatenations(code: str, language: str, expected: str) -> None:
    assert " ".join(values(code, language)) == expected


def test_holes_in_comments_and_strings_are_none() -> None:
    assert values('// $"{a}"\n"$" + @"{b}" /* $"{c}" */', "c#") == ["$", "+", "{b}"]


@each_row(
    ("code", "expected"),
    [
        ("\\u0065v\\u{61}l", ["eval"]),
        ("$a _b c$d", ["$a", "_b", "c$d"]),
        ("/*@cc_on a @*/ b", ["a", "b"]),
        ("//@cc_on a\nb", ["a", "b"]),
        ("/*@if (x) a @end @*/", ["if", "(", "x", ")", "a", "end"]),
        ("/* @cc_on a */ b", ["b"]),
        ("<!-- a\nb; <!-- c\nd", ["b", ";", "d"]),
        ("a < !--b", ["a", "<", "!", "--", "b"]),
        ("a<!--b", ["a", "<", "!", "--", "b"]),
        ("'a\\\nb' + \"\\x41\\101\\u0042\"", ["ab", "+", "AAB"]),
        ("a === b >>>= c !== d", ["a", "===", "b", ">>>=", "c", "!==", "d"]),
    ],
)
def test_jscript_values(code: str, expected: list[str]) -> None:
    assert values(code, "jscript") == expected


@each_row(
    ("code", "regexes"),
    [
        ('x = /a"b/g;', ['/a"b/g']),
        ('f( /[/"]/ , y)', ['/[/"]/']),
        ("return /a'/.test(b)", ["/a'/"]),
        ("x =\n  // why\n  /a/", ["/a/"]),
        ("/a/.exec(b)", ["/a/"]),
        ("a / b / c", []),
        ("(a) / b / c", []),
        ("a[0] / b / c", []),
        ("i++ / b / c", []),
        ("} / b / c", []),
        ("x = / never closed\ny", []),
    ],
)
def test_regular_expression_or_division(code: str, regexes: list[str]) -> None:
    tokens = tokenize(code, "jscript")
    found = [index for index, kind in enumerate(tokens.kinds) if kind == REGEX]
    assert [tokens.values[index] for index in found] == regexes
    assert [code[tokens.starts[index] : tokens.ends[index]] for index in found] == regexes


@each_row("language", ["vb", "vbscript"])
@each_row(
    ("code", "expected"),
    [
        ("Dim X ' y\nz", ["dim", "x", "\n", "z"]),
        ("Rem a b\nc", ["\n", "c"]),
        ("a : REM b\nc", ["a", ":", "\n", "c"]),
        ("remark = 1", ["remark", "=", "1"]),
        ("a.rem_b", ["a", ".", "rem_b"]),
        ("a & _\n  b", ["a", "&", "b"]),
        ("a _ \r\n b", ["a", "b"]),
        ("a_\nb", ["a_", "\n", "b"]),
        ("[Foo] = [X Y]", ["foo", "=", "x y"]),
        ("Chr$(65)", ["chr", "(", "65", ")"]),
        ("&H41 &HFF& &o17 &17", ["&H41", "&HFF&", "&o17", "&17"]),
        ("a&Hex(1)&Here", ["a", "&", "hex", "(", "1", ")", "&", "here"]),
        ("a<>b:=c<=d", ["a", "<>", "b", ":=", "c", "<=", "d"]),
        ('"a""b"', ['a"b']),
        ('"""" & ""', ['"', "&", ""]),
        ("#1/2/2000#", ["#1/2/2000#"]),
        ("a\r\n\r\n  b", ["a", "\n", "b"]),
    ],
)
def test_vb_values(language: str, code: str, expected: list[str]) -> None:
    assert values(code, language) == expected


def test_vb_kinds() -> None:
    tokens = tokenize("[New] = &H41 : x", "vbscript")
    assert [*tokens.kinds] == [NAME, OP, NUMBER, NEWLINE, NAME]


@each_row(
    ("code", "expected"),
    [
        ("x = _\n1", ["x", "=", "1"]),
        ("x =\n1", ["x", "=", "1"]),
        ("f(\na,\nb\n)", ["f", "(", "a", ",", "b", ")"]),
        ("a And  \n b", ["a", "and", "b"]),
        ('"," \nb', [",", "\n", "b"]),
        ("\u201cx\u201d\u201dy\u201d", ['x"y']),
        ("\u2018 comment\na", ["\n", "a"]),
        ("\uff25\uff56\uff41\uff4c\uff08\uff02\uff58\uff02\uff09", ["eval", "(", "\uff58", ")"]),
        ('"x"c & y', ["x", "&", "y"]),
        ("#Region x\n#End Region\na", ["\n", "\n", "a"]),
        ("a\u2028b", ["a", "\n", "b"]),
    ],
)
def test_vbnet_only(code: str, expected: list[str]) -> None:
    assert values(code, "vb") == expected


@each_row(
    ("code", "expected"),
    [
        ("x =\n1", ["x", "=", "\n", "1"]),
        ("<!-- a\nb", ["\n", "b"]),
        ("a ' b <%-- c --%\nd", ["a", "\n", "d"]),
        ("a ' b\u2028c", ["a"]),
        ("f(a\n\n(b\n))", ["f", "(", "a", "(", "b", ")", ")"]),
        ("f(\na)", ["f", "(", "a", ")"]),
        ("f a,\nb", ["f", "a", ",", "\n", "b"]),
        ('f "("\nb', ["f", "(", "\n", "b"]),
        ("\u201cx\u201d, \u201dy", ["x", ",", "y"]),
        ("\xa1\xb0x\xa1\xb1 \xa1", ["x", "\xa1"]),
        ('"\u201cx\u201d" & y', ["\u201cx\u201d", "&", "y"]),
        ("a ' \u201cb\nc", ["a", "\n", "c"]),
    ],
)
def test_vbscript_only(code: str, expected: list[str]) -> None:
    assert values(code, "vbscript") == expected


@each_row("language", LANGUAGES)
def test_server_comments_join_what_stands_around_them(language: str) -> None:
    code = 'he<%-- x " \n --%>llo("a<%-- --%>b")'
    tokens = tokenize(code, language, server_comments=True)
    assert tokens.values == ["hello", "(", "ab", ")"]
    assert code[tokens.starts[0] : tokens.ends[0]].startswith("he<%--")
    assert code[tokens.starts[0] : tokens.ends[0]].endswith("llo")
    assert code[tokens.starts[1] : tokens.ends[1]] == "("


@each_row(
    ("code", "language", "expected"),
    [
        ("\\u0048eaders", "c#", "Headers"),
        ("\\U00000048eaders", "c#", "Headers"),
        ("\\u0048eaders", "jscript", "Headers"),
        ("\\u{48}eaders", "jscript", "Headers"),
    ],
)
def test_an_escape_in_a_name_ends_where_its_digits_do(code: str, language: str, expected: str) -> None:
    assert tokenize(code, language).values == [expected]


def test_what_only_begins_like_a_server_comment_hides_nothing() -> None:
    assert tokenize('"<%--"; x(1)', "c#", server_comments=True).values == ["<%--", ";", "x", "(", "1", ")"]


def test_code_that_is_in_no_page_keeps_what_looks_like_a_server_comment() -> None:
    code = '"<%--"; x(1); "--%>"'
    assert tokenize(code, "c#").values == ["<%--", ";", "x", "(", "1", ")", ";", "--%>"]
    assert tokenize(code, "c#", server_comments=True).values == [""]


def test_range_and_offsets() -> None:
    text = "aaa bbb ccc ddd"
    tokens = tokenize(text, "c#", 4, 11)
    assert tokens.values == ["bbb", "ccc"]
    assert (tokens.starts, tokens.ends) == ([4, 8], [7, 11])
    assert len(tokenize(text, "c#", 5, 5)) == 0
    assert tokenize(text, "c#", 8, 99).values == ["ccc", "ddd"]


def test_tokens_grow() -> None:
    tokens = tokenize("a", "c#")
    tokens.extend(tokenize(";b", "c#"))
    assert (tokens.values, len(tokens)) == (["a", ";", "b"], 3)


WORDS = """
" ' ` $" @" \\" { } ${ \\ /* */ // / =/ [ ] <!-- <%-- --%> _ rem #if # &H 1. . \\u0041 \\u{ ( ) , ; : + @ $ e+
@cc_on /*@if @*/ x 1 a
"""
PIECES = st.sampled_from(
    [
        *WORDS.split(),
        *(
            "\n",
            "\r",
            "\u2028",
            " ",
            "_\n",
            " _",
            '"' * 3,
            "\u200b",
            "\uff02",
            "\u201c",
            "\u2019",
            "\uff25",
            "\xe9",
            "\0",
            "\ud800",
        ),
    ]
)
CODE = st.one_of(st.text(max_size=60), st.lists(PIECES, max_size=40).map("".join))


def check_spans(tokens: Tokens, start: int, end: int) -> None:
    reached = start
    for first, last in zip(tokens.starts, tokens.ends, strict=True):
        assert reached <= first < last <= end
        reached = last
    assert len(tokens.kinds) == len(tokens.values) == len(tokens.starts)


@given(CODE, st.sampled_from(LANGUAGES), st.booleans())
def test_never_raises_and_spans_increase(code: str, language: str, comments: bool) -> None:
    check_spans(tokenize(code, language, server_comments=comments), 0, len(code))


@given(CODE, CODE, CODE, st.sampled_from(LANGUAGES), st.booleans())
def test_a_range_knows_nothing_around_it(before: str, code: str, after: str, language: str, comments: bool) -> None:
    start, end = len(before), len(before) + len(code)
    tokens = tokenize(before + code + after, language, start, end, server_comments=comments)
    check_spans(tokens, start, end)
    assert tokens.values == tokenize(code, language, server_comments=comments).values


@given(CODE, st.sampled_from(LANGUAGES), st.booleans())
def test_a_gap_is_never_less_than_what_is_written(code: str, language: str, comments: bool) -> None:
    tokens = tokenize(code, language, server_comments=comments)
    for index in range(1, len(tokens)):
        between = code[tokens.ends[index - 1] : tokens.starts[index]]
        assert tokens.gaps[index] == APART or (tokens.gaps[index] == (NEXT if between.isspace() else CLOSE))
        assert tokens.gaps[index] == APART or len(between) == tokens.gaps[index]


@given(st.lists(PIECES, max_size=20), st.sampled_from(LANGUAGES))
def test_a_tab_parts_words_as_a_space_does(pieces: list[str], language: str) -> None:
    by_space, by_tab = (tokenize(blank.join(pieces), language) for blank in " \t")
    assert [value.replace("\t", " ") for value in by_tab.values] == by_space.values
    assert (by_tab.kinds, by_tab.starts, by_tab.ends) == (by_space.kinds, by_space.starts, by_space.ends)


def read_one_by_one(text: str, language: str, ranges: list[tuple[int, int]]) -> Tokens:
    tokens = Tokens(language, text)
    for number, (start, end) in enumerate(ranges):
        part = tokenize(text, language, start, end)
        if number:
            at = part.starts[0] if len(part) else start
            kind, value = (NEWLINE, "\n") if language in ("vb", "vbscript") else (OP, ";")
            tokens.extend(
                Tokens(language, text, bytearray([kind]), [value], [at], [at], bytearray([APART]), bytearray([1]))
            )
        tokens.extend(part)
    return tokens


@given(st.lists(CODE, max_size=5), st.sampled_from(LANGUAGES), st.integers(0, 60))
def test_ranges_read_together_are_what_each_is_alone(codes: list[str], language: str, enough: int) -> None:
    text, ranges = "%>", list[tuple[int, int]]()
    for code in codes:
        ranges.append((len(text), len(text) + len(code)))
        text += f"{code}<%"
    expected, found = read_one_by_one(text, language, ranges), tokenize_ranges(text, language, ranges)
    assert (found, found.gaps, found.disguised) == (expected, expected.gaps, expected.disguised)
    some = tokenize_ranges(text, language, ranges, enough=enough)
    assert some.truncate(enough) == expected.truncate(enough)
    assert some == expected


def test_a_line_end_that_begins_a_range_belongs_to_it() -> None:
    text = "f <%\n(1)%> <%)\n(2)"
    assert tokenize_ranges(text, "vbscript", [(0, 1), (4, 8), (13, 20)]).values == [
        *("f", "\n", "\n", "(", "1", ")", "\n", ")", "(", "2", ")"),
    ]


@given(CODE)
def test_vb_is_the_same_in_any_case(code: str) -> None:
    if code.isascii() and '"' not in code:
        tokens, upper = tokenize(code, "vbscript"), tokenize(code.upper(), "vbscript")
        names = [v for k, v in zip(tokens.kinds, tokens.values, strict=True) if k == NAME]
        assert names == [v for k, v in zip(upper.kinds, upper.values, strict=True) if k == NAME]


def written(text: str, language: str) -> str:
    """Return a text as a literal of the language."""
    if language == "c#":
        return '"' + "".join(f"\\u{ord(c):04x}" if ord(c) < 0x10000 else f"\\U{ord(c):08x}" for c in text) + '"'
    if language == "jscript":
        return "'" + "".join(f"\\u{{{ord(c):x}}}" for c in text) + "'"
    return '"' + text.replace('"', '""') + '"'


VB_TEXT = st.characters(codec="utf-8", exclude_characters="\r\n\x85\u2028\u2029\u201c\u201d\uff02")


@given(st.text(VB_TEXT), st.sampled_from(LANGUAGES))
def test_string_literals_give_their_text_back(text: str, language: str) -> None:
    tokens = tokenize(written(text, language), language)
    assert ([*tokens.kinds], tokens.values) == ([STRING], [text])


@given(st.lists(st.sampled_from(["/* x */", " ", "\n", "// y\n", "\u200b"]), min_size=3, max_size=3))
def test_comments_between_tokens_change_nothing(gaps: list[str]) -> None:
    first, second, third = gaps
    for language in ("c#", "jscript"):
        assert values(f"{first} hello{second}({third}1)", language) == ["hello", "(", "1", ")"]


@each_row(
    "unit",
    [
        '$"{',
        "`${",
        "=/[",
        "/*",
        '"',
        '@"',
        '"""',
        "<%--",
        "<%-- --%>a",
        "[",
        "= /*",
        "  ",
        "\\",
        "_\n",
        "&H",
        "#1",
        "rem ",
        ",\n",
    ],
)
def test_hostile_repetition_is_linear(unit: str) -> None:
    code = unit * (50_000 // len(unit))
    with at_most(6_250_000):
        for language in LANGUAGES:
            tokenize(code, language, server_comments=True)
