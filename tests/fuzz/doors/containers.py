"""Archives, packed files, disk images and what else is a file with files in it; each is opened as the hunt opens it."""

from __future__ import annotations

import bz2
import gzip
import io
import lzma
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any

from tests.builders import disk_images, ntfs_parts
from tests.builders.archives import seven_zip_of
from tests.builders.containers import SAMPLES, cabinet, encrypted_zip, tarred, zipped
from tests.builders.der import name, pem, request
from tests.builders.hostile_zips import named_twice, ntfs_extra, overlapping, with_extra
from tests.builders.inert import live
from tests.builders.pst import Mail, build_pst
from tests.builders.reading import read_all
from tests.fuzz.door import Door
from webshellhunt.containers.container import find_container
from webshellhunt.containers.window import window_of
from webshellhunt.decoding.carriers import iter_carried_parts
from webshellhunt.errors import SourceError, UnreadableError
from webshellhunt.keeping.archive_layout import read_layout
from webshellhunt.model.source_options import SourceOptions
from webshellhunt.sources import archive, image
from webshellhunt.sources.memory import MemorySource

_FILES = {"a/x.aspx": b"hello" * 200, "b.log": bytes(900), "C/inetpub/wwwroot/y.asp": b"z" * 100}
_MOST = 20_000
_LONGEST_IMAGE = 1_400_000


def _opened(open_it: Callable[[str, SourceOptions], Any], suffix: str, data: bytes) -> object:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"x{suffix}"
        path.write_bytes(data)
        try:
            with open_it(str(path), SourceOptions(password="infected")) as opened:
                found = read_all(opened, _MOST)
                told = (sorted(found.items()), opened.form.label, opened.form.gaps)
        except SourceError as error:
            told = ([], error.message, ())
        return repr(told).replace(folder, "")


def _archive_seeds(kind: str) -> Iterator[bytes]:
    packed = zipped(_FILES)
    seeds: Mapping[str, Callable[[], Iterable[bytes]]] = {
        "zip": lambda: (
            packed,
            zipped(_FILES, zipfile.ZIP_STORED),
            encrypted_zip(_FILES),
            overlapping(),
            named_twice("a.aspx", b"first", b"second"),
            with_extra(_FILES, ntfs_extra(1 << 56, 1 << 57, 1)),
            zipped({"C.zip": packed, "d.tgz": gzip.compress(tarred(_FILES), mtime=0)}),
        ),
        "tar": lambda: (tarred({"a": b"1" * 9}), tarred({"a" * 120: b"2"}), tarred(_FILES)),
        "gzip": lambda: (gzip.compress(tarred(_FILES), mtime=0), gzip.compress(b"log", mtime=0)),
        "bzip2": lambda: (bz2.compress(tarred(_FILES)),),
        "xz": lambda: (lzma.compress(tarred(_FILES)),),
        "7z": lambda: (seven_zip_of(MemorySource(_FILES)),),
    }
    yield from seeds[kind]()


def _image_seeds() -> Iterator[bytes]:
    volume = _volume()
    yield volume
    yield disk_images.with_mbr(volume)[:_LONGEST_IMAGE]
    yield disk_images.with_gpt(volume)[:_LONGEST_IMAGE]


def _volume() -> bytes:
    parts = ntfs_parts
    entries = (parts.index_entry("page.aspx", 30), parts.index_entry("$MFT", 0), parts.index_entry("sub", 31))
    top = parts.record(
        parts.resident(0x10, parts.standard()), parts.resident(0x90, parts.index_root(*entries), "$I30"), flags=3
    )
    page = parts.record(
        parts.resident(0x10, parts.standard(10**17)),
        parts.resident(0x30, parts.file_name("page.aspx", 5)),
        parts.resident(0x80, b"content"),
        parts.resident(0x80, b"hidden", "stream"),
    )
    big = parts.record(parts.resident(0x10, parts.standard()), parts.streamed(0x80, parts.runs((3, 40)), 9000))
    return parts.volume({5: top, 30: page, 31: big}, count=64)


def _recognised(data: bytes) -> object:
    names = ("x", "x.zip", "x.tar.gz", "x.vmdk", "x.E01", "x.001", "NTUSER.DAT")
    return [repr(find_container(window_of(data), each)) for each in names]


def _samples() -> Iterator[bytes]:
    for _, data in SAMPLES.values():
        yield data[:2_048]
    yield cabinet(["a.aspx", "b.txt"])


def _carried(data: bytes) -> object:
    return [(each.carrier, each.name, each.data[:50], each.start, each.end) for each in iter_carried_parts(data)]


def _carriers() -> Iterator[bytes]:
    code = live('<\x25@ Page Language="C#" \x25><\x25 Pro·cess.Start(Req·uest["k"]); \x25>').encode()
    yield zipped({"a/x.aspx": code})
    yield zipped({"x.txt": code}, zipfile.ZIP_STORED)
    yield build_pst("Archive", [Mail("Subject", attachments={"a.aspx": code})])
    yield pem(request([name(b"\x55\x04\x03", code.decode(), 12)]))
    yield (
        b"MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; "
        b"name=x.aspx\r\nContent-Transfer-Encoding: base64\r\n\r\nPCVAIFBhZ2UgJT4=\r\n--b--\r\n"
    )
    yield b"GIF89a" + bytes(100) + code


def _layout(data: bytes) -> object:
    try:
        return read_layout(io.BytesIO(data), "x")
    except UnreadableError as error:
        return error.message


_WORDS = [
    b"PK\x01\x02",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"PK\x06\x06",
    b"PK\x06\x07",
    b"PK\x07\x08",
    b"../",
    b"C:\\",
    b"\\",
]
_TEXT_WORDS = [b"\r\n\r\n", b"--b\r\n", b"Content-Type: ", b"boundary=", b"base64", b"quoted-printable", b"filename*="]


def _archive(kind: str) -> Door:
    rooms = ("sources.archive", "containers")
    return Door(
        f"archive-{kind}",
        partial(_archive_seeds, kind),
        partial(_opened, archive.open, ""),
        rooms,
        _WORDS,
        steps=20_000,
        first_steps=4_000_000,
        shown=3_000,
        first_shown=200_000,
        most_bytes=24_576,
    )


DOORS = (
    *map(_archive, ("zip", "tar", "gzip", "bzip2", "xz", "7z")),
    Door(
        "image",
        _image_seeds,
        partial(_opened, image.open, ".dd"),
        ("sources.image", "ntfs"),
        [b"FILE", b"INDX", b"EFI PART"],
        steps=4_000,
        first_steps=8_000_000,
        first_shown=400_000,
        most_bytes=_LONGEST_IMAGE,
    ),
    Door("recognition", _samples, _recognised, ("containers",), [*_WORDS, b"MSCF", b"ustar", b"KDMV", b"conectix"]),
    Door(
        "carriers",
        _carriers,
        _carried,
        ("decoding.carriers", "decoding.pst", "decoding.der"),
        _TEXT_WORDS,
        steps=20_000,
        first_steps=4_000_000,
        most_bytes=40_000,
    ),
    Door("bag-layout", partial(_archive_seeds, "zip"), _layout, ("keeping.archive_layout",), _WORDS),
)
