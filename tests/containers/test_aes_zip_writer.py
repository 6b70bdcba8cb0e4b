"""Writing encrypted archives: another reader reads them, and an unfinished one is not readable."""

from __future__ import annotations

import io
import sys
import zipfile

import pytest
import pyzipper

from webshellhunt.containers import aes_zip, aes_zip_writer
from webshellhunt.containers.aes_zip_writer import AesZipWriter, password_bytes, require_writer
from webshellhunt.errors import MissingDependencyError, UsageError


def written(members: dict[str, bytes], password: str = "infected", plain: str = "") -> io.BytesIO:
    stream = io.BytesIO()
    with AesZipWriter(stream, password) as archive:
        for name, data in members.items():
            member = archive.open_member(name, len(data), encrypted=name != plain)
            member.write(data)
            member.close()
    return stream


def test_pyzipper_reads_the_members() -> None:
    stream = written({"a": b"one", "b": b"", "c": bytes(100_000)})
    with pyzipper.AESZipFile(stream) as archive:
        archive.setpassword(b"infected")
        assert {name: archive.read(name) for name in archive.namelist()} == {"a": b"one", "b": b"", "c": bytes(100_000)}
        assert archive.testzip() is None
        assert {each.wz_aes_version for each in archive.infolist()} == {2}
        assert {each.wz_aes_strength for each in archive.infolist()} == {3}


def test_the_reading_half_reads_them_too() -> None:
    stream = written({"a": b"one" * 100})
    info = zipfile.ZipFile(stream).infolist()[0]
    data = stream.getvalue()
    start = info.header_offset + 30 + len("a") + 11
    header = data[start : start + aes_zip.header_bytes(3)]
    key = aes_zip.find_key(b"infected", 3, header)
    assert key is not None
    content = data[start + len(header) : start + info.compress_size - aes_zip.CODE_BYTES]
    assert key.decrypt(content) == b"one" * 100
    assert aes_zip.find_key(b"wrong", 3, header) is None


def test_no_content_is_readable_but_that_of_a_plain_member() -> None:
    stream = written({"README.txt": b"read me please", "a": b"secret content"}, plain="README.txt")
    assert b"read me please" in stream.getvalue()
    assert b"secret content" not in stream.getvalue()
    with zipfile.ZipFile(stream) as archive:
        assert archive.read("README.txt") == b"read me please"
        with pytest.raises((RuntimeError, NotImplementedError)):
            archive.read("a")


def test_a_large_member_has_sizes_of_64_bits() -> None:
    stream = io.BytesIO()
    with AesZipWriter(stream, "infected") as archive:
        member = archive.open_member("a", 3 << 30)
        member.write(b"short after all")
        member.close()
    with pyzipper.AESZipFile(stream) as read:
        assert read.read("a", pwd=b"infected") == b"short after all"


def test_an_error_leaves_no_readable_archive() -> None:
    stream = io.BytesIO()

    def fail() -> None:
        with AesZipWriter(stream, "infected") as archive:
            archive.open_member("a", 3).write(b"one")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()
    assert not zipfile.is_zipfile(stream)


@pytest.mark.parametrize("password", ["", "x" * 1025, "\udc80"])
def test_a_password_that_does_not_work_is_refused(password: str) -> None:
    with pytest.raises(UsageError):
        password_bytes(password)
    assert password_bytes("ñ") == "ñ".encode()


def test_a_missing_extra_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(aes_zip_writer, "is_available", lambda: False)
    with pytest.raises(MissingDependencyError, match=r"pip install 'webshellhunt\[encrypted\]'"):
        require_writer()
    with pytest.raises(MissingDependencyError):
        AesZipWriter(io.BytesIO(), "infected")


def test_the_import_is_late() -> None:
    import subprocess

    code = "import sys, webshellhunt.cli.hunt; assert 'pyzipper' not in sys.modules and 'Cryptodome' not in sys.modules"
    subprocess.run([sys.executable, "-c", code], check=True)
