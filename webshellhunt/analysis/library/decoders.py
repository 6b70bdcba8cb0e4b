"""Decoders: base64, hexadecimal digits, percent escapes, bytes to text and back, with known arguments."""

from __future__ import annotations

import base64
import binascii

from webshellhunt.analysis.domain.values import Opaque, Value
from webshellhunt.analysis.library.arguments import (
    UnsolvedError,
    bytes_of,
    character_of,
    flat_text_of,
    integer_of,
    option_of,
    text_of,
)
from webshellhunt.decoding.codepages import python_codec
from webshellhunt.lang.lexis import join_surrogates
from webshellhunt.lazy_pattern import lazy_pattern

_PERCENT_U = lazy_pattern(r"%u([0-9A-Fa-f]{4})|%([0-9A-Fa-f]{2})")
_ENTITY = lazy_pattern(r"&(?:amp|lt|gt|quot|apos|nbsp|#\d{1,6}|#[xX][0-9A-Fa-f]{1,5});")
_UNESCAPED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789@*_+-./")
ENCODINGS = {
    "utf8": "utf-8", "ascii": "latin-1", "default": "cp1252", "unicode": "utf-16-le", "bigendianunicode": "utf-16-be",
    "utf32": "utf-32-le", "utf7": "utf-7", "latin1": "latin-1",
}  # fmt: skip
ENCODING_TYPES = {
    "utf8encoding": "utf8", "asciiencoding": "ascii", "unicodeencoding": "unicode", "utf7encoding": "utf7",
    "utf32encoding": "utf32",
}  # fmt: skip
"""The classes of encodings, with the names in `ENCODINGS`."""


def codec_of(name: str) -> str | None:
    """Return Python's codec for a static member of ``Encoding``, or for a name that `get_encoding` found."""
    return ENCODINGS.get(name) or python_codec(name.replace("_", "-"))


def get_encoding(arguments: list[Value]) -> Opaque:
    """Return the encoding of a name or code page: an opaque value whose type names it."""
    which = arguments[0]
    codec = python_codec(which if isinstance(which, int) else text_of(which))
    if codec is None:
        raise UnsolvedError
    known = next((name for name, each in ENCODINGS.items() if each == codec and name != "ascii"), None)
    name = known or (str(which) if isinstance(which, int) else text_of(which).strip().lower())
    return Opaque(f"encoding.{name.replace('.', '-')}", ("encoding", name))


def decode(codec: str, data: Value) -> str:
    """Return bytes as text."""
    return join_surrogates(bytes_of(data).decode(codec, "replace"))


def get_string(codec: str, arguments: list[Value]) -> str:
    """``encoding.GetString(bytes)``, ``GetString(bytes, start, count)``."""
    data = bytes_of(arguments[0])
    if len(arguments) > 2:
        start, count = integer_of(arguments[1]), integer_of(arguments[2])
        data = data[max(start, 0) : max(start, 0) + max(count, 0)]
    return decode(codec, data)


def get_bytes(codec: str, arguments: list[Value]) -> bytes:
    """``encoding.GetBytes(text)``."""
    return flat_text_of(arguments[0]).encode(codec, "replace")


def unescape(arguments: list[Value]) -> str:
    """Decode percent escapes as JScript does."""
    return _PERCENT_U.sub(lambda m: character_of(int(m[1] or m[2], 16)), text_of(arguments[0]))


def escape(arguments: list[Value]) -> str:
    """Encode as JScript's ``escape`` does."""
    found = text_of(arguments[0])
    return "".join(c if c in _UNESCAPED else f"%{ord(c):02X}" if ord(c) < 256 else f"%u{ord(c):04X}" for c in found)


def from_percents(arguments: list[Value]) -> str:
    """Decode percent escapes of UTF-8."""
    from urllib.parse import unquote  # Much to load, for hardly any page.

    return unquote(text_of(arguments[0]))


def from_form(arguments: list[Value]) -> str:
    """Decode percent escapes as a form has them, its spaces written as plus signs."""
    return from_percents([text_of(arguments[0]).replace("+", " ")])


def to_percents(safe: str, arguments: list[Value]) -> str:
    """Encode as percent escapes of UTF-8; ``safe`` characters stay."""
    from urllib.parse import quote  # Much to load, for hardly any page.

    return quote(text_of(arguments[0]), safe=safe)


def from_base64(arguments: list[Value]) -> bytes:
    """Decode base64; spaces and missing padding are accepted."""
    packed = "".join(flat_text_of(arguments[0]).split())
    try:
        return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)
    except (binascii.Error, ValueError):
        raise UnsolvedError from None


def to_base64(arguments: list[Value]) -> str:
    """``Convert.ToBase64String(bytes)``."""
    return base64.b64encode(bytes_of(arguments[0])).decode()


def from_hexadecimal(arguments: list[Value]) -> bytes:
    """Decode pairs of hexadecimal digits."""
    return bytes.fromhex(text_of(arguments[0]))


def to_hexadecimal(separator: str, arguments: list[Value]) -> str:
    """Encode bytes as pairs of hexadecimal digits."""
    data = bytes_of(arguments[0])
    return data.hex(separator).upper() if separator else data.hex().upper()


def from_html(arguments: list[Value]) -> str:
    """Decode the character references of HTML."""
    from html import unescape as from_references  # Much to load, for hardly any page.

    return _ENTITY.sub(lambda m: from_references(m[0]), text_of(arguments[0]))


def is_encoding(value: Value) -> str | None:
    """Return Python's codec for a value that is an encoding, ``None`` for another value."""
    if value.__class__ is not Opaque:
        return None
    kind, _, name = value.type.partition(".")
    if kind == "encoding" and name:
        return codec_of(name)
    path = value.path
    if len(path) > 1 and path[-2] == "encoding":
        return codec_of(option_of(value))
    return None
