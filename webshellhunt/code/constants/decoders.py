"""Functions that decode constants: base64, hexadecimal, percent escapes, bytes to text."""

from __future__ import annotations

import base64
from collections.abc import Callable

from webshellhunt.code.constants.arguments import UnknownError, bytes_of, character_of, flat_text_of, text_of
from webshellhunt.code.constants.operators import Codec, Value
from webshellhunt.decoding.codepages import python_codec
from webshellhunt.lang.lexis import join_surrogates
from webshellhunt.lazy_pattern import lazy_pattern

Function = Callable[[list[Value]], Value]

_PERCENT_U = lazy_pattern(r"%u([0-9A-Fa-f]{4})|%([0-9A-Fa-f]{2})")
ENCODINGS = {
    "utf8": "utf-8", "ascii": "latin-1", "default": "cp1252", "unicode": "utf-16-le", "bigendianunicode": "utf-16-be",
    "utf32": "utf-32-le", "utf7": "utf-7", "latin1": "latin-1",
}  # fmt: skip


def unescape(arguments: list[Value]) -> str:
    """Decode percent escapes as JScript does."""
    return _PERCENT_U.sub(lambda m: character_of(int(m[1] or m[2], 16)), text_of(arguments[0]))


def from_percents(arguments: list[Value]) -> str:
    """Decode percent escapes of UTF-8."""
    from urllib.parse import unquote  # Much to load, for hardly any page.

    return unquote(text_of(arguments[0]))


def from_form(arguments: list[Value]) -> str:
    """Decode percent escapes as a form has them, its blanks written as signs of plus."""
    return from_percents([text_of(arguments[0]).replace("+", " ")])


def from_base64(arguments: list[Value]) -> bytes:
    """Decode base64, blanks and missing padding forgiven."""
    packed = "".join(flat_text_of(arguments[0]).split())
    return base64.b64decode(packed + "=" * (-len(packed) % 4), validate=True)


def from_hexadecimal(arguments: list[Value]) -> bytes:
    """Decode pairs of hexadecimal digits."""
    return bytes.fromhex(text_of(arguments[0]))


def get_encoding(arguments: list[Value]) -> Codec:
    """Return the encoding of a name or code page."""
    codec = python_codec(arguments[0] if isinstance(arguments[0], int) else text_of(arguments[0]))
    if codec is None:
        raise UnknownError
    return Codec(codec)


def decode(codec: str, data: Value) -> str:
    """Return bytes as text."""
    return join_surrogates(bytes_of(data).decode(codec, "replace"))


def coder(codec: str, *, encode: bool = False) -> Function:
    """Return the function that decodes, or encodes, with one codec."""
    if encode:
        return lambda arguments: text_of(arguments[0]).encode(codec, "replace")
    return lambda arguments: decode(codec, arguments[0])
