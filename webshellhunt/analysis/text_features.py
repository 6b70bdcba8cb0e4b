"""Text features: words that a detector needs in the text of a code or a layer; nothing is parsed for them."""

from __future__ import annotations

from typing import Final

TEXT: Final = "text:"
"""Begins a feature that is a word of a text."""


def texts_with(*words: str) -> frozenset[str]:
    """Return the features of which one is in each code or layer with one of some words in its texts."""
    return frozenset(TEXT + word for word in words)
