"""The form of a source: an address, or a citation with its date; several are joined by a semicolon."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"https://[^\s()…]+[^\s().,;…]")
_CITATION = re.compile(r"[A-Z][\w.&/' -]*, \d{4}(-\d{2}(-\d{2})?)?")


def is_source(text: str) -> bool:
    """Return True if each part of a text is an address or a citation, with no note after it."""
    return all(_ADDRESS.fullmatch(part) or _CITATION.fullmatch(part) for part in text.split("; "))
