"""Static functions of .NET, with known arguments."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.library_runs import TAINTED, Counting, function, plain_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.joining import choice
from webshellhunt.analysis.domain.values import Char, Opaque

HEX = Opaque("numberstyles", ("numberstyles", "hexnumber"))
IGNORING = Opaque("stringcomparison", ("stringcomparison", "ordinalignorecase"))
CASES: list[tuple[str, list[Any], Any]] = [
    ("convert.toint32", ["41", 16], 65),
    ("convert.toint32", ["0x41", 16], 65),
    ("convert.tobyte", ["11", 2], 3),
    ("convert.toint32", [Char("A")], 65),
    ("convert.toint32", ["12"], 12),
    ("convert.tobyte", [300], "<number>"),
    ("convert.tochar", [65], "A"),
    ("convert.tostring", [255, 2], "11111111"),
    ("convert.tostring", [12], "12"),
    ("convert.toboolean", ["True"], True),
    ("int.parse", ["-12"], -12),
    ("int.parse", ["ff", HEX], 255),
    ("int.parse", ["x"], "<number>"),
    ("int.parse", [TAINTED], "<number>"),
    ("double.parse", ["1.5"], 1.5),
    ("convert.frombase64string", ["QUI="], [65, 66]),
    ("system.convert.frombase64string", ["QUI"], [65, 66]),
    ("convert.frombase64chararray", [["Q", "U", "I", "="], 0, 4], [65, 66]),
    ("convert.tobase64string", [[65, 66]], "QUI="),
    ("convert.fromhexstring", ["4142"], [65, 66]),
    ("convert.tohexstring", [[65, 255]], "41FF"),
    ("bitconverter.getbytes", [1], [1, 0, 0, 0]),
    ("bitconverter.toint32", [[1, 0, 0, 0], 0], 1),
    ("bitconverter.tostring", [[65, 66]], "41-42"),
    ("encoding.utf8.getstring", [[0xE4, 0xBD, 0xA0]], "\u4f60"),
    ("system.text.encoding.utf8.getstring", [[65, 66, 67], 1, 2], "BC"),
    ("encoding.unicode.getbytes", ["a"], [97, 0]),
    ("encoding.ascii.getchars", [[65]], ["A"]),
    ("encoding.utf8.getstring", [TAINTED], "<tainted>"),
    ("uri.unescapedatastring", ["a%20b"], "a b"),
    ("httputility.urldecode", ["a+b%41"], "a bA"),
    ("httputility.urlencode", ["a b&"], "a+b%26"),
    ("httputility.htmldecode", ["&lt;&#65;"], "<A"),
    ("httputility.htmlencode", ["<a>"], "&lt;a&gt;"),
    ("string.isnullorempty", [""], True),
    ("string.isnullorempty", [TAINTED], "<boolean>"),
    ("string.isnullorwhitespace", [" "], True),
    ("string.compare", ["a", "B", True], -1),
    ("string.equals", ["a", "A", IGNORING], True),
    ("char.isdigit", [Char("1")], True),
    ("char.isletter", ["a1", 1], False),
    ("char.toupper", [Char("a")], "A"),
    ("char.convertfromutf32", [65], "A"),
    ("path.combine", ["a", "b", "c.txt"], "a\\b\\c.txt"),
    ("path.combine", ["a", "\\b"], "\\b"),
    ("path.getfilename", ["c:\\a\\b.txt"], "b.txt"),
    ("path.getextension", ["c:\\a\\b.txt"], ".txt"),
    ("path.getfilenamewithoutextension", ["c:\\a\\b.txt"], "b"),
    ("path.getdirectoryname", ["c:\\a\\b.txt"], "c:\\a"),
    ("path.changeextension", ["a.txt", "aspx"], "a.aspx"),
    ("math.floor", [1.5], 1),
    ("math.ceiling", [1.5], 2),
    ("math.abs", [-2], 2),
    ("math.min", [1, 2], 1),
    ("math.max", [1, 2], 2),
    ("math.pow", [2, 8], 256),
    ("math.pow", [2, 1000], "<number>"),
    ("math.sqrt", [16], 4),
    ("math.round", [2.5], 2),
    ("math.floor", [TAINTED], "<number>"),
    ("enumerable.range", [2, 3], [2, 3, 4]),
    ("enumerable.repeat", ["a", 2], ["a", "a"]),
    ("cast.byte", [300], 44),
    ("cast.int", [2.9], 2),
    ("cast.char", [65], "A"),
    ("cast.int", [Char("A")], 65),
    ("cast.sbyte", [200], -56),
    ("regex.escape", ["a.b"], "a\\.b"),
]


@pytest.mark.parametrize(("name", "arguments", "result"), CASES)
def test_a_function_returns_what_it_does_at_run_time(name: str, arguments: list[Any], result: Any) -> None:
    assert function(name, *arguments) == result


def test_a_named_encoding_decodes() -> None:
    machine = Counting()
    encoding = library.call_function(machine, ("encoding", "getencoding"), ["gb2312"], 1)

    assert library.call_method(machine, encoding, "getstring", [b"\xce\xd2"], 1) == "\u6211"
    assert library.call_function(machine, (*encoding.names("getstring"),), [b"\xce\xd2"], 1) == "\u6211"


def test_each_value_that_an_argument_may_be_has_its_result() -> None:
    machine = Counting()

    assert plain_of(library.call_function(machine, ("char", "toupper"), [choice([Char("a"), Char("b")])], 1)) == {
        "A",
        "B",
    }


@given(st.binary(max_size=60))
def test_base64_is_undone(data: bytes) -> None:
    assert function("convert.frombase64string", function("convert.tobase64string", data)) == list(data)


@given(st.text(max_size=30).filter(lambda s: not any("\ud800" <= c <= "\udfff" for c in s)))
def test_bytes_of_a_text_are_its_text(text: str) -> None:
    for name in ("utf8", "unicode", "utf32"):
        assert function(f"encoding.{name}.getstring", function(f"encoding.{name}.getbytes", text)) == text
