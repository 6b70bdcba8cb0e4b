"""Certificate requests, in DER or PEM, with a script in one of their names.

``New-ExchangeCertificate -GenerateRequest`` writes its subject to a file whose name the caller chooses. In DER a
subject in a string of one byte a character is in the file as typed, so the server executes it. It does not run
UTF-16BE (BMPString) or UTF-32BE: without a byte order mark at the start of the file the server reads NUL characters
between the letters, and there is no tag; nor base64, that is PEM. Both are attempts, and are reported as such.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping

from webshellhunt.decoding.carriers.part import CarriedPart
from webshellhunt.decoding.der import SUBJECT_NAMES, DerString, iter_strings, read_header
from webshellhunt.decoding.server_tags import find_code_ranges, has_server_tags, has_word
from webshellhunt.lazy_pattern import lazy_pattern
from webshellhunt.model.findings import FactValue

CARRIER = "certificate request"
_PEM = lazy_pattern(
    rb"-----BEGIN ((?:NEW )?+CERTIFICATE(?: REQUEST)?+|PKCS7)-----([A-Za-z0-9+/=\s]*+)(?:-----END|\Z|)", re.ASCII
)
_SEQUENCE = 0x30
_DER_BYTES = 16 * 1024 * 1024
_SUBJECT_CHARS = 4096
_MOST = 64


def open_carrier(data: bytes) -> Iterator[CarriedPart]:
    """Yield each name of a request that contains server code; the subject is a fact of each."""
    if data.startswith(b"\x30") and _is_der(data):
        yield from _open_der(data)
    if b"-----BEGIN " not in data:
        return
    for number, match in enumerate(_PEM.finditer(data)):
        if number >= _MOST:
            return
        der = _from_base64(match[2][: _DER_BYTES * 4 // 3])
        strings = _strings(der) if der.startswith(b"\x30") else []
        facts = _facts(der, strings, "PEM")
        for string in strings:
            inner = _bytes_of(der, string)
            if has_server_tags(inner):
                yield CarriedPart(
                    CARRIER, _name(string), inner, *match.span(), facts={**facts, "string": string.type_name}
                )


def _is_der(data: bytes) -> bool:
    """Return whether bytes begin with two nested sequences, as requests and certificates do, and text does not."""
    outer = read_header(data, 0)
    if outer is None or data[1] < 0x80:  # A whole request is never shorter than 128 bytes.
        return False
    inner = read_header(data, outer[1])
    return inner is not None and inner[0] == _SEQUENCE


def _open_der(data: bytes) -> Iterator[CarriedPart]:
    strings = _strings(data)
    facts = _facts(data, strings, "DER")
    held: list[tuple[int, int]] = []
    for string in strings:
        inner = _bytes_of(data, string)
        if has_server_tags(inner):
            held.append((string.start, string.end))
            more = {**facts, "string": string.type_name}
            yield CarriedPart(CARRIER, _name(string), inner, string.start, string.end, not string.wide, more)
    # Code may also span several names or be outside them: the server does not parse names.
    for start, end in find_code_ranges(data[:_DER_BYTES], has_word)[:_MOST]:
        if not any(first <= start and end <= last for first, last in held):
            yield CarriedPart(CARRIER, "request", data[start:end], start, end, executes=True, facts=facts)


def _strings(data: bytes) -> list[DerString]:
    return list(iter_strings(data[:_DER_BYTES]))


def _bytes_of(data: bytes, string: DerString) -> bytes:
    """Return the content of a string, as UTF-8 if its characters are wide, else its bytes."""
    inner = data[string.start : string.end]
    return inner.decode(string.codec, "replace").encode("utf-8", "replace") if string.wide else inner


def _name(string: DerString) -> str:
    return f"{string.attribute or 'string'} ({string.type_name})"


def _facts(data: bytes, strings: list[DerString], form: str) -> Mapping[str, FactValue]:
    parts = []
    for string in strings[:_MOST]:
        if string.attribute in SUBJECT_NAMES:
            content = data[string.start : min(string.end, string.start + _SUBJECT_CHARS)]
            parts.append(f"{string.attribute}={content.decode(string.codec, 'replace')}")
    return {"subject": ", ".join(parts)[:_SUBJECT_CHARS] or None, "form": form}


def _from_base64(text: bytes) -> bytes:
    """Decode base64, as far as it goes."""
    digits = text.translate(None, b" \t\r\n\v\f=")
    try:
        return binascii.a2b_base64(digits[: len(digits) // 4 * 4] + _padded(digits[len(digits) // 4 * 4 :]))
    except binascii.Error:
        return b""


def _padded(rest: bytes) -> bytes:
    return rest + b"=" * (4 - len(rest)) if len(rest) > 1 else b""
