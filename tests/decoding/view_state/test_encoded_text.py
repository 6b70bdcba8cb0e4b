"""View states in texts, and their bytes."""

from __future__ import annotations

from base64 import b64encode
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.view_states import PLAIN, object_of, state_of
from webshellhunt.decoding.view_state.encoded_text import (
    LONGEST_TEXT,
    MOST_STATES,
    decode_base64,
    find_bare_state,
    find_states,
    iter_object_states,
    plain_base64,
)

STATE = b64encode(PLAIN).decode()
QUOTED = quote(STATE, safe="")


@pytest.mark.parametrize(
    "text",
    [
        f"__VIEWSTATE={QUOTED}&CorrelationID=<empty>;",
        f"__viewstate={QUOTED}",
        f"a=b&__VIEWSTATE={quote(QUOTED)} HTTP/1.1",
        f'<input type="hidden" name="__VIEWSTATE" id="__VIEWSTATE" value="{STATE}" />',
        f'Content-Disposition: form-data; name="__VIEWSTATE"\r\n\r\n{STATE}\r\n--x',
        f"PersistedState: {STATE}\nReferer: \nPath: /a.aspx",
    ],
)
def test_a_state_is_found_in_each_form(text: str) -> None:
    (found,) = find_states(text)
    assert decode_base64(found.text) == PLAIN
    assert found.generator is None


@pytest.mark.parametrize(
    "text",
    [
        f"__VIEWSTATEGENERATOR=b97b4e27&__VIEWSTATE={QUOTED}",
        f"__VIEWSTATE={QUOTED}&__VIEWSTATEGENERATOR=B97B4E27",
        f'<input name="__VIEWSTATE" value="{STATE}"><input name="__VIEWSTATEGENERATOR" id="x" value="B97B4E27">',
    ],
)
def test_the_generator_belongs_to_it(text: str) -> None:
    assert [each.generator for each in find_states(text)] == ["B97B4E27"]


def test_the_nearest_generator_is_meant() -> None:
    pages = (f"__VIEWSTATE={QUOTED}&__VIEWSTATEGENERATOR={each}&x={'y' * 500}" for each in ("AAAAAAAA", "BBBBBBBB"))
    assert [each.generator for each in find_states("\n".join(pages))] == ["AAAAAAAA", "BBBBBBBB"]


def test_a_state_in_several_fields_is_one() -> None:
    fields = f"__VIEWSTATEFIELDCOUNT=3&__VIEWSTATE={STATE[:8]}&__VIEWSTATE1={STATE[8:16]}&__VIEWSTATE2={STATE[16:]}"
    (found,) = find_states(fields)
    assert decode_base64(found.text) == PLAIN


@pytest.mark.parametrize("text", ["", "__VIEWSTATE=", "__VIEWSTATEGENERATOR=B97B4E27", "__VIEWSTATE=abc", STATE, "a b"])
def test_other_text_has_none(text: str) -> None:
    assert find_states(text) == []


def test_the_number_of_states_is_bounded() -> None:
    assert len(find_states(f"__VIEWSTATE={QUOTED}&" * (MOST_STATES + 5))) == MOST_STATES


@pytest.mark.parametrize(
    "data",
    [
        PLAIN,
        STATE.encode(),
        f"\r\n{STATE}\r\n".encode(),
        f"{STATE[:20]}\n{STATE[20:]}\n".encode(),
        QUOTED.encode(),
        b"\0\1\0\0\0\xff",
        b64encode(bytes(range(200))),
    ],
)
def test_a_whole_file_may_be_a_state(data: bytes) -> None:
    assert find_bare_state(data)


@pytest.mark.parametrize(
    "data", [b"", b"two words of plain English text", b"short", b"abcdefghijklmnopqrst", b"\x89PNG"]
)
def test_another_file_is_none(data: bytes) -> None:
    assert find_bare_state(data) == b""


@pytest.mark.parametrize("cut", range(4))
def test_a_text_that_a_log_cut_has_its_first_bytes(cut: int) -> None:
    text = STATE.rstrip("=")[: len(STATE) - 6 - cut]
    assert PLAIN.startswith(decode_base64(plain_base64(f"{text}...")))
    assert len(decode_base64(text)) >= len(text) * 3 // 4 - 1


def test_blanks_stand_for_plus_signs() -> None:
    data = b"abc" + b"\xfb\xef\xbe" * 20 + b"abc"
    assert decode_base64(plain_base64(b64encode(data).decode().replace("+", " "))) == data


@given(st.binary(max_size=300))
def test_bytes_come_back(data: bytes) -> None:
    encoded = b64encode(data).decode()
    assert decode_base64(plain_base64(encoded)) == data
    assert decode_base64(plain_base64(quote(encoded, safe=""))) == data


@given(st.text(max_size=300))
def test_any_text_is_read(text: str) -> None:
    for state in find_states(text + f"&__VIEWSTATE={text}&x"):
        decode_base64(state.text)
    decode_base64(text)
    find_bare_state(text.encode("utf-8", "replace"))


def test_a_long_text_is_cut() -> None:
    assert len(decode_base64("A" * (2 * LONGEST_TEXT))) == LONGEST_TEXT // 4 * 3


@pytest.mark.parametrize("size", [10, 200, 20_000])
def test_an_object_is_found_anywhere(size: int) -> None:
    state = state_of(object_of("A.B", {"text": "a" * size}))
    encoded = b64encode(state).decode()
    data = f"<p>\nx = '{encoded}';\n__VIEWSTATE={quote(encoded, safe='')}&b=c".encode()
    found = list(iter_object_states(data))
    assert [decode_base64(plain_base64(text)) for _, text in found] == [state, state]
    assert [data[at : at + 4] for at, _ in found] == [b"/wEy", b"%2Fw"]


@pytest.mark.parametrize(
    "text", ["/wEy" + "A" * 20, "/wEy" + "B" * 90, "A/wEyZAABAAAA/////wEAAAA" + "A" * 90, STATE * 9]
)
def test_other_base64_is_no_object(text: str) -> None:
    assert list(iter_object_states(text.encode())) == []
