"""The plain value of an encrypted view state whose signature is right."""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.decoding.view_state.cipher import BLOCKS, decrypt, fits
from webshellhunt.decoding.view_state.signing import Signature, derived_key
from webshellhunt.decoding.view_state.structure import DIGEST_SIZES, ViewState, read_view_state
from webshellhunt.decoding.view_state.tokens import MARK


def decrypt_view_state(state: ViewState, signature: Signature) -> ViewState | None:
    """Return the view state in plain, or ``None`` if the decryption key is another one or not known.

    Raises:
        MissingDependencyError: The extra for decryption is not installed.
    """
    data = state.data[: -DIGEST_SIZES[signature.algorithm]]
    for plain in _iter_plain(data, signature):
        if plain is not None and plain.startswith(MARK):
            read = read_view_state(plain)
            # After the value of the legacy way comes the modifier, whose length may be that of a digest.
            return read._replace(protection=state.protection, algorithms=(signature.algorithm,), format=read.format)
    return None


def _iter_plain(data: bytes, signature: Signature) -> Iterator[bytes | None]:
    key = signature.key.decryption
    if signature.derived and signature.page is not None:
        if fits("AES", key):
            derived = derived_key(key, signature.page, signature.user_key)
            yield decrypt("AES", derived, data[: BLOCKS["AES"]], data[BLOCKS["AES"] :])
        return
    for name, block in BLOCKS.items():
        for size in (16, 24, 32) if name == "AES" else (24,) if name == "3DES" else (8,):
            if size <= len(key) and (name != "AES" or size == len(key)):
                plain = decrypt(name, key[:size], bytes(block), data)
                # Random bytes, as many as the key has, come before the value.
                yield None if plain is None else plain[size:]
