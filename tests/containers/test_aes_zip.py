"""AES encryption of ZIP archives, against archives that pyzipper writes."""

from __future__ import annotations

import io
import struct
import sys

import pytest
import pyzipper

from webshellhunt.containers.aes_zip import CODE_BYTES, find_key, header_bytes, is_available
from webshellhunt.errors import MissingDependencyError

CONTENT = bytes(range(256)) * 20


def _encrypted(bits: int) -> bytes:
    """Return header, encrypted content and code of a stored member."""
    stream = io.BytesIO()
    with pyzipper.AESZipFile(stream, "w", encryption=pyzipper.WZ_AES) as archive:
        archive.setpassword(b"infected")
        archive.setencryption(pyzipper.WZ_AES, nbits=bits)
        archive.writestr("x", CONTENT)
    data = stream.getvalue()
    names, extras = struct.unpack_from("<26xHH", data)
    start = 30 + names + extras
    return data[start : start + header_bytes((bits - 64) // 64) + len(CONTENT) + CODE_BYTES]


@pytest.mark.parametrize(("strength", "bits"), [(1, 128), (2, 192), (3, 256)])
def test_decrypts_from_any_offset(strength: int, bits: int) -> None:
    data, head = _encrypted(bits), header_bytes(strength)
    key = find_key(b"infected", strength, data[:head])
    assert key is not None
    body = data[head:-CODE_BYTES]
    assert key.decrypt(body) == CONTENT
    assert all(key.decrypt(body[at:], at) == CONTENT[at:] for at in (1, 15, 16, 17, 4096))
    code = key.new_code()
    code.update(body)
    assert code.digest()[:CODE_BYTES] == data[-CODE_BYTES:]


def test_a_wrong_password_is_no_key() -> None:
    assert find_key(b"wrong", 3, _encrypted(256)[: header_bytes(3)]) is None


def test_a_missing_extra_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    data = _encrypted(256)
    key = find_key(b"infected", 3, data[: header_bytes(3)])
    monkeypatch.setitem(sys.modules, "Cryptodome.Cipher", None)
    assert key is not None
    with pytest.raises(MissingDependencyError, match=r"webshellhunt\[encrypted\]"):
        key.decrypt(b"x")


def test_the_extra_of_tests_is_installed() -> None:
    assert is_available()
