"""Decryption of ZIP archives with AES: the only door to ``Cryptodome``, whose ciphers are in the extra ``encrypted``.

Source: WinZip, "AES Encryption Information: Encryption Specification AE-1 and AE-2".
"""

from __future__ import annotations

import hashlib
import hmac
from importlib.util import find_spec
from typing import Protocol, cast

from webshellhunt.errors import MissingDependencyError

EXTRA_FIELD = 0x9901
"""The extra field of an encrypted member, whose method in the header is 99."""

METHOD = 99
"""The method in the header of an encrypted member; the extra field has the method of the compression."""

CODE_BYTES = 10
"""Length of the authentication code after the content."""

INSTALL = "pip install 'webshellhunt[encrypted]'"
"""The command that installs the extra."""

_CHECK_BYTES = 2
_ROUNDS = 1000
_BLOCK = 16


class _Cipher(Protocol):
    def decrypt(self, ciphertext: bytes) -> bytes: ...


class AesKey:
    """The keys of one encrypted member; its content can be decrypted from any offset."""

    def __init__(self, cipher_key: bytes, code_key: bytes) -> None:
        self._cipher_key = cipher_key
        self._code_key = code_key

    def decrypt(self, data: bytes, offset: int = 0) -> bytes:
        """Return the plain bytes of encrypted ones that begin at an offset of the content.

        Raises:
            MissingDependencyError: The extra is not installed.
        """
        before = offset % _BLOCK
        return _cipher(self._cipher_key, offset // _BLOCK).decrypt(bytes(before) + data)[before:]

    def new_code(self) -> hmac.HMAC:
        """Return an empty authentication code; after all encrypted bytes, its first 10 bytes are in the archive."""
        return hmac.new(self._code_key, digestmod="sha1")


def is_available() -> bool:
    """Return True if the extra is installed."""
    return find_spec("pyzipper") is not None and find_spec("Cryptodome") is not None


def header_bytes(strength: int) -> int:
    """Return the length of the header before the encrypted content: the salt, and two bytes that check the password.

    ``strength``: the strength in the extra field: 1, 2 or 3, for keys of 128, 192 or 256 bits.
    """
    return 4 * strength + 4 + _CHECK_BYTES


def find_key(password: bytes, strength: int, header: bytes) -> AesKey | None:
    """Return the keys of a member, or ``None`` if the password is wrong.

    Two bytes check the password, so that one of 65,536 wrong ones is accepted here; the authentication code shows it.
    """
    length = 8 * strength + 8
    salt, check = header[:-_CHECK_BYTES], header[-_CHECK_BYTES:]
    derived = hashlib.pbkdf2_hmac("sha1", password, salt, _ROUNDS, 2 * length + _CHECK_BYTES)
    if not hmac.compare_digest(derived[2 * length :], check):
        return None
    return AesKey(derived[:length], derived[length : 2 * length])


def _cipher(key: bytes, blocks: int) -> _Cipher:
    """Return the cipher in counter mode after a number of blocks; the first counter is 1, little-endian."""
    try:
        from Cryptodome.Cipher import AES
        from Cryptodome.Util import Counter
    except ImportError as error:
        raise MissingDependencyError(f"AES needs the extra 'encrypted': {INSTALL}") from error
    counter = Counter.new(128, initial_value=blocks + 1, little_endian=True)
    return cast(_Cipher, AES.new(key, AES.MODE_CTR, counter=counter))
