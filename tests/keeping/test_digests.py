"""Digests of a stream."""

import hashlib

from hypothesis import given
from hypothesis import strategies as st

from webshellhunt.keeping.digests import Digester


@given(st.lists(st.binary(max_size=50), max_size=10))
def test_pieces_give_the_digests_of_the_whole(pieces: list[bytes]) -> None:
    digester, whole = Digester(), b"".join(pieces)
    for piece in pieces:
        digester.update(piece)
    found = digester.digests
    assert (found.sha256, digester.size_bytes) == (hashlib.sha256(whole).hexdigest(), len(whole))
    assert found.sha1 == hashlib.sha1(whole, usedforsecurity=False).hexdigest()
    assert found.md5 == hashlib.md5(whole, usedforsecurity=False).hexdigest()
