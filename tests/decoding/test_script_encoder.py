"""The Script Encoder, against its published known answers and hostile input."""

from __future__ import annotations

import base64

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.decoding.script_encoder import _tables, decode_script, iter_encoded

_NAMES = {"\n": "@&", "\r": "@#", ">": "@*", "<": "@!", "@": "@$"}


def encode(text: str) -> str:
    """Encode as the Script Encoder does: the inverse of the shipped tables."""
    columns, pick = _tables()
    inverse = [{plain: code for code, plain in column.items() if code not in "<>@\r\n"} for column in columns]
    out, position = [], 0
    for char in text:
        if char in _NAMES:
            out.append(_NAMES[char])
        else:
            out.append(inverse[pick[position % 64]].get(char, char))
        position += char < "\x80"
    return "".join(out)


def container(text: str) -> str:
    """Wrap encoded text with its length and checksum."""
    payload = encode(text)
    numbers = [
        base64.b64encode(n.to_bytes(4, "little")).decode()[:6]
        for n in (len(payload), sum(text.encode("ascii", "ignore")))
    ]
    return f"#@~^{numbers[0]}=={payload}{numbers[1]}==^#~@"


def test_known_answer() -> None:
    block = next(iter_encoded("#@~^DgAAAA==\\ko$K6,JC\x7fV^GJqAQAAA==^#~@"))
    assert block.text == 'MsgBox "Hello"'
    assert block.checksum_valid
    assert block.complete


@given(st.text(st.characters(min_codepoint=32, max_codepoint=126) | st.sampled_from("\t\r\né漢"), max_size=200))
def test_decoding_inverts_encoding(text: str) -> None:
    block = next(iter_encoded(container(text)))
    assert block.text == text
    assert block.checksum_valid


def test_text_around_blocks_stays_and_each_block_is_found() -> None:
    text = f"<%{container('a = 1')}%> and <%{container('b = 2')}%>"
    blocks = list(iter_encoded(text))
    assert [b.text for b in blocks] == ["a = 1", "b = 2"]
    assert text[: blocks[0].start] == "<%"
    assert text[blocks[-1].end :] == "%>"


def test_a_damaged_checksum_and_a_missing_end_still_decode() -> None:
    whole = container("Dim answer")
    damaged = whole.replace(whole[-10:-6], "AAAA")
    assert not next(iter_encoded(damaged)).checksum_valid
    cut = next(iter_encoded(whole[:-12]))
    assert cut.text.startswith("Dim answe")
    assert not cut.complete


def test_the_checksum_counts_only_what_the_encoder_substitutes() -> None:
    block = next(iter_encoded(container('note = "caf\u00e9 \u6f22\u5b57"')))
    assert (block.checksum_valid, block.reading, block.note) == (True, "", None)


def test_bytes_of_a_double_byte_page_read_one_by_one_still_decode_what_follows() -> None:
    # The second byte of each of these is an ASCII letter in code page 936.
    text = 'a = "\u4e02\u4e04" : b = request("name") : c = b'
    read_wrong = container(text).encode("gbk").decode("latin-1")
    block = next(iter_encoded(read_wrong))
    assert block.text.encode("latin-1").decode("gbk") == text
    assert (block.checksum_valid, block.reading) == (True, "double-byte")


def test_control_characters_that_became_spaces_are_put_back() -> None:
    whole = container("if not ready then set reader = server.createobject(name) end if")
    assert "\x7f" in whole or "\t" in whole
    block = next(iter_encoded(whole.replace("\t", "   ").replace("\x7f", " ")))
    assert block.text.startswith("if not ready then set reader")
    assert block.reading == "spaces repaired"
    assert block.note is not None


def test_lines_and_marks_are_escaped_and_come_back() -> None:
    text = 'a = 1\r\nif a < 2 then\r\n\tb = "x@example.org"\r\nend if'
    whole = container(text)
    assert "\n" not in whole
    assert [b.text for b in iter_encoded(whole)] == [text]


def test_many_starts_without_an_end_take_linear_time() -> None:
    assert sum(1 for _ in iter_encoded("#@~^AAAAAA==" * 50_000)) == 50_000


@given(st.text())
def test_never_raises_and_never_grows(text: str) -> None:
    assert len(decode_script(text)) <= len(text)
    for block in iter_encoded("#@~^AAAAAA==" + text):
        assert 0 <= block.start < block.end
