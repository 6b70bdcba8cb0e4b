"""Encoded texts: the view states in a query, a request body, an event or a page, and their bytes.

Source: ``HiddenFieldPageStatePersister`` and ``Page`` of ASP.NET name the fields; a long state has several of them.
"""

from __future__ import annotations

import binascii
from collections.abc import Iterator
from itertools import islice
from typing import Final, NamedTuple
from urllib.parse import unquote_to_bytes

from webshellhunt.decoding.view_state import OBJECT_MARK
from webshellhunt.decoding.view_state.records import HEADER
from webshellhunt.decoding.view_state.tokens import MARK
from webshellhunt.lazy_pattern import lazy_pattern

LONGEST_TEXT: Final = 4 * 1024 * 1024
MOST_STATES: Final = 1000
"""The most view states that are read in one text."""

_MOST_FIELDS: Final = 64
_LEAST_TEXT: Final = 8
_SENT = lazy_pattern(r"(?i)__VIEWSTATE(\d{0,2})=([A-Za-z0-9+/_\-%.]+={0,2})")
_IN_PAGE = lazy_pattern(r"""(?i)name=["']__VIEWSTATE(\d{0,2})["'][^>]{0,400}?\svalue=["']([^"'<>]+)["']""")
_IN_PART = lazy_pattern(r'(?i)name="__VIEWSTATE(\d{0,2})"\s*\r?\n\r?\n([A-Za-z0-9+/=]+)')
_IN_EVENT = lazy_pattern(r"(?i)(?:PersistedState|ViewState):()\s*([A-Za-z0-9+/=%]+)")
_GENERATOR = lazy_pattern(
    r"""(?i)__VIEWSTATEGENERATOR(?:=|["'][^>]{0,400}?\svalue=["']|"\s*\r?\n\r?\n)([0-9A-F]{8})(?![0-9A-F])"""
)
_BARE = lazy_pattern(rb"\s*([A-Za-z0-9+/_%\-]{16,}(?:\r?\n[A-Za-z0-9+/_%\-]+)*={0,2})\s*")
_OBJECT_STATE = lazy_pattern(rb"(?<![A-Za-z0-9+/])(?:/|%2[fF])wEy[A-Za-z0-9+/%]{60,}={0,2}")
_LOOKED_AT: Final = 80
_LEAST_BARE: Final = 48
_FORMS = (_SENT, _IN_PAGE, _IN_PART, _IN_EVENT)
_URL_SAFE = str.maketrans("-_ ", "+/+")


class EncodedState(NamedTuple):
    """A view state as base64 without percent-encoding, and the generator that was sent with it, if any."""

    text: str
    generator: str | None = None


def find_states(text: str) -> list[EncodedState]:
    """Return the view states in a text, in order."""
    text = text[:LONGEST_TEXT]
    generators = [(found.start(), found[1].upper()) for found in islice(_GENERATOR.finditer(text), MOST_STATES)]
    states: list[EncodedState] = []
    for at, encoded in _iter_joined(text):
        plain = plain_base64(encoded)
        if len(plain) >= _LEAST_TEXT and len(states) < MOST_STATES:
            nearest = min(generators, key=lambda each: abs(each[0] - at), default=(0, None))
            states.append(EncodedState(plain, nearest[1]))
    return states


def find_bare_state(data: bytes) -> bytes:
    """Return the view state that a whole file is, as base64 on lines or as bytes; empty if it is none."""
    if data.startswith((MARK, HEADER)):
        return data
    found = _BARE.fullmatch(data[:LONGEST_TEXT])
    if found is None:
        return b""
    decoded = decode_base64(plain_base64("".join(found[1].decode("ascii").split())))
    return decoded if decoded.startswith((MARK, HEADER)) or len(decoded) >= _LEAST_BARE else b""


def iter_object_states(data: bytes) -> Iterator[tuple[int, str]]:
    """Yield each view state that is one object, as its place and its base64, wherever it stands in a file."""
    at = data.find(OBJECT_MARK)
    while at >= 0:
        starts = (start for start in (at - 1, at - 3) if start >= 0)
        found = next(filter(None, (_OBJECT_STATE.match(data, start) for start in starts)), None)
        if found is not None:
            text = found[0].decode("ascii")
            if HEADER in decode_base64(plain_base64(text[:_LOOKED_AT])):
                yield found.start(), text
        at = data.find(OBJECT_MARK, at + 1 if found is None else found.end())


def _iter_joined(text: str) -> Iterator[tuple[int, str]]:
    """Yield each field with its place; the numbered fields that follow it are parts of it."""
    for form in _FORMS:
        at, parts, next_number = -1, list[str](), 0
        for found in form.finditer(text):
            number = int(found[1] or 0)
            if number and number == next_number and number < _MOST_FIELDS:
                parts.append(found[2])
            else:
                if parts:
                    yield at, "".join(parts)
                at, parts = found.start(), [found[2]]
            next_number = number + 1
        if parts:
            yield at, "".join(parts)


def plain_base64(text: str) -> str:
    """Return base64 without percent-encoding, blanks in the place of ``+``, and the dots of a log that cut it."""
    for _ in range(2):
        if "%" not in text:
            break
        text = unquote_to_bytes(text).decode("ascii", "ignore")
    return text.strip(" .%").rstrip("=").translate(_URL_SAFE)


def decode_base64(text: str) -> bytes:
    """Return the bytes of a base64 text, as many as its characters allow; a foreign character ends it."""
    cut = _ALPHABET.match(text[:LONGEST_TEXT])
    kept = "" if cut is None else cut[0]
    kept = kept[: len(kept) - (len(kept) % 4 == 1)]
    try:
        return binascii.a2b_base64(kept + "=" * (-len(kept) % 4))
    except binascii.Error:
        return b""


_ALPHABET = lazy_pattern(r"[A-Za-z0-9+/]+")
