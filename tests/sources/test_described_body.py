"""The body of a described file, by its form."""

from __future__ import annotations

import pytest

from webshellhunt.errors import FixtureError
from webshellhunt.sources.described_body import content, read_body


@pytest.mark.parametrize(
    ("fields", "data"),
    [
        ({}, b"a\n"),
        ({"line-ends": "crlf"}, b"a\r\n"),
        ({"encoding": "utf-16-bom"}, b"\xff\xfea\0\n\0"),
        ({"form": "repeat", "count": "3"}, b"a\na\na\n"),
    ],
)
def test_a_body_becomes_bytes(fields: dict[str, str], data: bytes) -> None:
    assert content(fields, ["a"], 1, None) == data


def test_a_program_has_a_version_and_no_body() -> None:
    assert content({"form": "program", "version": "15.2.792.3"}, [], 1, None).startswith(b"MZ")
    with pytest.raises(FixtureError, match="version"):
        content({"form": "program"}, [], 1, None)


def test_a_line_behind_the_body_is_an_error_with_its_number() -> None:
    assert read_body(["| a", "|", "", "# comment"], 5) == ["a", ""]
    with pytest.raises(FixtureError) as raised:
        read_body(["| a", "", "| b"], 5)
    assert raised.value.line == 7
