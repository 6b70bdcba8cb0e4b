"""The key stream of the quarantine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.antivirus.obfuscation import MOST_BYTES, KeyStream, restore


def test_the_key_stream_is_rc4() -> None:
    """The test vectors of the algorithm's first publication."""
    assert KeyStream(b"Key").apply(b"Plaintext").hex() == "bbf316e8d940af0ad3"
    assert KeyStream(b"Wiki").apply(b"pedia").hex() == "1021bf0420"
    assert KeyStream(b"Secret").apply(b"Attack at dawn").hex() == "45a01f645fc35b383552544b9bf5"


def test_the_stream_begins_anew_for_each_file() -> None:
    stream = KeyStream(b"Key")
    assert stream.apply(b"Plain") + stream.apply(b"Plaintext") == bytes.fromhex("bbf316e8d9bbf316e8d940af0ad3")


def test_the_key_is_that_of_the_quarantine() -> None:
    assert restore(bytes.fromhex("dbe8c501")).hex() == "d345c599"


@given(st.binary(max_size=4096))
def test_the_step_is_its_own_inverse(data: bytes) -> None:
    assert restore(restore(data)) == data


def test_the_size_is_bounded() -> None:
    with pytest.raises(ValueError, match="limit"):
        restore(bytes(MOST_BYTES + 1))
