"""The body of a described file, by its form."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.binaries.pe import file_version
from webshellhunt.errors import FixtureError
from webshellhunt.sources.described import parse_described
from webshellhunt.sources.described_body import content, read_body, versioned_program

PART = st.integers(0, 0xFFFF)


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


@given(st.tuples(PART, PART, PART, PART))
def test_the_version_reads_back(version: tuple[int, int, int, int]) -> None:
    assert file_version(versioned_program(version)) == ".".join(map(str, version))


def described(stanza: str) -> bytes:
    (file,) = parse_described(f"webshellhunt-host: 1\n\nfile: C:/a/x.exe\n{stanza}").files
    return file.data


def test_a_described_program_has_the_version_that_is_written() -> None:
    assert file_version(described("form: program\nversion: 15.2.792.3\n")) == "15.2.792.3"


@pytest.mark.parametrize(
    "stanza",
    [
        "form: program\n",
        "form: program\nversion: 15.2\n",
        "form: program\nversion: 15.2.3.70000\n",
        "form: program\nversion: 15.2.3.x\n",
        "form: program\nversion: 15.2.3.4\n| body\n",
    ],
)
def test_what_is_no_version_is_an_error(stanza: str) -> None:
    with pytest.raises(FixtureError):
        described(stanza)
