from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.reports.printable import decodable, one_line, plain_text, printable, verbatim

ANY = st.text(st.characters(exclude_categories=()))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain name.aspx", "plain name.aspx"),
        ("größe 中文 ✓", "größe 中文 ✓"),
        ("a\nb\tc\rd\x00", r"a\x0ab\x09c\x0dd\x00"),
        ("\x1b[2J\x9b2J\x7f", r"\x1b[2J\x9b2J\x7f"),
        ("x\u202excod.aspx", r"x\u202excod.aspx"),
        ("a\u200bb\ufeffc\u2066d", r"a\u200bb\ufeffc\u2066d"),
        ("line\u2028par\u2029", r"line\u2028par\u2029"),
        ("byte\udcff lone\ud800", r"byte\xff lone\ud800"),
        ("tag\U000e0041", r"tag\U000e0041"),
        ("fill\u3164er\u115f\u2800", r"fill\u3164er\u115f\u2800"),
        ("nbsp\u00a0", r"nbsp\xa0"),
        ("a\ufe0fb", r"a\ufe0fb"),
    ],
)
def test_shows_what_cannot_be_seen(text: str, shown: str) -> None:
    assert printable(text) == shown


@given(ANY)
def test_nothing_invisible_is_left(text: str) -> None:
    shown = printable(text)
    assert shown.isprintable()
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    assert printable(shown) == shown
    shown.encode("utf-8")


@given(st.text(st.characters(min_codepoint=0x20, max_codepoint=0x7E)))
def test_plain_text_stays(text: str) -> None:
    assert printable(text) == text
    assert decodable(text) == text


@given(ANY)
def test_decodable_touches_surrogates_only(text: str) -> None:
    shown = decodable(text)
    shown.encode("utf-8")
    assert "".join(c for c in text if not 0xD800 <= ord(c) <= 0xDFFF) == decodable(
        "".join(c for c in text if not 0xD800 <= ord(c) <= 0xDFFF)
    )
    if not any(0xD800 <= ord(c) <= 0xDFFF for c in text):
        assert shown == text


def test_undecodable_byte_is_written_as_hex() -> None:
    name = b"caf\xe9.aspx".decode("utf-8", "surrogateescape")
    assert decodable(name) == printable(name) == r"caf\xe9.aspx"


def test_one_line_joins_blanks_and_cuts() -> None:
    assert one_line("  a\r\n\tb  c ") == "a b c"
    assert one_line("abcdef", 4) == "abc…"
    assert one_line("abcd", 4) == "abcd"
    assert one_line("\x1b" * 9, 8) == r"\x1b\x1…"


@given(ANY, st.integers(1, 40))
def test_one_line_is_never_longer(text: str, limit: int) -> None:
    shown = one_line(text, limit)
    assert len(shown) <= limit
    assert shown.isprintable()


def test_plain_text_is_one_line_of_ascii() -> None:
    assert plain_text("a\nb\x00\u202e\u00e9\udc80") == "a b\\x00\\u202e\\xe9\\x80"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("C:\\a b.aspx", "C:\\a b.aspx"),
        ("C:\\a   b.aspx", r"C:\a \x20\x20b.aspx"),
        ("C:\\x.aspx ", r"C:\x.aspx\x20"),
        (" x", r"\x20x"),
        ("  ", r"\x20\x20"),
        ("a\tb\n", r"a\x09b\x0a"),
        ("", ""),
    ],
)
def test_a_blank_that_an_eye_would_miss_is_an_escape(name: str, shown: str) -> None:
    assert verbatim(name) == shown
    assert verbatim(name, 3) == (shown if len(shown) <= 3 else f"{shown[:2]}…")
