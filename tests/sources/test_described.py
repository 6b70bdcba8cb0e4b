"""Described hosts: what each form and encoding becomes, overlays, and the line of each mistake."""

from __future__ import annotations

import base64
import codecs
import contextlib
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.binaries.pe import file_version
from webshellhunt.defang import defang
from webshellhunt.errors import FixtureError, SourceNotFoundError
from webshellhunt.model.verdict import Disposition
from webshellhunt.sources import MemorySource
from webshellhunt.sources.described import (
    Expectation,
    content,
    open_described,
    parse_described,
    read_body,
    versioned_program,
)

HEAD = "webshellhunt-host: 1\n\n"

PART = st.integers(0, 0xFFFF)


def read_described(text: str) -> MemorySource:
    return parse_described(text).source()


def only_file(stanza: str, head: str = HEAD) -> bytes:
    (file,) = parse_described(f"{head}file: C:/a/x.aspx\n{stanza}").files
    assert file.path == "C/a/x.aspx"
    return file.data


@pytest.mark.parametrize(
    ("stanza", "data"),
    [
        ("| one\n|\n|  two\n", b"one\n\n two\n"),
        ("line-ends: crlf\n| one\n| two\n", b"one\r\ntwo\r\n"),
        ("encoding: utf-8-bom\n| é\n", codecs.BOM_UTF8 + "é\n".encode()),
        ("encoding: utf-16-bom\n| é\n", codecs.BOM_UTF16_LE + "é\n".encode("utf-16-le")),
        ("encoding: utf-16be-bom\n| é\n", codecs.BOM_UTF16_BE + "é\n".encode("utf-16-be")),
        ("encoding: utf-32-bom\n| é\n", codecs.BOM_UTF32_LE + "é\n".encode("utf-32-le")),
        ("encoding: windows-1252\n| é\n", b"\xe9\n"),
        ("form: empty\n", b""),
        ("form: base64\n| AAEC\n| Aw==\n", b"\x00\x01\x02\x03"),
        ("form: repeat\ncount: 3\nline-ends: crlf\n| ab\n", b"ab\r\n" * 3),
        ("form: repeat\ncount: 2\nencoding: utf-16-bom\n| a\n", codecs.BOM_UTF16_LE + b"a\0\n\0" * 2),
        ("form: defanged\n| ·a\\x00b·c\n", b"a\x00bc\n"),
        ("form: defanged\nline-ends: crlf\nencoding: utf-16-bom\n| ·abc\\\n", codecs.BOM_UTF16_LE + b"a\0b\0c\0"),
        ("form: defanged\nline-ends: crlf\n| ·abc\n| ·\\xff\n", b"abc\r\n\xff\r\n"),
        ("| one\n\n# a comment between two files\n", b"one\n"),
    ],
)
def test_a_body_becomes_bytes(stanza: str, data: bytes) -> None:
    assert only_file(stanza) == data
    assert only_file(stanza.replace("\n", "\r\n")) == data


def test_the_head_gives_defaults_but_leaves_defanged_text_alone() -> None:
    head = "webshellhunt-host: 1\nline-ends: crlf\nencoding: utf-8-bom\nmtime: 2021-03-03T08:15:02+01:00\n"
    assert only_file("| a\n", head) == codecs.BOM_UTF8 + b"a\r\n"
    assert only_file("form: defanged\n| ·a\n", head) == b"a\n"
    entry = read_described(f"{head}file: x\n| a\n").stat("x")
    assert entry is not None
    assert entry.times.modified_utc == datetime(2021, 3, 3, 7, 15, 2, tzinfo=UTC)
    assert entry.times.original


@given(st.binary(max_size=200))
def test_any_bytes_can_be_described_defanged_and_as_base64(data: bytes) -> None:
    body = "".join(f"| {line}\n" for line in defang(data).splitlines())
    assert only_file(f"form: defanged\n{body}" if body else "form: empty\n") == data
    assert only_file(f"form: base64\n| {base64.b64encode(data).decode()}\n") == data


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=60), st.sampled_from(["utf-8", "utf-16-bom"]))
def test_any_line_of_text_can_be_described(line: str, encoding: str) -> None:
    written = only_file(f"encoding: {encoding}\n| {line}\n")
    assert written.decode("utf-8" if encoding == "utf-8" else "utf-16") == f"{line}\n"


@given(st.text(st.sampled_from("abc:|# \n\r·\\/=1webshellhunt-hostfile"), max_size=80))
def test_any_text_is_read_or_refused(text: str) -> None:
    with contextlib.suppress(FixtureError):
        parse_described(HEAD + text)


def test_expectations_are_told_by_path() -> None:
    host = parse_described(f"{HEAD}file: C:/x\nexpect: malicious WSH1001 WSH6001\n| a\n\nfile: C:/y\n| b\n")
    assert host.expectations == {"C/x": Expectation(Disposition.MALICIOUS, ("WSH1001", "WSH6001"))}


BASE = f"{HEAD}file: C:/A.config\n| <a>\n|   <b/>\n| </a>\n\nfile: C:/c\n| c\n"


def test_an_overlay_replaces_adds_and_inserts() -> None:
    text = (
        "webshellhunt-host: 1\nbase: base.host\n\nfile: C:/a.CONFIG\nform: insert\nafter: <b/>\n|   <new/>\n\n"
        "file: C:/d\n| d\n"
    )
    host = parse_described(text, read_base={"base.host": BASE}.__getitem__)
    assert {file.path: file.data for file in host.files} == {
        "C/c": b"c\n",
        "C/a.CONFIG": b"<a>\n  <b/>\n  <new/>\n</a>\n",
        "C/d": b"d\n",
    }


def test_a_description_is_opened_with_its_base_beside_it(tmp_path: Path) -> None:
    (tmp_path / "base.host").write_text(BASE, encoding="utf-8")
    over = tmp_path / "over.host"
    over.write_text("webshellhunt-host: 1\nbase: base.host\n", encoding="utf-8")
    assert [file.path for file in open_described(over).files] == ["C/A.config", "C/c"]
    over.write_text("webshellhunt-host: 1\nbase: ../base.host\n", encoding="utf-8")
    with pytest.raises(FixtureError, match="not the name of a file in the same folder"):
        open_described(over)
    (tmp_path / "base.host").write_text("webshellhunt-host: 1\nfile: C:/x\nform: odd\n| a\n", encoding="utf-8")
    over.write_text("webshellhunt-host: 1\nbase: base.host\n", encoding="utf-8")
    with pytest.raises(FixtureError, match=r"base\.host:4: in the base: form 'odd'"):
        open_described(over)


def test_a_description_that_cannot_be_opened_says_why(tmp_path: Path) -> None:
    with pytest.raises(SourceNotFoundError):
        open_described(tmp_path / "none.host")
    (tmp_path / "latin.host").write_bytes(b"webshellhunt-host: 1\n# \xe9\n")
    with pytest.raises(FixtureError, match="UTF-8"):
        open_described(tmp_path / "latin.host")


def test_a_base_without_a_reader_is_refused() -> None:
    with pytest.raises(FixtureError, match="can't be read without its folder"):
        read_described("webshellhunt-host: 1\nbase: base.host\n")


def test_a_path_is_either_a_file_or_a_folder() -> None:
    with pytest.raises(FixtureError):
        read_described(f"{HEAD}file: C:/a\n| x\n\nfile: C:/a/b\n| x\n")


@pytest.mark.parametrize(
    ("stanza", "line", "words"),
    [
        ("| a\nb\n", 5, "begins with '\\| '"),
        ("|a\n", 4, "begins with '\\| '"),
        ("| a\n\n| b\n", 6, "begins with '\\| '"),
        ("form: hex\n| a\n", 5, "form 'hex' is none of text"),
        ("encoding: ebcdic\n| a\n", 5, "encoding 'ebcdic'"),
        ("line-ends: cr\n| a\n", 5, "line-ends 'cr'"),
        ("colour: red\n| a\n", 4, "unknown field 'colour'"),
        ("", 4, "needs a body"),
        ("form: empty\n| a\n", 5, "needs a body"),
        ("form: base64\n| a\n", 5, "doesn't fit"),
        ("encoding: windows-1252\n| \u4f60\n", 5, "doesn't fit"),
        ("form: defanged\nencoding: utf-16-bom\n| ·\\xff\n", 6, "doesn't fit"),
        ("form: defanged\n| ·abc\n| abcd\n", 6, "not a defanged line"),
        ("form: repeat\n| a\n", 5, "'count:'"),
        ("form: repeat\ncount: 9999999999\n| a\n", 6, "larger than"),
        ("form: insert\nafter: <b/>\n| a\n", 6, "needs the same file in the base"),
        ("mtime: yesterday\n| a\n", 3, "not a time"),
        ("mtime: 2021-03-03T08:15:02\n| a\n", 3, "UTC"),
        ("mtime: 0001-01-01T00:00:00+14:00\n| a\n", 3, "not a time"),
        ("expect: evil\n| a\n", 3, "expected disposition 'evil'"),
        ("| a\n\nfile: C:/A/X.aspx\n| b\n", 6, "described twice"),
        ("| a\n\nfile: C:/../x\n| b\n", 6, "not a path such as"),
        ("| a\n\nfile: C:\\x\n| b\n", 6, "not a path such as"),
        ("| a\n\nfile: /x\n| b\n", 6, "not a path such as"),
        ("| a\n\nfile:\n| b\n", 6, "not a path such as"),
        ("| a\n\nfile: C:/x:y/z.asp\n| b\n", 6, "not a path such as"),
        ("| a\n\nfile: C:/x.asp:y:z\n| b\n", 6, "not a path such as"),
        ("attributes: secret\n| a\n", 3, "attribute 'secret'"),
    ],
)
def test_a_mistake_is_told_with_its_line(stanza: str, line: int, words: str) -> None:
    with pytest.raises(FixtureError, match=words) as caught:
        read_described(f"{HEAD}file: C:/a/x.aspx\n{stanza}")
    assert caught.value.line == line


@pytest.mark.parametrize("text", ["", "file: C:/x\n| a\n", "webshellhunt-host: 2\n", "mtime: 2021-03-03T08:15:02Z\n"])
def test_a_text_that_is_no_description_is_refused(text: str) -> None:
    with pytest.raises(FixtureError, match="starts with 'webshellhunt-host: 1'"):
        read_described(text)


def test_insert_needs_its_line_in_the_base() -> None:
    text = "webshellhunt-host: 1\nbase: b\nfile: C:/a.config\nform: insert\nafter: <none/>\n| x\n"
    with pytest.raises(FixtureError, match="is not a line") as caught:
        parse_described(text, read_base=lambda _: BASE)
    assert caught.value.line == 6


def test_a_description_holds_streams_and_attributes() -> None:
    text = f"{HEAD}file: C:/x.aspx\nattributes: hidden system\n| a\n\nfile: C:/x.aspx:y.aspx\n| b\n"
    source = read_described(text)
    assert [(e.path, e.attributes) for e in source.list("C")] == [("C/x.aspx", ("hidden", "system"))]
    assert [e.path for e in source.streams("C/x.aspx")] == ["C/x.aspx:y.aspx"]
    assert source.read("C/x.aspx:y.aspx", 9) == b"b\n"


@pytest.mark.parametrize(
    ("fields", "data"),
    [
        ({}, b"a\n"),
        ({"line-ends": "crlf"}, b"a\r\n"),
        ({"encoding": "utf-16-bom"}, b"\xff\xfea\0\n\0"),
        ({"form": "repeat", "count": "3"}, b"a\na\na\n"),
    ],
)
def test_lines_of_a_body_become_bytes(fields: dict[str, str], data: bytes) -> None:
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
