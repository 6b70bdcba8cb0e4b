"""The particular texts of a file."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.pivot.file_statements import statements_of_file


def test_statements_that_read_a_request_come_first_and_those_with_a_key_before() -> None:
    content = (
        b"a very particular line with manyWords andOthers\r\n"
        b'other = Request["somethingLonger"] + moreText\nx = Request["key"];\n'
    )
    found = [each.text for each in statements_of_file(content, ["key"])]
    assert found[0] == 'x=request["key"];'
    assert len(found) == 3


def test_texts_of_utf_16_are_found_in_a_program_and_ascii_is_not() -> None:
    wide = "a literal of the assembly".encode("utf-16-le")
    found = [each.text for each in statements_of_file(b"MZ\x90\x00" + b"names of a library" + wide)]
    assert found == ["a literal of the assembly"]


def test_the_version_resource_is_left_out() -> None:
    inside = "VS_VERSION_INFO".encode("utf-16-le") + b"\0\0" + "OriginalFilename of it".encode("utf-16-le")
    resource = (len(inside) + 6).to_bytes(2, "little") + b"\0\0\0\0" + inside
    content = b"MZ\x90\x00" + resource + b"\0\0" + "a literal of the assembly".encode("utf-16-le")
    assert [each.text for each in statements_of_file(content)] == ["a literal of the assembly"]
    assert statements_of_file(b"MZ" + "VS_VERSION_INFO".encode("utf-16-le")) == ()


@given(st.binary(max_size=500))
def test_any_file_has_few_statements(content: bytes) -> None:
    assert len(statements_of_file(content)) <= 11
