"""Decryption of view state whose signature is right. The one door to ``cryptography``, which is an extra.

Bytes of the evidence are decrypted; nothing is encrypted.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from webshellhunt.decoding.view_state.signing import Signature, derived_key
from webshellhunt.decoding.view_state.structure import DIGEST_SIZES, ViewState, read_view_state
from webshellhunt.decoding.view_state.tokens import MARK
from webshellhunt.errors import MissingDependencyError

EXTRA: Final = "view-state"
BLOCKS: Final = {"AES": 16, "3DES": 8, "DES": 8}
"""The bytes of a block by the name of the cipher in ``machineKey``."""

_KEY_SIZES: Final = {"AES": (16, 24, 32), "3DES": (16, 24), "DES": (8,)}


def fits(name: str, key: bytes) -> bool:
    """Return True if a key has a length that a cipher takes."""
    return len(key) in _KEY_SIZES.get(name, ())


def decrypt(name: str, key: bytes, start: bytes, data: bytes) -> bytes | None:
    """Return the plain text of whole blocks in CBC mode without its padding; ``None`` if it has no valid padding.

    ``name``: the cipher: AES, 3DES or DES. ``key``: the key, of a length that the cipher takes. ``start``: the block
    before the first one.

    Raises:
        MissingDependencyError: The extra is not installed.
    """
    try:
        from cryptography.hazmat.decrepit.ciphers.algorithms import TripleDES
        from cryptography.hazmat.primitives.ciphers import Cipher
        from cryptography.hazmat.primitives.ciphers.algorithms import AES
        from cryptography.hazmat.primitives.ciphers.modes import CBC
    except ImportError as error:
        raise MissingDependencyError(
            f"encrypted view state is read with the package cryptography: pip install 'webshellhunt[{EXTRA}]'"
        ) from error
    block = BLOCKS[name]
    if not data or len(data) % block or not fits(name, key):
        return None
    algorithm = AES(key) if name == "AES" else TripleDES((key * 3)[:24])
    reader = Cipher(algorithm, CBC(start)).decryptor()
    plain = reader.update(data) + reader.finalize()
    padding = plain[-1]
    if not 1 <= padding <= block or plain[-padding:] != bytes([padding]) * padding:
        return None
    return plain[:-padding]


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
