"""A tree of what web roots hold besides pages: pictures, documents, archives, videos, libraries. Always the same bytes.

Each file begins as its format does and goes on with random bytes, which is what compressed data looks like: two bytes
that open a page stand in it by chance once in 64 KiB.
"""

from __future__ import annotations

import random
import struct
import zipfile
import zlib
from pathlib import Path

_PALETTE = bytes(value for shade in range(32, 117) for value in (shade, shade + 1, shade + 9))  # printable, as many are


def write_binaries(folder: Path, *, pictures: int, large_mib: int) -> None:
    """Write a tree with so many pictures of 100 KiB, a tenth as many of everything else, and one large file."""
    noise = random.Random(2026)  # noqa: S311 - the same bytes each time
    folder.mkdir(parents=True, exist_ok=True)
    for number in range(pictures):
        start, extension = ((b"\xff\xd8\xff\xe0\0\x10JFIF\0", "jpg"), (b"GIF89a", "gif"))[number % 2]
        (folder / f"picture{number}.{extension}").write_bytes(start + noise.randbytes(100 * 1024))
    for number in range(max(1, pictures // 10)):
        (folder / f"photo{number}.jpg").write_bytes(b"\xff\xd8\xff\xe1" + noise.randbytes(500 * 1024))
        (folder / f"drawing{number}.png").write_bytes(_png(noise.randbytes(60 * 1024)))
        (folder / f"letter{number}.pdf").write_bytes(_pdf(noise, 4))
        (folder / f"library{number}.dll").write_bytes(_library(noise.randbytes(300 * 1024)))
        (folder / f"font{number}.woff2").write_bytes(b"wOF2\0\1\0\0" + noise.randbytes(80 * 1024))
        with zipfile.ZipFile(folder / f"archive{number}.zip", "w") as archive:
            archive.writestr(zipfile.ZipInfo("data.bin"), noise.randbytes(400 * 1024))
    (folder / "video.mp4").write_bytes(b"\0\0\0\x20ftypisom\0\0\2\0" + noise.randbytes(2 * 1024**2))
    (folder / "backup.bak").write_bytes(noise.randbytes(large_mib * 1024**2))


def _png(data: bytes) -> bytes:
    header = struct.pack(">IIBBBBB", 16, 16, 8, 3, 0, 0, 0)
    chunks = ((b"IHDR", header), (b"PLTE", _PALETTE), (b"IDAT", zlib.compress(data)), (b"IEND", b""))
    written = (struct.pack(">I", len(c)) + kind + c + struct.pack(">I", zlib.crc32(kind + c)) for kind, c in chunks)
    return b"\x89PNG\r\n\x1a\n" + b"".join(written)


def _pdf(noise: random.Random, pages: int) -> bytes:
    """Return a document of scanned pages: headers of streams in text, and between them pictures."""
    scan = b"%d 0 obj\n<</Type/XObject/Subtype/Image/Filter/DCTDecode/Length 51200>>\nstream\n%s\nendstream\nendobj\n"
    return b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n" + b"".join(scan % (n, noise.randbytes(50 * 1024)) for n in range(pages))


def _library(data: bytes) -> bytes:
    """Return what begins as a library does, with names in it such as compilers make of lambdas."""
    names = b"".join(b"<DeleteFile>b__%d\0<Execute>b__%d\0" % (n, n) for n in range(500))
    return b"MZ" + bytes(58) + struct.pack("<I", 64) + b"PE\0\0" + bytes(248) + names + data
