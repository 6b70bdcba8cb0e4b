"""Colours of a terminal. Each goes with a word, and the gravest is also reversed, so that no hue stands alone."""

from __future__ import annotations

from typing import Final

from webshellhunt.reports.options import Options

_CODES: Final = {"malicious": "1;7;31", "suspicious": "1;33", "unexplained": "36", "title": "1"}


def paint(text: str, name: str, options: Options) -> str:
    """Return the text in the colour of a disposition or of the title, if colours are enabled."""
    return f"\x1b[{_CODES[name]}m{text}\x1b[0m" if options.color and name in _CODES else text
