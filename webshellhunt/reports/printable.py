r"""Escaping for text from evidence: hostile names and excerpts must neither control a terminal nor hide in it.

Two strengths: ``printable`` for people, where every character that is not plainly visible becomes an escape, and
``decodable`` for machines, where only a byte that didn't decode does.
"""

from webshellhunt.defang import defang
from webshellhunt.lazy_pattern import lazy_pattern

# Visible to Python's ``isprintable``, yet blank or without width on a screen: fillers, joiners, variation selectors.
_INVISIBLE = lazy_pattern(
    "[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u2800\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef]"
)
_SURROGATE = lazy_pattern("[\ud800-\udfff]")
_HIDDEN_BLANKS = lazy_pattern(r"^ +| +$|(?<= ) +")
_BLANKS = lazy_pattern(r"[\t\n\r\f\v ]+")


def printable(text: str) -> str:
    r"""Return the text with control, direction, zero-width and undecodable characters as ``\xNN`` or ``\uNNNN``."""
    if not text.isprintable():
        text = "".join(c if c.isprintable() else _escape(c) for c in text)
    return _INVISIBLE.sub(lambda found: _escape(found[0]), text)


def one_line(text: str, limit: int | None = None) -> str:
    """Return the text printable, its blanks and line ends as single spaces, and no longer than ``limit`` characters."""
    shown = printable(_BLANKS.sub(" ", text).strip())
    return shown if limit is None or len(shown) <= limit else f"{shown[: max(limit - 1, 0)]}…"


def verbatim(text: str, limit: int | None = None) -> str:
    r"""Return a name on one line with each of its blanks: one that a page or an eye would miss becomes ``\x20``.

    A shell may be named like a page of the server, but for a blank.
    """
    shown = _HIDDEN_BLANKS.sub(lambda found: r"\x20" * len(found[0]), printable(text))
    return shown if limit is None or len(shown) <= limit else f"{shown[: max(limit - 1, 0)]}…"


def plain_text(text: str, limit: int | None = None) -> str:
    """Return a text from evidence in one line of ASCII without control characters."""
    shown = one_line(text, limit).replace("…", "...")
    return shown.encode("ascii", "backslashreplace").decode("ascii")


def decodable(text: str) -> str:
    r"""Return the text without surrogates, which UTF-8 can't encode: a byte that didn't decode becomes ``\xNN``."""
    return text if text.isascii() else _SURROGATE.sub(lambda found: _escape(found[0]), text)


def defanged(excerpt: str) -> str:
    """Return an excerpt as defanged text; refanging it restores its UTF-8.

    No ``<%`` is whole, which would make code of the texts after it.
    """
    return defang(excerpt.encode("utf-8", "surrogatepass")).replace("<%", "<\N{MIDDLE DOT}%")


def _escape(character: str) -> str:
    code = ord(character)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
