"""Openings: server code told from chance, format strings and templates, in files that the server only sends."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.inert import live
from tests.builders.tables import each_row
from webshellhunt.model.artifact import Artifact
from webshellhunt.model.places import Role
from webshellhunt.model.settings import HandlerMapping, PageKind, PageSettings
from webshellhunt.pages import openings
from webshellhunt.pages.openings import is_source_copy, is_text, opens_anything, opens_page
from webshellhunt.views.sample import Sample


def image() -> bytes:
    """Return bytes with the marks of a PE image, and nothing behind them."""
    return b"MZ" + bytes(58) + (64).to_bytes(4, "little") + b"PE\0\0" + bytes(200)


NOISE = random.Random(15).randbytes(200_000)
PAGE = live('<·%@ Page Language="C#"%·>\n<·% Response.Write(DateTime.Now); %·>\n')
BLOCK = live("<·% Response.Write(DateTime.Now) %·>")
JPEG = b"\xff\xd8\xff\xe0\x00\x10JFIF\x00"
CODECS = ("utf-8", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be", "cp037", "cp500")


def sample(data: bytes, path: str, settings: PageSettings | None = None) -> Sample:
    return Sample(Artifact(path, path, Role.GIVEN, len(data), settings=settings or PageSettings()), data)


@each_row("codec", [*CODECS, "cp1252", "gb18030", "cp932", "iso2022_jp", "iso2022_kr", "hz", "utf-7"])
def test_a_page_is_text_in_each_encoding_that_a_server_reads(codec: str) -> None:
    words = "" if codec in ("cp037", "cp500", "cp1252") else "한글" if codec == "iso2022_kr" else "字"
    assert is_text(f"{PAGE}<p>{words}</p>\n".encode(codec) * 40)


@each_row(
    "data", [NOISE[:5000], JPEG + NOISE, b"%PDF-1.7\n" + b"1 0 obj\n" * 700 + NOISE, b"text\n" * 2000 + NOISE[:5000]]
)
def test_what_is_binary_anywhere_is_no_text(data: bytes) -> None:
    assert not is_text(data)


def test_a_short_text_and_an_empty_file_are_text() -> None:
    assert is_text(b"")
    assert is_text(b"a")


@each_row("name", ["a.jpg", "a.pdf", "a.zip", "a.mp4", "a", "a.txt"])
def test_noise_is_read_under_no_name_that_the_server_only_sends(name: str) -> None:
    assert b"<%" in NOISE
    assert not sample(NOISE, name).is_read
    assert sample(NOISE, name).layers == ()


@each_row(("page", "count"), [(PAGE, 1), (BLOCK, 1), (BLOCK, 3)])
@each_row("around", [(JPEG + NOISE, b""), (JPEG, NOISE), (JPEG + NOISE, NOISE), (b"\x00" * 5000, b"")])
def test_a_page_between_binary_bytes_is_read(page: str, count: int, around: tuple[bytes, bytes]) -> None:
    opened = sample(around[0] + page.encode() * count + around[1], "picture.jpg")
    assert opened.is_read
    assert any(layer.has_code for layer in opened.layers)


@each_row("name", ["x.aspx", "x.asp", "x.ashx", "x.cshtml", "x.asp;.jpg"])
def test_each_name_that_the_server_executes_is_read_whatever_it_begins_with(name: str) -> None:
    opened = sample(NOISE + BLOCK.encode(), name)
    assert opened.is_read
    assert any(layer.has_code for layer in opened.layers)


def test_what_a_mapping_names_is_read() -> None:
    mapping = HandlerMapping("*.jpg", PageKind.WEB_FORM, "web.config", mapped_by="PageHandlerFactory")
    assert sample(NOISE, "a.jpg", PageSettings(mappings=(mapping,))).is_read


def test_a_page_in_utf_16_is_read_behind_a_stray_byte_and_without_a_mark() -> None:
    for data in (b"\x01" + PAGE.encode("utf-16-le"), PAGE.encode("utf-16-be")):
        assert any(layer.has_code for layer in sample(data, "x.txt").layers)


@each_row("opening", [b"<?php ", b"<?= $name ?>", b"<?=phpinfo()", b"<jsp:include "])
def test_pages_of_other_languages_are_read_too(opening: bytes) -> None:
    assert opens_anything(NOISE.lower() + opening)
    assert not opens_page(NOISE.lower() + opening, binary=True)


@each_row(
    "text",
    [
        "x = '<%s instance>' % name\nrequest(eval(x))\n",  # of Python, never closed
        'printf("<%d bytes> %s %>", n);',
        "'<%s>%s</%s>' % ('%>', request(x))",
        "print '<%(name)s href=\"%(link)s\">', '%>'",
        'var settings = { open: "<%", close: "%>" };',
        "var evaluate = /<%([\\s\\S]+?)%>/g, interpolate = /<%=([\\s\\S]+?)%>/g;",
        "if a <% b: pass",
        "5 <% 3",
    ],
)
def test_format_strings_and_delimiters_of_templates_open_nothing(text: str) -> None:
    assert not opens_page(text.lower().encode())


@each_row(
    "text",
    [
        PAGE,
        BLOCK,
        live("<·%\r\n' a comment\r\nDim a\r\n%·>"),
        live("<·%=Request(a)%·>"),
        live("<·%'漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\r\nResponse.Write(a)%·>"),
        live("<·%s = 1: Response.Write(s)%·>"),
        live('<·%"a"; Response.Write(b)%·>'),
        live('<s·cript language="C#" run·at="server">void F() { }</s·cript>'),
        live("<s·cript run·at=&#115;erver>"),
        live('<!-·-#include file="a.inc"-->'),
    ],
)
def test_real_openings_of_a_server_language_are_found(text: str) -> None:
    assert opens_page(text.lower().encode())
    assert opens_anything(NOISE.lower() + text.lower().encode() + NOISE.lower())


def test_a_bundle_of_client_scripts_has_to_say_a_word_of_the_server() -> None:
    template = "var t = '<% if (user.name) { %><b><%= user.name %></b><% } %>';"
    assert not any(layer.has_code for layer in sample(template.encode(), "dist/bundle.min.js").layers)
    assert any(layer.has_code for layer in sample(template.encode(), "page.html").layers)
    assert any(layer.has_code for layer in sample(f"{template}{BLOCK}".encode(), "dist/bundle.min.js").layers)


def test_a_program_is_never_read_as_a_page() -> None:
    program = bytearray(b"MZ" + bytes(62) + b"PE\0\0" + bytes(300) + PAGE.encode() + NOISE)
    program[60] = 64
    assert not sample(bytes(program), "tool.dll").is_read


def test_many_openings_are_judged_in_bounded_work() -> None:
    assert opens_page(b"<%\x01" * 20_000 + b"%>", binary=True)
    assert not opens_page(b"<%\x01" * 200 + b"%>", binary=True)
    assert not opens_page(b"<%\x01" * 20_000, binary=True)


@given(st.binary(max_size=3000))
def test_no_bytes_make_it_raise_and_what_opens_in_text_opens_among_noise(data: bytes) -> None:
    folded = data.lower()
    is_text(data)
    if opens_page(folded, binary=True):
        assert opens_page(NOISE.lower() + folded + NOISE.lower(), binary=True) or b"%>" not in data
    opens_anything(folded)
    opens_page(folded, strict=True)


@given(st.text(st.characters(min_codepoint=32, max_codepoint=0x9FFF, exclude_categories=["Cs", "Cc"]), min_size=1))
def test_every_text_is_text_in_utf_8(text: str) -> None:
    assert is_text(text.encode())


@each_row("padding", [" " * 5_000, "\r\n" * 100_000, "/*" + "-" * 100_000 + "*/"])
@each_row("before", [b"", JPEG + NOISE])
def test_code_behind_much_padding_is_read(padding: str, before: bytes) -> None:
    page = BLOCK.replace("<" + "%", "<" + "%" + padding).encode()
    for name in ("x.txt", "x.jpg") if before else ("x.txt", "x.config", "x.js"):
        opened = sample(before + page, name)
        assert opened.is_read, name
        assert any(layer.has_code for layer in opened.layers), name


@each_row("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@each_row("before", [NOISE, NOISE + b"\x01"])
def test_a_wide_page_behind_binary_bytes_is_read(codec: str, before: bytes) -> None:
    assert opens_anything(before.lower() + PAGE.lower().encode(codec))
    assert not opens_anything(before.lower() + "no page at all".encode(codec))


def test_a_word_is_in_a_block_only_between_its_delimiters() -> None:
    opening, close = b"<" + b"%", b"%" + b">"
    far = b"-" * 200_000
    assert opens_page(opening + far + b"request(a)" + far + close, strict=True)
    assert not opens_page(opening + far + close + b"request(a)" + far + close, strict=True)
    assert not opens_page(opening + far + b"request(a)", strict=True)


@each_row("mark", [b"\x7fELF", b"\x7fELF\x02\x01\x01" + bytes(60), image()])
@each_row("name", ["x.jpg", "x.txt", "x.js", "x.xml"])
def test_the_mark_of_a_program_hides_no_page(mark: bytes, name: str) -> None:
    opened = sample(mark + PAGE.encode(), name)
    assert opened.is_read
    assert any(layer.has_code for layer in opened.layers)
    assert not sample(mark + NOISE, name).is_read
    assert not sample(mark + PAGE.encode(), "x.exe").is_read


SOURCE = live('using System.Web;\nclass A { string Page() { return @"<·script runat=server>" + F(); } }\n<·% x %·>')


@each_row("name", ["A.cs", "A.cs1", "a.CS_old", "a.cs~", "a.vb.bak", "a.aspx.cs.old", "a.cs - Copy"])
@each_row("start", ["", "\ufeff", "// a\n", "/* <·% a * b */\r\n", "' a\nImports A\n", "Public Class A\n"])
def test_source_that_nothing_compiles_is_no_page(name: str, start: str) -> None:
    data = (live(start) + SOURCE).encode()
    assert is_source_copy(name, data.lower())
    assert not sample(data, f"C/inetpub/wwwroot/{name}").layers[0].has_code


@each_row("name", ["a.css", "a.csv", "a.vbs", "a.cshtml", "a.csproj", "a.cs.jpg", "a.cs.aspx", "cs"])
def test_other_names_are_those_of_no_source(name: str) -> None:
    assert not is_source_copy(name, SOURCE.lower().encode())


@each_row("start", [PAGE, f"\n{PAGE}", "// no line end", "/* open ", "<p>using</p>", ""])
def test_a_page_under_the_name_of_a_source_stays_a_page(start: str) -> None:
    data = (start + BLOCK).encode()
    assert not is_source_copy("a.cs1", data.lower())
    assert sample(data, "C/inetpub/wwwroot/a.cs1").layers[0].has_code


def test_a_mapping_makes_a_source_a_page() -> None:
    mapped = PageSettings(mappings=(HandlerMapping("*.cs1", PageKind.WEB_FORM, "web.config"),))
    assert sample(SOURCE.encode(), "C/inetpub/wwwroot/a.cs1", mapped).layers[0].has_code


_PARTS = (
    b"<%", b"%>", b"<", b"%", b">", b"<?php ", b"<?=", b"$ab", b"runat", b"=server", b"<!--", b"#include ", b"<jsp:abc",
    b"request(", b"server.abcd", b"eval request", b"execute(chr", b"\0", b"<\0%\0", b"<\0\0\0%\0\0\0", b"@ page",
    b" x = 1 ", "runat=server".encode("utf-16-le"), b"\x80\x90\xaa" * 30, b"\1\x85" * 500, b"a" * 5000,
    b"\xff" * 70_000,
)  # fmt: skip


def _opens_in_separate_searches(folded: bytes) -> bool:
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(openings, "_MOST", -1)  # so that each file counts as one with too many places
        return opens_anything(folded)


@given(st.lists(st.one_of(st.sampled_from(_PARTS), st.binary(max_size=40)), max_size=25).map(b"".join))
def test_one_pass_over_binary_data_finds_what_separate_searches_find(data: bytes) -> None:
    folded = data.lower()
    assert opens_anything(folded) == _opens_in_separate_searches(folded)
