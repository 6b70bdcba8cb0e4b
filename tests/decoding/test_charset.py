from __future__ import annotations

import codecs

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.builders.tables import each_row
from webshellhunt.decoding.charset import decode_candidates, python_codec
from webshellhunt.decoding.decoded_text import MULTI_BYTE, read
from webshellhunt.model.findings import Span
from webshellhunt.model.settings import PageKind, PageSettings

DEFAULT = PageSettings()
PAGE = '<%@ Page Language="C#" %>\r\n<p>ok</p><% Response.Write(1); %>\r\n'
ALL_CODECS = sorted(
    {c for n in range(65536) if (c := python_codec(n)) is not None},
)
STATELESS = [c for c in ALL_CODECS if c not in {"hz", "iso2022_jp", "iso2022_kr", "utf-7"}]
LETTERS = "az09<>%=é“”äЖשעα中文表ソ한글\U0001f600\\{}\r\n "


def encodable(codec: str) -> str:
    """The letters that a codec knows and that come back as they went in."""
    kept = []
    for letter in LETTERS:
        try:
            if letter.encode(codec).decode(codec) == letter:
                kept.append(letter)
        except UnicodeEncodeError:
            continue
    return "".join(kept)


@given(st.binary(max_size=600), st.sampled_from(PageKind), st.sampled_from(["", "utf-7", "utf-16", "IBM037", "gb2312"]))
def test_any_bytes_have_a_first_reading_and_exact_ends(data: bytes, kind: PageKind, encoding: str) -> None:
    readings = decode_candidates(data, kind, PageSettings(file_encoding=encoding or None))
    assert readings
    for reading in readings:
        ends = [reading.byte_offset(i) for i in range(len(reading.text) + 1)]
        assert ends == sorted(ends)
        assert ends[0] == (reading.origin if reading.text else len(data)) or reading.encoding in {*MULTI_BYTE, "utf-7"}
        assert ends[-1] == len(data)


@pytest.mark.parametrize("codec", ALL_CODECS)
@given(data=st.binary(max_size=300))
@example(data=b"\x1b." + bytes(16))
def test_every_codec_reads_any_bytes(codec: str, data: bytes) -> None:
    reading = read(data, codec, "declared")
    ends = [reading.byte_offset(i) for i in range(len(reading.text) + 1)]
    assert ends == sorted(ends)
    assert ends[-1] == len(data)


@pytest.mark.parametrize("codec", STATELESS)
@given(st.data())
def test_each_character_leads_back_to_its_own_bytes(codec: str, data: st.DataObject) -> None:
    text = data.draw(st.text(encodable(codec), max_size=60))
    reading = read(text.encode(codec), codec, "declared")
    assert reading.text == text
    assert [reading.byte_offset(i) for i in range(len(text) + 1)] == [
        len(text[:i].encode(codec)) for i in range(len(text) + 1)
    ]


@each_row("codec", STATELESS)
def test_offsets_hold_beyond_the_first_checkpoint(codec: str) -> None:
    text = encodable(codec) * 700
    reading = read(text.encode(codec), codec, "declared")
    for index in (0, 1023, 1024, 1025, 4095, 4096, 4097, len(text) - 1, len(text)):
        assert reading.byte_offset(index) == len(text[:index].encode(codec))


@given(st.binary(max_size=200))
def test_bytes_that_are_not_utf8_keep_every_offset(data: bytes) -> None:
    reading = read(data, "utf-8", "declared")
    offsets = [reading.byte_offset(i) for i in range(len(reading.text) + 1)]
    for character, start, end in zip(reading.text, offsets, offsets[1:], strict=False):
        raw = data[start:end]
        assert raw.decode("utf-8", "replace") == character


@each_row(
    ("mark", "codec"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@each_row("kind", [PageKind.WEB_FORM, PageKind.CLASSIC_ASP])
def test_a_byte_order_mark_beats_all(mark: bytes, codec: str, kind: PageKind) -> None:
    data = mark + PAGE.encode(codec)
    (only,) = decode_candidates(data, kind, PageSettings(file_encoding="IBM037"))
    assert (only.text, only.encoding, only.reason) == (PAGE, codec, "bom")
    start = PAGE.index("<% R")
    assert only.byte_span(start, start + 2) == Span(
        len(mark) + len(PAGE[:start].encode(codec)), len(mark) + len(PAGE[: start + 2].encode(codec))
    )


@each_row(
    ("name", "codec"),
    [
        ("IBM037", "cp037"), ("ibm01047", "cp500"), ("utf-7", "utf-7"), ("UTF-8", "utf-8"), ("utf-16", "utf-16-le"),
        ("unicodeFFFE", "utf-16-be"), ("utf-32", "utf-32-le"), ("utf-32BE", "utf-32-be"), ("us-ascii", "ascii"),
        ("windows-1252", "cp1252"), ("Windows-1251", "cp1251"), ("gb2312", "gbk"), ("GB18030", "gb18030"),
        ("big5", "cp950"), ("shift_jis", "cp932"), ("euc-jp", "euc_jp"), ("ks_c_5601-1987", "cp949"),
        ("iso-8859-1", "iso8859_1"), ("iso-8859-15", "iso8859_15"), ("koi8-r", "koi8_r"), ("macintosh", "mac_roman"),
        ("x-EBCDIC-Germany", "cp273"), ("IBM273", "cp273"), ("IBM00858", "cp858"), ("hz-gb-2312", "hz"),
        ("cp1252", "cp1252"), ("65000", "utf-7"),
        (1200, "utf-16-le"), (1201, "utf-16-be"), (12000, "utf-32-le"), (12001, "utf-32-be"), (65000, "utf-7"),
        (65001, "utf-8"), (936, "gbk"), (932, "cp932"), (37, "cp037"), (28592, "iso8859_2"), (1258, "cp1258"),
    ],
)  # fmt: skip
def test_names_and_numbers_as_dotnet_spells_them(name: str | int, codec: str) -> None:
    assert python_codec(name) == codec


@each_row("name", ["", "no-such", "idna", "unicode_escape", "punycode", "mbcs", "9" * 5000, 4, -1, "iso-8859-99"])
def test_what_is_no_text_encoding_of_dotnet_has_no_codec(name: str | int) -> None:
    assert python_codec(name) is None


@each_row("name", ["IBM037", "utf-7", "utf-16", "unicodeFFFE", "utf-32", "gb2312", "windows-1251"])
def test_file_encoding_decides_where_no_mark_stands(name: str) -> None:
    codec = python_codec(name)
    assert codec is not None
    first = decode_candidates(PAGE.encode(codec), PageKind.WEB_FORM, PageSettings(file_encoding=name))[0]
    assert (first.text, first.reason) == (
        PAGE,
        "ascii" if PAGE.encode(codec).isascii() and first.encoding == "ascii" else "declared",
    )


def test_utf8_is_taken_for_itself_and_the_rest_for_ansi() -> None:
    utf8, ansi = "<% ' é %>".encode(), "<% ' é %>".encode("cp1252")
    assert [(r.encoding, r.reason) for r in decode_candidates(utf8, PageKind.WEB_FORM, DEFAULT)] == [("utf-8", "utf-8")]
    assert [(r.encoding, r.reason) for r in decode_candidates(ansi, PageKind.WEB_FORM, DEFAULT)] == [("cp1252", "ansi")]
    russian = decode_candidates("Ж".encode("cp1251"), PageKind.WEB_FORM, PageSettings(ansi_encoding="windows-1251"))
    assert russian[0].text == "Ж"


def test_a_byte_without_meaning_keeps_its_number() -> None:
    (reading,) = decode_candidates(b"<% \x81 \x90 %>", PageKind.WEB_FORM, DEFAULT)
    assert reading.text == "<% \x81 \x90 %>"


@each_row("spelling", ["<%@codepage={}%>", '<%@ LANGUAGE=VBScript CODEPAGE = "{}" %>', "GIF89a<% @ CodePage='{}'%>"])
def test_classic_asp_reads_the_code_page_of_its_directive(spelling: str) -> None:
    hidden = "+" + "AFIAZQBzAHAAbwBuAHMAZQAuAFcAcgBpAHQAZQAgADE" + "-"
    directive = spelling.format(65000)
    data = f"{directive}<% {hidden} %>".encode()
    first = decode_candidates(data, PageKind.CLASSIC_ASP, DEFAULT)[0]
    assert (first.encoding, first.reason) == ("utf-7", "declared")
    assert first.text == f"{directive}<% Response.Write 1 %>"
    start = first.text.index("Response")
    assert first.byte_span(start, start + 1) == Span(data.index(b"+AF"), data.index(b"+AF") + 3)


def test_code_page_of_a_page_directive_never_decides_how_asp_net_reads() -> None:
    data = b'<%%@ Page Language="C#" CodePage="%d" %%><%% Response.Write(1+2); %%>' % 65000
    (only,) = decode_candidates(data, PageKind.WEB_FORM, DEFAULT)
    assert only.text == data.decode()


@each_row("codec", ["utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be"])
@each_row("junk", [b"", b"\0", b"GIF89a\0"])
def test_wide_text_without_a_mark_is_a_second_reading(codec: str, junk: bytes) -> None:
    data = junk + PAGE.encode(codec)
    first, second = decode_candidates(data, PageKind.WEB_FORM, DEFAULT)
    assert "<%" not in first.text
    assert PAGE in second.text
    start = second.text.index("<% R")
    assert data[second.byte_span(start, start + 2).start :].startswith("<%".encode(codec))


@each_row("codec", ["cp037", "cp500", "cp273"])
def test_ebcdic_is_a_further_reading(codec: str) -> None:
    data = PAGE.encode(codec)
    assert any(r.text == PAGE for r in decode_candidates(data, PageKind.WEB_FORM, DEFAULT)[1:])


def test_utf7_without_a_declaration_is_a_second_reading_only_where_it_hides_code() -> None:
    hiding = b"+ADwAJQ- Response.Write(1) +ACUAPg-"
    assert [r.encoding for r in decode_candidates(hiding, PageKind.WEB_FORM, DEFAULT)] == ["ascii", "utf-7"]
    ordinary = b"<% x = '<a>'+ADDRESS-1 %><script>a='b'+A+B+APPLE</script>"
    assert [r.encoding for r in decode_candidates(ordinary, PageKind.WEB_FORM, DEFAULT)] == ["ascii"]


def test_a_declared_encoding_that_shows_nothing_leaves_the_plain_reading_beside_it() -> None:
    readings = decode_candidates(PAGE.encode(), PageKind.WEB_FORM, PageSettings(file_encoding="utf-16"))
    assert [r.text == PAGE for r in readings] == [False, True]


def test_a_double_byte_reading_is_kept_where_it_takes_other_ascii_for_text() -> None:
    comment = "表示ソート機能" * 20  # in Shift-JIS the first and third end in a backslash
    data = f'<meta charset="shift_jis"><% x = "{comment}" %>'.encode("cp932")
    readings = decode_candidates(data, PageKind.CLASSIC_ASP, DEFAULT)
    assert [(r.encoding, r.reason) for r in readings] == [("cp1252", "ansi"), ("cp932", "guessed")]
    assert comment in readings[1].text


GUESSED = "可以上传文件的页面朢镕囧開發" * 20  # whose bytes in GBK include ASCII


def test_chardet_is_asked_where_the_page_names_no_charset() -> None:
    data = f'<% x = "{GUESSED}" %>'.encode("gbk")
    assert [r.reason for r in decode_candidates(data, PageKind.CLASSIC_ASP, DEFAULT)] == ["ansi", "guessed"]


@each_row(
    ("code", "kind", "readings"),
    [
        ("var x", PageKind.STATIC, 1),
        ("var x", PageKind.CLASSIC_ASP, 1),
        ("<!--x-->", PageKind.STATIC, 2),
        ("<%x%>", PageKind.STATIC, 2),
        ("<p runAT=server>", PageKind.STATIC, 2),
        ("x.Password", PageKind.STATIC, 2),
        ("@{x}", PageKind.RAZOR, 2),
        ("class X {}", PageKind.WEB_HANDLER, 2),
    ],
)
def test_chardet_is_asked_where_code_or_a_password_may_be(code: str, kind: PageKind, readings: int) -> None:
    data = f"{code} /* {GUESSED} */".encode("gbk")
    assert len(decode_candidates(data, kind, DEFAULT)) == readings
    assert len(decode_candidates(data, kind, DEFAULT, is_code=True)) == 2


def test_western_text_has_one_reading() -> None:
    data = '<% x = "déjà vu, où ça ? l\'été, naïveté" %>'.encode("cp1252")
    assert len(decode_candidates(data, PageKind.CLASSIC_ASP, DEFAULT)) == 1


@each_row("data", [b"\xff\xfe<", b"\xfe\xff\xd8\x00", b"\xff\xfe\x00\x00<\x00", b"\xef\xbb\xbf\xff", b""])
def test_cut_off_text_is_read_as_far_as_it_goes(data: bytes) -> None:
    reading = decode_candidates(data, PageKind.WEB_FORM, DEFAULT)[0]
    assert reading.byte_offset(len(reading.text)) == len(data)
    assert all(not "\ud800" <= c <= "\udfff" for c in reading.text)


def test_a_broken_sequence_that_leaves_a_byte_pending_keeps_the_order() -> None:
    reading = read(b"\xe32\x9b0", "gb18030", "declared")
    ends = [reading.byte_offset(index) for index in range(len(reading.text) + 1)]
    assert ends == sorted(ends)
