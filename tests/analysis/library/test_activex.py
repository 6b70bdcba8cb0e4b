"""Objects of COM that pages use as decoders."""

from __future__ import annotations

from typing import Any

import pytest

from tests.builders.library_runs import TAINTED, Counting, plain_of
from webshellhunt.analysis import library
from webshellhunt.analysis.domain.values import Thing, Value

MACHINE = Counting("vbscript")


def called(thing: Thing, name: str, *arguments: Value) -> Any:
    return plain_of(library.call_method(MACHINE, thing, name, [*arguments], 1))


def read(thing: Thing, name: str) -> Any:
    return plain_of(library.read_property(MACHINE, thing, name))


@pytest.mark.parametrize(
    ("kind", "text", "result"),
    [
        ("bin.base64", "QUI=", b"AB"),
        ("bin.hex", "4142", b"AB"),
        ("string", "AB", "AB"),
        ("bin.base64", TAINTED, "<tainted>"),
    ],
)
def test_an_element_decodes_by_its_data_type(kind: str, text: Value, result: Any) -> None:
    element = library.call_method(MACHINE, Thing("msxml2.domdocument.3.0"), "createelement", ["x"], 1)
    element.fields.update({"datatype": kind, "text": text})

    assert read(element, "nodetypedvalue") == result


def test_the_fields_of_jscript_have_capitals() -> None:
    element = Thing("xmlelement", fields={"dataType": "bin.base64", "text": "QUI="})

    assert library.read_property(Counting("jscript"), element, "nodeTypedValue") == b"AB"


def test_an_element_encodes_by_its_data_type() -> None:
    element = Thing("xmlelement", fields={"datatype": "bin.base64", "nodetypedvalue": b"AB"})

    assert read(element, "text") == "QUI="
    element.fields["datatype"] = "bin.hex"
    assert read(element, "text") == "4142"


def test_bytes_become_text_in_the_charset_of_a_stream() -> None:
    stream = Thing("adodb.stream", fields={"type": 1})
    called(stream, "write", b"\xce\xd2")
    stream.fields.update({"position": 0, "type": 2, "charset": "gb2312"})

    assert called(stream, "readtext") == "\u6211"


def test_text_becomes_bytes_in_the_charset_of_a_stream() -> None:
    stream = Thing("adodb.stream", fields={"type": 2, "charset": "utf-8"})
    called(stream, "writetext", "a")
    stream.fields.update({"position": 3, "type": 1})

    assert called(stream, "read") == b"a"
    assert read(stream, "size") == 4


def test_a_write_is_left_to_the_sinks_and_taken_up() -> None:
    stream = Thing("adodb.stream")

    assert called(stream, "write", TAINTED) == "<unsolved>"
    stream.fields["position"] = 0
    assert called(stream, "readtext") == "<tainted>"


def test_a_file_that_is_loaded_is_not_known() -> None:
    stream = Thing("adodb.stream")
    called(stream, "loadfromfile", "c:\\a")

    assert called(stream, "read") == "<>"


@pytest.mark.parametrize(
    ("kind", "name", "arguments", "result"),
    [
        ("capicom.utilities", "base64decode", ["QUI="], "AB"),
        ("capicom.utilities", "hextobinary", ["4142"], "AB"),
        ("system.text.utf8encoding", "getstring", [b"AB"], "AB"),
        ("system.text.utf8encoding", "getbytes_4", ["AB"], b"AB"),
        ("system.security.cryptography.frombase64transform", "transformfinalblock", [b"QUI=", 0, 4], [65, 66]),
        ("capicom.utilities", "unknown", [], "<unsolved>"),
    ],
)
def test_decoders(kind: str, name: str, arguments: list[Any], result: Any) -> None:
    assert called(Thing(kind), name, *arguments) == result
