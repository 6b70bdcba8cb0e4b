"""Decoding of bytes as the server does it, and alternative readings without a declared encoding.

ASP.NET: a byte order mark has precedence, then ``fileEncoding``; a file without either is read as UTF-8 if it is
strictly valid, else in the ANSI code page (the two differ in non-ASCII characters only). Classic ASP: a byte order
mark, ``@CODEPAGE``, else the same. ``CodePage`` of ``@Page`` never applies to the page's source.

Source: Util.ReaderFromStream, GlobalizationSection (System.Web); StreamReader.DetectEncoding (mscorlib);
ASP's ``@CODEPAGE`` directive.
"""

from __future__ import annotations

from functools import lru_cache

from webshellhunt.decoding.codepages import ANSI_DEFAULT, EBCDIC, UTF7, UTF8, python_codec
from webshellhunt.decoding.decoded_text import MULTI_BYTE, DecodedText, read
from webshellhunt.decoding.guesses import is_utf8, may_be_ebcdic, may_be_utf7, may_hide_utf7, other_readings
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.settings import PageKind, PageSettings

__all__ = ["DecodedText", "decode_candidates", "python_codec"]

# UTF-32LE begins like UTF-16LE, so it is tested first.
_MARKS = (
    (b"\xff\xfe\x00\x00", "utf-32-le"),
    (b"\x00\x00\xfe\xff", "utf-32-be"),
    (b"\xef\xbb\xbf", UTF8),
    (b"\xff\xfe", "utf-16-le"),
    (b"\xfe\xff", "utf-16-be"),
)
_CODEPAGE = lazy_pattern(rb"(?i)<%\s*+@[^%>]{0,512}?\bcodepage\s*+=\s*+[\"']?(\d{1,6}+)")
_DIRECTIVE_REACH = 8192
_CODE_THROUGHOUT = frozenset((PageKind.RAZOR, PageKind.WEB_HANDLER))
_NOT_ASCII = frozenset((UTF7, "hz", "iso2022_jp", "iso2022_kr", *EBCDIC))


def decode_candidates(
    data: bytes, kind: PageKind, settings: PageSettings, *, is_code: bool = False
) -> tuple[DecodedText, ...]:
    """Return the readings of a file: the server's own first, then others whose code differs.

    Returns at least one; never raises. ``is_code`` is true if code may be anywhere in the text without an opening tag,
    as in a Razor page.
    """
    is_code = is_code or kind in _CODE_THROUGHOUT
    declared = _declared(data, kind, settings)
    if data.isascii() and b"\0" not in data and (declared is None or _keeps_ascii(declared)):
        first = DecodedText("ascii", "ascii", data.decode("ascii"), data)
        return (first, *other_readings(data, first, ANSI_DEFAULT, is_code=is_code)) if may_be_utf7(data) else (first,)
    ansi = _ansi_codec(settings.ansi_encoding)
    first = _server_reading(data, declared, ansi)
    return (first, *other_readings(data, first, ansi, is_code=is_code))


def reads_as_written(data: bytes, settings: PageSettings) -> bool:
    """Return whether each reading of a file that is only sent has no ASCII text that the bytes don't have.

    Without NULs, UTF-7 and EBCDIC, other codecs only take ASCII bytes into characters of two bytes.
    """
    if settings.file_encoding is not None or b"\0" in data or may_hide_utf7(data):
        return False
    return data.isascii() or (_keeps_ascii(_ansi_codec(settings.ansi_encoding)) and not may_be_ebcdic(data))


def is_read_as_utf8(data: bytes, settings: PageSettings) -> bool:
    """Return whether the only reading of such a file is its bytes as UTF-8."""
    return data.isascii() or (_ansi_codec(settings.ansi_encoding) not in MULTI_BYTE and is_utf8(data))


@lru_cache(maxsize=8)
def _ansi_codec(name: str) -> str:
    """Return the codec of the system's code page, which is the same for all files of a host."""
    return python_codec(name) or ANSI_DEFAULT


def _server_reading(data: bytes, declared: str | None, ansi: str) -> DecodedText:
    """Return the server's own reading."""
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return read(data, codec, "bom", len(mark))
    if declared is not None:
        return read(data, declared, "declared")
    try:
        return DecodedText(UTF8, "utf-8", data.decode(UTF8), data)
    except UnicodeDecodeError:
        return read(data, ansi, "ansi")


def _declared(data: bytes, kind: PageKind, settings: PageSettings) -> str | None:
    """Return the codec that configuration (ASP.NET) or the page's directive (classic ASP) declares."""
    if kind is not PageKind.CLASSIC_ASP:
        return python_codec(settings.file_encoding) if settings.file_encoding else None
    found = _CODEPAGE.search(data, 0, _DIRECTIVE_REACH)
    return python_codec(int(found[1])) if found else None


@lru_cache(maxsize=8)
def _keeps_ascii(codec: str) -> bool:
    """Return whether a codec maps ASCII bytes to themselves."""
    return codec not in _NOT_ASCII and not codec.startswith(("utf-16", "utf-32")) and b"<%a".decode(codec) == "<%a"
