"""Special files of NTFS in a collection: the file table and the change journal under the names of each collector.

Source: Microsoft, Master File Table; KapeFiles, Targets/Windows/$J.tkape and $SDS.tkape (``SaveAsFileName``).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from webshellhunt.sources.collection.names import folded

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
