from __future__ import annotations

import bz2
import gzip
import io
import lzma
import struct
import tarfile
import zipfile
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.builders.containers import MEBIBYTE, PAGE, PICTURES, cabinet, encrypted_zip, tarred, volume, zipped
from webshellhunt.containers.compressed import DecompressedContent
from webshellhunt.containers.container import Container, find_container
from webshellhunt.containers.formats import ContainerFormat
from webshellhunt.containers.listing import is_of_server, list_cabinet, list_tar, list_zip
from webshellhunt.containers.page_names import SERVED_EXTENSIONS
from webshellhunt.containers.window import window_of
from webshellhunt.host.walk.file_filter import SERVER_EXTENSIONS


def found(data: bytes, name: str = "x") -> Container:
    container = find_container(window_of(data), name)
    assert container is not None
    return container


def test_the_extensions_are_those_that_the_walk_knows() -> None:
    assert SERVED_EXTENSIONS >= SERVER_EXTENSIONS


@given(st.dictionaries(st.text("abcxyzä/._-", min_size=1, max_size=200), st.binary(max_size=900), max_size=20))
def test_zip_and_tar_list_what_is_in_them(files: dict[str, bytes]) -> None:
    names = {f"f{number}_{name.strip('/')}": data for number, (name, data) in enumerate(files.items())}
    for listing in (
        list_zip(window_of(zipped(names))),
        list_tar(window_of(tarred(names))),
        list_tar(window_of(tarred(names, tarfile.PAX_FORMAT))),
    ):
        assert listing.complete
        assert listing.members == len(names)
        assert listing.first_names == [name[:200] for name in names][:8]


@pytest.mark.parametrize("form", [tarfile.GNU_FORMAT, tarfile.PAX_FORMAT, tarfile.USTAR_FORMAT])
def test_a_page_far_down_and_with_a_long_name_is_seen_in_a_tar(form: int) -> None:
    long = "/".join(["d" * 60] * 3) + "/shell.aspx"
    listing = list_tar(window_of(tarred({"big.bin": bytes(3 * MEBIBYTE), long: b"x"}, form)))
    assert (listing.pages, listing.complete) == (1, True)


def test_a_zip_behind_a_program_and_one_of_64_bits() -> None:
    assert list_zip(window_of(b"MZ" + bytes(5000) + zipped(PAGE))).pages == 1
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.aspx", b"x")
    plain = stream.getvalue()
    end = plain.rfind(b"PK\x05\x06")
    _, size, offset = struct.unpack_from("<HLL", plain, end + 10)
    large = struct.pack("<4sQHHLLQQQQ", b"PK\x06\x06", 44, 45, 45, 0, 0, 1, 1, size, offset)
    locator = struct.pack("<4sLQL", b"PK\x06\x07", 0, end, 1)
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, 0xFFFF, 0xFFFF, 0xFFFFFFFF, 0xFFFFFFFF, 0)
    listing = list_zip(window_of(plain[:end] + large + locator + tail))
    assert (listing.pages, listing.complete) == (1, True)


def test_a_cabinet_lists_its_names() -> None:
    assert list_cabinet(window_of(cabinet(["a.dll", "x.ASPX"]))).pages == 1
    assert not list_cabinet(window_of(cabinet(["a.dll"])[:50])).complete


@pytest.mark.parametrize("compress", [gzip.compress, bz2.compress, lzma.compress])
def test_a_compressed_tar_is_listed_and_a_lone_file_is_not(compress: Callable[[bytes], bytes]) -> None:
    archive = found(compress(tarred({"a.bin": bytes(2 * MEBIBYTE), **PAGE})))
    assert archive.inner is ContainerFormat.TAR
    assert archive.may_contain_server
    lone = found(compress(b"<%@ Page %>"))
    assert lone.listing is None
    assert not lone.may_contain_server
    image = found(compress(volume()))
    assert image.inner is ContainerFormat.RAW_VOLUME
    assert image.may_contain_server


def test_a_bomb_is_read_to_a_bound() -> None:
    bomb = gzip.compress(tarred({"a.bin": bytes(40 * MEBIBYTE), **PAGE}), 9)
    archive = found(bomb)
    assert archive.listing is not None
    assert not archive.listing.complete
    assert archive.listing.members == 1


def test_content_is_read_forward_and_says_where_it_breaks() -> None:
    data = gzip.compress(bytes(range(256)) * 4000)
    content = DecompressedContent(window_of(data), ContainerFormat.GZIP)
    window = content.window()
    assert window.at(0, 3) == b"\0\1\2"
    assert window.at(512_000, 2) == b"\0\1"
    assert not content.is_cut
    broken = DecompressedContent(window_of(data[: len(data) // 2]), ContainerFormat.GZIP)
    broken.window().at(1_023_990, 10)
    assert broken.is_cut


@pytest.mark.parametrize(
    ("data", "may"),
    [
        (zipped(PAGE), True),
        (zipped(PICTURES), False),
        (zipped({"c.vhdx": b"x"}), True),
        (zipped({"word/document.xml": b"", "[Content_Types].xml": b""}), False),
        (zipped({"lib/net40/x.dll": b"", "x.nuspec": b"", "content/web.config.transform": b""}), False),
        (zipped({"META-INF/MANIFEST.MF": b"", "A.class": b""}), False),
        (encrypted_zip(PAGE), True),
        (zipped(PAGE)[:-30], False),  # no directory, and small
        (zipped({"a.bin": bytes(2 * MEBIBYTE)}, zipfile.ZIP_STORED)[:-30], True),
        (tarred(PICTURES), False),
        (cabinet(["setup.dll"]), False),
        (volume(), True),
        (volume(size=128 * 1024), False),
        (b"7z\xbc\xaf\x27\x1c" + bytes(100), False),
        (b"7z\xbc\xaf\x27\x1c" + bytes(MEBIBYTE), True),
        (b"ElfFile\0" + bytes(2 * MEBIBYTE), False),
    ],
)
def test_what_may_hold_a_server(data: bytes, may: bool) -> None:
    assert found(data).may_contain_server is may


@pytest.mark.parametrize(
    "name",
    [
        "C/Windows/System32/config/SOFTWARE",
        r"EXCH01\C\inetpub\wwwroot\x.htm",
        "uploads/auto/C%3A/Windows/x",
        "uploads.json",
        "Collection/uploads/ntfs/%5C%5C.%5CC%3A/inetpub/x",
        "fs/C:/Program Files/x",
        "backup/wwwroot/a.aspx",
        "V15/FrontEnd/HttpProxy/owa/web.config",
        "C/$MFT",
    ],
)
def test_a_server_is_known_by_its_folders(name: str) -> None:
    assert is_of_server(name)


@pytest.mark.parametrize(
    "name", ["site/default.aspx", "wwwroot/site.css", "uploads/a.png", "Windows/a.txt", "lib/c/users.txt", "a/b.json"]
)
def test_an_ordinary_member_is_none(name: str) -> None:
    assert not is_of_server(name)


def test_the_names_are_those_of_the_directory() -> None:
    names = list_zip(window_of(zipped({"a/x.aspx": b"1", "b.png": b"2"}))).first_names
    assert set(names) == {"a/x.aspx", "b.png"}


def test_a_directory_that_is_cut_off_lists_nothing() -> None:
    assert not list_zip(window_of(zipped({"a.aspx": b"1"})[:-30])).first_names


def test_the_contents_are_passed_over() -> None:
    files = {"a/x.aspx": bytes(5000), "b.png": b"2"}
    assert set(list_tar(window_of(tarred(files))).first_names) == set(files)


def test_text_lists_nothing() -> None:
    assert not list_tar(window_of(b"text" * 500)).first_names


def test_the_names_are_listed() -> None:
    assert set(list_cabinet(window_of(cabinet(["x.aspx", "b.png"]))).first_names) == {"x.aspx", "b.png"}


def test_a_cabinet_that_is_cut_off_lists_what_is_left() -> None:
    whole = cabinet(["x.aspx", "b.png"])
    assert len(list_cabinet(window_of(whole[:-8])).first_names) < 2
