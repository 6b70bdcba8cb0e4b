from __future__ import annotations

import pytest

from tests.builders.containers import encrypted_zip, zipped
from webshellhunt.containers.zip_end import find_directory
from webshellhunt.errors import UnreadableError
from webshellhunt.sources.archive import zip_content
from webshellhunt.sources.archive.problems import Problem
from webshellhunt.sources.archive.zip_content import CIPHER_HEADER_BYTES, ZipCipher, ZipContents, method_problem
from webshellhunt.sources.archive.zip_directory import iter_members
from webshellhunt.sources.views import BytesView

# Encrypted by Info-ZIP 3.0 with the password "infected": header and content of "hello\n".
HEADER_AND_CONTENT = bytes.fromhex("f738a494e2d65dbd742e19099a3c59b51a79")


def test_the_reason_why_a_method_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [method_problem(method) for method in (0, 8, 12, 95)] == [None] * 4
    assert method_problem(9) is Problem.METHOD
    monkeypatch.setattr(zip_content, "has_zstandard", lambda: False)
    assert method_problem(93) is Problem.ZSTANDARD
    monkeypatch.setattr(zip_content, "has_zstandard", lambda: True)
    assert method_problem(93) is None


@pytest.mark.parametrize("method", [0, 8, 12])
def test_methods(method: int) -> None:
    view = BytesView(zipped({"a": b"content" * 9}, method))
    place = find_directory(view.read, view.size_bytes)
    assert place is not None
    (listed,) = [each for each in iter_members(view, place, 0) if each is not None]
    content = ZipContents(view, None).open(listed.member.place, listed.member.size_bytes)
    assert content.read(7, 7) == b"content"


def test_the_reason_why_an_encrypted_member_is_not_read() -> None:
    view = BytesView(encrypted_zip({"a.aspx": b"content" * 9}))
    place = find_directory(view.read, view.size_bytes)
    assert place is not None
    (listed,) = [each for each in iter_members(view, place, 0) if each is not None]
    where = listed.member.place
    assert ZipContents(view, None).encryption_problem(where) is Problem.NO_PASSWORD
    assert ZipContents(view, b"x").encryption_problem(where) is None
    assert ZipContents(view, b"x").password_problem(where) is Problem.WRONG_PASSWORD
    assert ZipContents(view, b"x").encryption_problem(where._replace(flags=0x41)) is Problem.ENCRYPTION
    assert ZipContents(view, b"x").encryption_problem(where._replace(flags=0)) is None
    with pytest.raises(UnreadableError, match="local header"):
        ZipContents(view, b"x").password_problem(where._replace(offset=7))
    with pytest.raises(UnreadableError, match="encryption is damaged"):
        ZipContents(view, b"x").password_problem(where._replace(packed=5))
    with pytest.raises(UnreadableError, match="another password"):
        ZipContents(view, b"x").open(where, listed.member.size_bytes)


def test_a_member_outside_the_file_is_an_error() -> None:
    view = BytesView(zipped({"a": b"content"}))
    place = find_directory(view.read, view.size_bytes)
    assert place is not None
    (listed,) = [each for each in iter_members(view, place, 0) if each is not None]
    for offset in (-5, 1 << 50):
        with pytest.raises(UnreadableError, match="local header"):
            ZipContents(view, None).open(listed.member.place._replace(offset=offset), 7)


def test_decrypts_what_another_program_encrypted() -> None:
    assert ZipCipher(b"infected").decrypt(HEADER_AND_CONTENT)[CIPHER_HEADER_BYTES:] == b"hello\n"


def test_pieces_are_one_content() -> None:
    cipher = ZipCipher(b"infected")
    plain = b"".join(cipher.decrypt(bytes([byte])) for byte in HEADER_AND_CONTENT)
    assert plain == ZipCipher(b"infected").decrypt(HEADER_AND_CONTENT)
