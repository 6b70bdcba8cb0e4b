"""Characters that look like an ASCII letter or digit, and characters that are invisible.

Source: a selection of Unicode's confusables (UTS #39) that lower-case to one letter; full-width and styled forms follow
from Unicode's compatibility decomposition.
"""

import unicodedata
from typing import Final

_LOOKS_LIKE: Final = str.maketrans(
    {
        "\u0430": "a", "\u03b1": "a", "\u0251": "a", "\u0432": "b", "\u0441": "c", "\u03f2": "c", "\u0501": "d",
        "\u0435": "e", "\u0451": "e", "\u0455": "s", "\u0456": "i", "\u03b9": "i", "\u0131": "i", "\u0458": "j",
        "\u03f3": "j", "\u043a": "k", "\u03ba": "k", "\u04cf": "l", "\u043c": "m", "\u043d": "h", "\u04bb": "h",
        "\u043e": "o", "\u03bf": "o", "\u0585": "o", "\u0440": "p", "\u03c1": "p", "\u0442": "t", "\u03c4": "t",
        "\u0443": "y", "\u03b3": "y", "\u0445": "x", "\u03c7": "x", "\u051b": "q", "\u0433": "r", "\u0475": "v",
        "\u03bd": "v", "\u0461": "w", "\u051d": "w", "\u0261": "g", "\u0581": "g", "\u2024": ".", "\u3002": ".",
        "\u2010": "-", "\u2011": "-", "\u2012": "-", "\u2013": "-", "\u2212": "-", "\u02cd": "_",
    }
)  # fmt: skip

BIDI_CONTROLS: Final = frozenset("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c")
"""Characters that change the direction in which a name is displayed."""

INVISIBLE: Final = frozenset(
    "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062\u2063\u3164\ufeff\uffa0"
)
"""Characters without a visible width."""


def skeleton(name: str) -> str:
    """Return the skeleton of a name (UTS #39): look-alikes as lower-case ASCII, other characters unchanged."""
    plain = "".join(char for char in unicodedata.normalize("NFKC", name) if char not in BIDI_CONTROLS | INVISIBLE)
    return unicodedata.normalize("NFKD", plain.lower().translate(_LOOKS_LIKE)).translate(_LOOKS_LIKE)
