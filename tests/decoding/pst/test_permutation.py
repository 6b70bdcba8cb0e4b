"""The two ways of encoding, against published bytes."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.decoding.pst.permutation import apply_cyclic, decode_permuted, encode_permuted


def test_published_bytes() -> None:
    assert decode_permuted(b"<script") == bytes.fromhex("95d65486b76914")
    assert encode_permuted(b"<script") == bytes.fromhex("60eb9806707e82")
    assert decode_permuted(bytes(range(16))) == bytes.fromhex("47f1b4e60b6a7248854e9eebe2f89453")


@given(st.binary(max_size=300), st.integers(0, 2**32 - 1))
def test_each_undoes_itself(data: bytes, block: int) -> None:
    assert encode_permuted(decode_permuted(data)) == data
    assert apply_cyclic(apply_cyclic(data, block), block) == data
