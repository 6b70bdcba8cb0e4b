"""Names in a collection: escapes of a collector, letter case of Windows, and the special files of NTFS.

Source: Microsoft, Master File Table; KapeFiles, Targets/Windows/$J.tkape and $SDS.tkape (``SaveAsFileName``).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import TypeVar

from webshellhunt.lazy_pattern import lazy_pattern

_DRIVE = lazy_pattern(r"(?:\\\\[.?]\\)?([A-Za-z]):")
_ESCAPE = re.compile(rb"%([0-9A-Fa-f]{2})")
_UNSAFE = frozenset("/\\\0")

Decoder = Callable[[str], str]
"""Returns the original name for a name in the collection."""

T = TypeVar("T")

EXTEND = "$Extend"
"""The directory of the special files that newer versions of NTFS added."""

JOURNAL = ("$J", "$UsnJrnl:$J")
"""The names under which the change journal is found in ``$Extend``."""

_AT_TOP = frozenset(
    {"$MFT", "$MFTMIRR", "$LOGFILE", "$VOLUME", "$ATTRDEF", "$BITMAP", "$BOOT", "$BADCLUS", "$SECURE", "$UPCASE"}
    | {"$SECURE_$SDS", "$SECURE_$SII", "$SECURE_$SDH", "$SECURE$SDS"}
)
_IN_EXTEND = frozenset({"$J", "$MAX", "$USNJRNL", "$OBJID", "$QUOTA", "$REPARSE", "$DELETED"})
_JOURNALS = ("$J", "$USNJRNL:$J", "$USNJRNL$J", "$USNJRNL_$J", "$USNJRNL:J")


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


def join(directory: str, name: str) -> str:
    """Return the path of a name in a directory of a source."""
    return f"{directory}/{name}" if directory else name


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


def is_special(name: str, *, in_extend: bool) -> bool:
    """Return True if a name at the top of a drive, or in its ``$Extend``, is a special file or a stream of one."""
    name = folded(name)
    if in_extend:
        return name in _JOURNALS or name.partition(":")[0] in _IN_EXTEND
    return name in _AT_TOP or (":" in name and name.partition(":")[0] in _AT_TOP)


def is_journal(name: str) -> bool:
    """Return True for the change journal, which is a sparse file: its records begin after gigabytes of zeros."""
    return folded(name) in _JOURNALS


def with_journal_names(files: Mapping[str, T]) -> dict[str, T]:
    """Return the special files of ``$Extend`` with the journal under each of its usual names."""
    by_folded = {folded(name): file for name, file in files.items()}
    journal = next((by_folded[name] for name in _JOURNALS if name in by_folded), None)
    return {**files} if journal is None else {**files, **dict.fromkeys(JOURNAL, journal)}
