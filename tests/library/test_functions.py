"""Known functions: the examples that the vendor's reference gives, and the edges that it tells of.

Source: VBScript Language Reference, "Functions"; Server object of ASP; FileSystemObject object.
"""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.tables import each_row
from webshellhunt.core.conversions import FailError
from webshellhunt.core.letters import lacks
from webshellhunt.core.values import EMPTY, Label, Measure, Parts, Some
from webshellhunt.library.functions import merged
from webshellhunt.library.rows import library

PX = "XXpXXpXXPXXP"
VISITOR = Some("text", frozenset({Label("visitor", "Request", "k")}))


def call(name: str, *arguments: Any) -> Any:
    owner, _, member = name.rpartition(".")
    known = library().rows[owner, member].known
    assert known is not None
    return known(*arguments)


@each_row(
    ("name", "arguments", "expected"),
    [
        ("abs", (-50.3,), 50.3),
        ("asc", ("Apple",), 65),
        ("asc", ("\u6211",), -12590),
        ("ascw", ("\u6211",), 25105),
        ("ascw", ("\uff21",), -223),
        ("ascb", ("A",), 65),
        ("ascb", (b"\xff\x00",), 255),
        ("atn", (0,), 0),
        ("cbool", ("true",), True),
        ("cbool", (0,), False),
        ("cbyte", (125.5678,), 126),
        ("cdbl", ("1,234.5",), 1234.5),
        ("cdbl", ("1e2",), 100),
        ("chr", (65,), "A"),
        ("chr", (128,), "\u20ac"),
        ("chr", (-12590,), "\u6211"),
        ("chrw", (25105,), "\u6211"),
        ("cint", (2345.5678,), 2346),
        ("cint", (2.5,), 2),
        ("cint", (3.5,), 4),
        ("cint", ("&H1F",), 31),
        ("clng", ("&HFFFF",), -1),
        ("clng", ("&HFFFF&",), 65535),
        ("clng", ("&O17",), 15),
        ("clng", (25427.45,), 25427),
        ("clng", (25427.55,), 25428),
        ("cstr", (437.324,), "437.324"),
        ("cstr", (1e20,), "1E+20"),
        ("cstr", (0.1 + 0.2,), "0.3"),
        ("cstr", (1.5e-7,), "1.5E-07"),
        ("cstr", (True,), "True"),
        ("cstr", (EMPTY,), ""),
        ("escape", ("a b+\u20ac",), "a%20b+%u20AC"),
        ("fix", (-99.8,), -99),
        ("formatnumber", (1234.567,), "1,234.57"),
        ("formatnumber", (1234.567, 1), "1,234.6"),
        ("hex", (459,), "1CB"),
        ("hex", (-1,), "FFFF"),
        ("hex", (-70000,), "FFFEEE90"),
        ("instr", (4, PX, "P", 1), 6),
        ("instr", (1, PX, "P", 0), 9),
        ("instr", (PX, "P"), 9),
        ("instr", (1, PX, "W"), 0),
        ("instr", ("abc", ""), 1),
        ("instr", ("", "a"), 0),
        ("instr", (9, "abc", "a"), 0),
        ("instrrev", (PX, "P", 10, 0), 9),
        ("instrrev", (PX, "P", -1, 1), 12),
        ("instrrev", (PX, "P", 8), 0),
        ("int", (99.8,), 99),
        ("int", (-99.2,), -100),
        ("isdate", ("October 19, 1962 8:00",), None),
        ("isdate", ("2001-02-03",), True),
        ("isdate", ("Hello",), False),
        ("isnumeric", ("53",), True),
        ("isnumeric", ("459.95",), True),
        ("isnumeric", ("45 Help",), False),
        ("isnumeric", ("&HFF",), True),
        ("isnumeric", (EMPTY,), True),
        ("isnumeric", ("",), False),
        ("lcase", ("VBSCRIPT",), "vbscript"),
        ("left", ("VBScript", 3), "VBS"),
        ("left", ("VBScript", 0), ""),
        ("leftb", ("AB", 2), b"A\0"),
        ("len", ("VBSCRIPT",), 8),
        ("lenb", ("VBSCRIPT",), 16),
        ("lenb", (b"abc",), 3),
        ("ltrim", ("   vbscript ",), "vbscript "),
        ("mid", ("VB Script is fun!", 4, 6), "Script"),
        ("mid", ("VB", 3), ""),
        ("midb", (b"abc", 2, 1), b"b"),
        ("monthname", (10, True), "Oct"),
        ("oct", (459,), "713"),
        ("oct", (-1,), "177777"),
        ("replace", ("XXpXXPXXp", "p", "Y"), "XXYXXPXXY"),
        ("replace", ("XXpXXPXXp", "p", "Y", 3, -1, 1), "YXXYXXY"),
        ("replace", ("aaa", "a", "b", 1, 2), "bba"),
        ("replace", ("abc", "", "x"), "abc"),
        ("rgb", (255, 0, 300), 255 + 255 * 65536),
        ("right", ("AnyString", 6), "String"),
        ("right", ("AnyString", 20), "AnyString"),
        ("right", ("AnyString", 0), ""),
        ("round", (2.5,), 2),
        ("round", (3.14159, 2), 3.14),
        ("rtrim", ("   vbscript ",), "   vbscript"),
        ("sgn", (-2.4,), -1),
        ("space", (3,), "   "),
        ("sqr", (4,), 2),
        ("strcomp", ("ABCD", "abcd", 1), 0),
        ("strcomp", ("ABCD", "abcd", 0), -1),
        ("strcomp", ("abcd", "ABCD"), 1),
        ("strcomp", (None, "a"), None),
        ("string", (5, "*"), "*****"),
        ("string", (5, 42), "*****"),
        ("string", (5, "ABC"), "AAAAA"),
        ("strreverse", ("VBScript",), "tpircSBV"),
        ("trim", ("   vbscript ",), "vbscript"),
        ("ucase", ("VBscript",), "VBSCRIPT"),
        ("unescape", ("a%20b%u20AC",), "a b\u20ac"),
        ("server.htmlencode", ('<b a="1">&\xe9',), "&lt;b a=&quot;1&quot;&gt;&amp;&#233;"),
        ("server.urlencode", ("http://a.b/c d",), "http%3A%2F%2Fa%2Eb%2Fc+d"),
        ("fso.getfilename", ("c:\\a\\b.txt",), "b.txt"),
        ("fso.getextensionname", ("c:\\a\\b.tar.gz",), "gz"),
        ("fso.getbasename", ("c:\\a\\b.txt",), "b"),
        ("fso.getparentfoldername", ("c:\\a\\b.txt",), "c:\\a"),
        ("fso.getparentfoldername", ("c:\\a",), "c:\\"),
        ("capicom.utilities.base64decode", ("QUI=",), "AB"),
        ("capicom.utilities.hextobinary", ("4142",), "AB"),
    ],
)
def test_documented(name: str, arguments: tuple[Any, ...], expected: Any) -> None:
    if expected is None and name == "isdate":
        with pytest.raises(ValueError, match=r"^$"):
            call(name, *arguments)
    else:
        found = call(name, *arguments)
        assert found == expected
        assert isinstance(found, bool) is isinstance(expected, bool)


@each_row(
    ("name", "arguments"),
    [
        ("asc", ("",)), ("chr", (70000,)), ("chrb", (256,)), ("mid", ("a", 0)), ("left", ("a", -1)),
        ("right", ("a", -1)), ("space", (-1,)), ("instr", (0, "a", "a")), ("cint", ("a",)), ("cdbl", ("1x",)),
        ("cbool", ("maybe",)), ("sqr", (-1,)), ("replace", ("a", "a", "b", 0)), ("string", (2, "")),
        ("cint", (40000,)), ("cbyte", (256,)),
    ],
)  # fmt: skip
def test_what_surely_fails(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(FailError):
        call(name, *arguments)


@each_row(
    ("name", "arguments"),
    [("string", (1 << 30, "a")), ("replace", ("a" * 5000, "a", "b" * 5000))],
)
def test_a_result_that_is_too_large_is_not_known(name: str, arguments: tuple[Any, ...]) -> None:
    with pytest.raises(ValueError, match=r"^$"):
        call(name, *arguments)


def part(name: str, *arguments: Any) -> Any:
    known = library().rows["", name].parted
    assert known is not None
    return known(*arguments)


def test_known_parts_survive_functions() -> None:
    text = Parts(("say ", VISITOR, " now"))
    assert part("ucase", text) == Parts(("SAY ", VISITOR, " NOW"))
    assert part("mid", text, 5) == Parts((VISITOR, " now"))
    assert part("left", text, 4) == "say "
    assert part("replace", text, "say", "tell") == Parts(("tell ", VISITOR, " now"))
    assert part("instr", text, " ") == 4
    assert isinstance(part("len", text), Measure)
    assert part("left", VISITOR, 0) == ""


def test_quotes_that_are_doubled_end_no_literal() -> None:
    doubled = part("replace", VISITOR, '"', '""')
    assert doubled == Some("text", VISITOR.labels, form="whole escaped")
    assert part("left", doubled, 9).form == ""
    assert part("replace", VISITOR, '"', "&quot;").form == "escaped"
    tagless = part("replace", VISITOR, "<", "&lt;")
    assert tagless == Some("text", VISITOR.labels, form="tagless")
    assert part("replace", VISITOR, "<", "<<").form == ""
    assert part("replace", tagless, '"', "&quot;").form == "encoded"
    assert part("replace", part("replace", VISITOR, '"', ""), "<", "").form == "encoded"
    assert lacks(part("replace", tagless, "x", "<br>").form, "<")
    assert not lacks(part("replace", tagless, "x", "<%").form, "<")
    assert lacks(part("replace", part("replace", VISITOR, "&", ""), "|", "").form, "&|")
    assert part("replace", VISITOR, '"', 'x"').form == ""
    assert part("replace", VISITOR, "'", "''").form == ""


def test_a_name_of_two_tables_is_an_error() -> None:
    assert merged({"a": len}, {"b": abs}) == {"a": len, "b": abs}
    with pytest.raises(ValueError, match="a name stands in two tables: b"):
        merged({"a": len, "b": len}, {"b": abs})
