"""Decryption of view state. The one door to ``cryptography``, which is an extra.

Bytes of the evidence are decrypted; nothing is encrypted.
"""

from __future__ import annotations

from typing import Final

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

    Args:
        name: The cipher: AES, 3DES or DES.
        key: The key, of a length that the cipher takes.
        start: The block before the first one.
        data: The blocks.

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
