"""Taken kinds: the list of the kinds of files that an upload page takes, where none of them is one that a server runs.

Such a page lets its visitor choose a name, or a part of one, and then looks whether its extension is in the list. The
check itself may be anywhere (a property of a class, a helper's result), so that only the list is looked for, and that
the code searches in some text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from webshellhunt.analysis.constants import Constant
from webshellhunt.code.calls import Calls
from webshellhunt.code.unit import Unit
from webshellhunt.lazy_pattern import lazy_pattern

_FEWEST = 3
_LONGEST = 400
_MOST_CALLS = 1000
HARMLESS = frozenset(
    {
        "jpg", "jpeg", "jpe", "gif", "png", "bmp", "ico", "tif", "tiff", "webp", "svg", "psd", "swf", "flv",
        "fla", "mid", "mp3", "mp4", "mpg", "mpeg", "avi", "wma", "wmv", "wav", "ogg", "mov", "m4a", "rm", "ra",
        "ram", "rmvb", "mkv", "webm", "txt", "log", "csv", "pdf", "doc", "docx", "xls", "xlsx", "ppt", "pptx",
        "pps", "rtf", "odt", "ods", "wps", "md", "xml", "json", "rar", "zip", "gz", "tgz", "tar", "bz2", "7z",
        "cab", "iso", "torrent", "apk", "ipa",
    }
)  # fmt: skip
_SEPARATED = lazy_pattern(r"[\s,;|/*.]++")
_LIST = lazy_pattern(r"[\s,;|/*.]*+\w{2,7}(?:[\s,;|/*.]++\w{2,7})+[\s,;|/*.]*+", re.ASCII)
_SEARCHES = frozenset({"instr", "instrrev", "indexof", "contains", "split", "exists", "match", "test", "ismatch"})


def takes_harmless_kinds(constants: Iterable[Constant], unit: Unit, calls: Calls) -> bool:
    """Tell whether code keeps a list of harmless extensions, one constant, and searches for what it doesn't know.

    Args:
        constants: The constants of the code.
        unit: The code.
        calls: Its names.
    """
    return _searches(unit, calls) and any(map(_lists_harmless_kinds, {each.value for each in constants}))


def _searches(unit: Unit, calls: Calls) -> bool:
    """Tell whether a call of a search has a name in its arguments, not constants alone; a text is cut by constants."""
    for at in islice(calls.indexes_of(_SEARCHES), _MOST_CALLS):
        closer = unit.match.get(at + 1, -1)
        if calls.lower[at] == "split" or (closer > at and next(calls.iter_roots(at + 2, closer), closer) < closer):
            return True
    return False


def _lists_harmless_kinds(text: str) -> bool:
    if len(text) > _LONGEST or _LIST.fullmatch(text) is None:
        return False
    kinds = set(filter(None, _SEPARATED.split(text.lower())))
    return len(kinds) >= _FEWEST and kinds <= HARMLESS
