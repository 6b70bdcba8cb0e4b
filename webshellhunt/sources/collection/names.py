"""Names in a collection: escapes of a collector, letter case of Windows, and names that can't be shown decoded."""

from __future__ import annotations

import re
from collections.abc import Callable

from webshellhunt.lazy_pattern import lazy_pattern

_DRIVE = lazy_pattern(r"(?:\\\\[.?]\\)?([A-Za-z]):")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNSAFE = frozenset("/\\\0")

Decoder = Callable[[str], str]
"""Returns the original name for a name in the collection."""


def folded(name: str) -> str:
    """Return a name or path in the case-folded form of NTFS, which folds character by character."""
    if name.isascii():
        return name.upper()
    return "".join(upper if len(upper := char.upper()) == 1 else char for char in name)


def plain(name: str) -> str:
    """Return the name itself: the collector keeps names."""
    return name


def unescaped(name: str) -> str:
    """Return a name with each escape such as ``%3A`` decoded once, so that ``%253A`` becomes ``%3A``.

    The escapes are bytes of UTF-8; a byte that does not decode becomes a surrogate escape.
    """
    if "%" not in name:
        return name
    data = name.encode("utf-8", "surrogateescape")
    pieces = _ESCAPE.split(data)
    pieces[1::2] = [bytes([int(digits, 16)]) for digits in pieces[1::2]]
    return b"".join(pieces).decode("utf-8", "surrogateescape")


def unescaped_in_store(name: str) -> str:
    """Return a name of the file store of a server decoded: it has one underscore more than ``x.db`` and ``x_`` had."""
    return unescaped(name).removesuffix("_") if name.endswith("_") and len(name) > 1 else unescaped(name)


def shown_name(name: str, decode: Decoder) -> str:
    r"""Return the decoded form of a name, or the name itself if the decoded form would change the path.

    Names such as ``..``, ``a/b`` and ``a\b`` must not lead to another directory.
    """
    decoded = decode(name)
    if not decoded or decoded in {".", ".."} or _UNSAFE & set(decoded):
        return name
    return decoded


def path_below(top: str, rest: str) -> str:
    """Return the path in the tree for the rest of a path of the server, with either slash."""
    return "/".join((top, *filter(None, rest.replace("\\", "/").split("/"))))


def drive_top(name: str) -> str | None:
    r"""Return the top in the tree for the name of a drive, ``C:`` or ``\\.\C:``, or ``None``."""
    match = _DRIVE.fullmatch(name)
    return None if match is None else f"{match[1].upper()}:"


def drive_path(text: str) -> str | None:
    r"""Return the path in the tree for a path of the server, ``C:/x.aspx`` for ``c:\x.aspx``; ``None`` for others."""
    match = _DRIVE.match(text)
    return None if match is None else path_below(f"{match[1].upper()}:", text[match.end() :])
