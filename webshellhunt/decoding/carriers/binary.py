"""Binary files with server code: pictures, archives, databases.

The server reads the whole file as text in its code page, sends the other bytes unchanged and executes the code, so a
binary header before the code does not stop it. Formats of other modules are left to them.
"""

from __future__ import annotations

from collections.abc import Iterator

from webshellhunt.decoding.carriers.part import CarriedPart
from webshellhunt.decoding.server_tags import find_code_ranges

_FORMATS = (
    (b"GIF8", "GIF image"),
    (b"\xff\xd8\xff", "JPEG image"),
    (b"\x89PNG\r\n", "PNG image"),
    (b"BM", "BMP image"),
    (b"RIFF", "RIFF media"),
    (b"\0\0\1\0", "icon"),
    (b"%PDF-", "PDF document"),
    (b"\0\1\0\0Standard Jet DB", "Jet database"),
    (b"\0\1\0\0Standard ACE DB", "Access database"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "OLE document"),
    (b"PK\3\4", "ZIP archive"),
    (b"PK\5\6", "ZIP archive"),
    (b"Rar!\x1a\x07", "RAR archive"),
    (b"7z\xbc\xaf\x27\x1c", "7z archive"),
    (b"\x1f\x8b\x08", "gzip file"),
    (b"MSCF", "cabinet"),
    (b"MZ", "executable"),
)
_MARKS = (b"\xff\xfe", b"\xfe\xff", b"\0\0\xfe\xff", b"\xef\xbb\xbf")
_ELSEWHERE = (b"!BDN", b"0\x82")
_EDGE = 256 * 1024
_NULS = 8
_MOST = 16


def open_carrier(data: bytes) -> Iterator[CarriedPart]:
    """Yield the range of a binary file that contains server code, as the server executes it."""
    name = format_of(data)
    if name is None:
        return
    for start, end in find_code_ranges(data)[:_MOST]:
        yield CarriedPart("binary", name, data[start:end], start, end, executes=True, facts={"format": name})


def format_of(data: bytes) -> str | None:
    """Return the format's name, or ``None`` for text and for formats of other modules."""
    if data.startswith(_ELSEWHERE) or data.startswith(_MARKS):
        return None
    for magic, name in _FORMATS:
        if data.startswith(magic):
            return name if name not in ("BMP image", "executable") or b"\0" in data[:64] else None
    nuls = data.count(b"\0", 0, _EDGE) + data.count(b"\0", max(_EDGE, len(data) - _EDGE))
    # UTF-16 text without a byte order mark has NUL as every other byte; its tags are not found below either.
    return "binary data" if nuls >= _NULS else None
