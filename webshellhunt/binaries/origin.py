"""The stated origin of a PE image, read from its bytes without its tables."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from typing import Final, NamedTuple

from webshellhunt.binaries.pe import is_image

_VERSION_INFO: Final = "VS_VERSION_INFO".encode("utf-16-le")
_VERSION_BYTES: Final = 16 * 1024
_LONGEST_VALUE: Final = 128
_SECURITY_DIRECTORY: Final = 4
_DIRECTORIES_AT: Final = {0x10B: 96, 0x20B: 112}
_DEBUG_MARK: Final = b"RSDS"
_DEBUG_HEADER: Final = 24
_LONGEST_PATH: Final = 260
_MOST_MARKS: Final = 16
_CRAWLERS: Final = (
    "360spider", "baiduspider", "bingbot", "bytespider", "googlebot", "sogou web spider", "sosospider", "yandexbot",
    "yisouspider",
)  # fmt: skip
_ENOUGH_CRAWLERS: Final = 4
_KIN: Final = (
    ("iis-raid", "IIS-Raid"),
    ("avhijackserver", "HijackServer"),
    ("iiscpp-gm", "HijackServer"),
    ("iis-backup.pdb", "LightHandIIS"),
    ("\\ene.pdb", "SessionsIIS"),
    ("w3trc.pdb", "ThreeTrack"),
    ("seo-client-iis.pdb", "a module that answers crawlers"),
    ("\\dongtai.pdb", "Dongtai"),
    ("\\isn7.pdb", "IISniff"),
    ("\\iis_dirs.pdb", "a module that sends visitors elsewhere"),
    ("\\httpmodrespdllx64.pdb", "a module that sends visitors elsewhere"),
    ("\\urlresol.pdb", "a module that sends visitors elsewhere"),
)
"""Source: PwCUK-CTO/labscon-2024-knowledge-iis-power (2024); Elastic and HarfangLab on HijackServer (October 2025)."""


class Origin(NamedTuple):
    """The stated origin of an image.

    ``signed`` is true if it has an embedded signature; programs of Windows are signed in a catalogue instead.
    ``versioned`` is true if it has version information; ``company`` and ``debug_path`` are ``None`` if it does not
    contain them.
    """

    signed: bool = False
    versioned: bool = False
    company: str | None = None
    debug_path: str | None = None


def read_origin(data: bytes) -> Origin | None:
    """Return the stated origin of an image, or ``None`` for other files."""
    if not is_image(data):
        return None
    at = data.find(_VERSION_INFO)
    information = b"" if at < 0 else data[at : at + _VERSION_BYTES]
    return Origin(_is_signed(data), at >= 0, _value(information, "CompanyName"), _debug_path(data))


def iter_kinship(data: bytes) -> Iterator[str]:
    """Yield the similarities of a library with modules that intruders used, as text."""
    text = data.lower()
    family = next((family for mark, family in _KIN if _contains(text, mark)), None)
    if family is not None:
        yield f"it holds a text of {family}"
    if sum(_contains(text, name) for name in _CRAWLERS) >= _ENOUGH_CRAWLERS:
        yield "it names the crawlers of search engines"
    if b"clrcreateinstance" in text:
        yield "it loads .NET code into the worker process"
    if b"popen() failed" in text or b"popen failed" in text:
        yield "it runs commands and reads what they print"


def _contains(text: bytes, word: str) -> bool:
    return word.encode("ascii") in text or word.encode("utf-16-le") in text


def _is_signed(data: bytes) -> bool:
    (at,) = struct.unpack_from("<I", data, 0x3C)
    header = at + 24
    if header + 2 > len(data):
        return False
    (magic,) = struct.unpack_from("<H", data, header)
    directory = header + _DIRECTORIES_AT.get(magic, 0) + 8 * _SECURITY_DIRECTORY
    if magic not in _DIRECTORIES_AT or directory + 8 > len(data):
        return False
    start, size = struct.unpack_from("<II", data, directory)
    return bool(0 < start < len(data) and 0 < size <= len(data) - start)


def _value(information: bytes, name: str) -> str | None:
    """Return a text of the version information.

    Source: VS_VERSIONINFO, String: the name, its end, padding to four bytes, the value, its end.
    """
    key = name.encode("utf-16-le") + b"\0\0"
    at = information.find(key)
    if at < 0:
        return None
    raw = information[at + len(key) : at + len(key) + 2 * _LONGEST_VALUE + 2]
    if raw[:2] == b"\0\0":
        raw = raw[2:]
    text = raw[: len(raw) & ~1].decode("utf-16-le", "replace").partition("\0")[0].strip()
    return text or None


def _debug_path(data: bytes) -> str | None:
    at = -1
    for _ in range(_MOST_MARKS):
        at = data.find(_DEBUG_MARK, at + 1)
        if at < 0:
            return None
        raw = data[at + _DEBUG_HEADER : at + _DEBUG_HEADER + _LONGEST_PATH].partition(b"\0")[0]
        path = raw.decode("utf-8", "replace")
        if path.lower().endswith(".pdb") and path.isprintable():
            return path
    return None
