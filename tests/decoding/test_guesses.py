"""Other readings of bytes, which show code that the first one does not."""

from __future__ import annotations

import pytest

from webshellhunt.decoding.decoded_text import read
from webshellhunt.decoding.guesses import may_be_utf7, other_readings

CODE = "<" + "% total = count(1) %" + ">"


@pytest.mark.parametrize(("data", "may"), [(b"+ADw-a", True), (b"a + b", False), (b"<p>text</p>", False)])
def test_a_section_of_utf_7_begins_with_a_plus(data: bytes, may: bool) -> None:
    assert may_be_utf7(data) is may


def test_code_in_another_encoding_is_another_reading() -> None:
    data = (CODE * 5).encode("utf-16-le")
    found = other_readings(data, read(data, "cp1252", "ansi"), "cp1252", is_code=True)
    assert "utf-16-le" in {reading.encoding for reading in found}


def test_plain_text_has_no_other_reading() -> None:
    data = CODE.encode()
    assert other_readings(data, read(data, "utf-8", "utf-8"), "cp1252", is_code=True) == ()
