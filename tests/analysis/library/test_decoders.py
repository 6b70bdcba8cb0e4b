"""Decoders with known arguments, and their opposites."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.analysis.domain.values import Opaque
from webshellhunt.analysis.library import decoders
from webshellhunt.analysis.library.arguments import UnsolvedError

TEXTS = st.text(st.characters(codec="utf-16", max_codepoint=0xFFFF), max_size=30)


@given(TEXTS)
def test_escapes_are_undone(text: str) -> None:
    assert decoders.unescape([decoders.escape([text])]) == text
    assert decoders.from_percents([decoders.to_percents("", [text])]) == text


@given(st.binary(max_size=40))
def test_packed_bytes_are_unpacked(data: bytes) -> None:
    assert decoders.from_base64([decoders.to_base64([data])]) == data
    assert decoders.from_hexadecimal([decoders.to_hexadecimal("", [data])]) == data


def test_base64_may_have_spaces_and_lack_padding() -> None:
    assert decoders.from_base64(["QU\r\nI"]) == b"AB"
    with pytest.raises(UnsolvedError):
        decoders.from_base64(["*"])


def test_character_references_are_decoded() -> None:
    assert decoders.from_html(["&lt;&#65;&#x42;&unknown;"]) == "<AB&unknown;"


def test_a_form_has_plus_signs_for_spaces() -> None:
    assert decoders.from_form(["a+b%2B"]) == "a b+"


@pytest.mark.parametrize(
    ("which", "codec"), [(936, "gbk"), ("gb2312", "gbk"), (65001, "utf-8"), ("iso-8859-1", "iso8859_1")]
)
def test_an_encoding_is_found_by_name_or_number(which: str | int, codec: str) -> None:
    assert decoders.is_encoding(decoders.get_encoding([which])) == codec


def test_an_encoding_that_does_not_exist_is_not_known() -> None:
    with pytest.raises(UnsolvedError):
        decoders.get_encoding(["no-such"])
    assert decoders.is_encoding("utf8") is None
    assert decoders.is_encoding(Opaque("", ("text", "encoding", "utf8"))) == "utf-8"
