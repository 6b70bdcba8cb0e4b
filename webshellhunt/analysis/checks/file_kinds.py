"""File kinds: the extensions that an upload page allows, where a server executes none of them.

Such a page lets its visitor choose a name, or a part of one, and then looks for its extension in the list. The
check itself may be anywhere (a property of a class, the result of a function), so only the list is looked for, and a
search in some text.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import islice

from webshellhunt.analysis.constants import Constant
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Call
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
EXECUTED = frozenset(
    {
        "asp", "aspx", "ashx", "asmx", "asa", "asax", "cer", "cdx", "ascx", "svc", "soap", "cshtml", "config", "php",
        "jsp", "exe",
    }
)  # fmt: skip
_SEPARATED = lazy_pattern(r"[\s,;|/*.]++")
_LIST = lazy_pattern(r"[\s,;|/*.]*+\w{2,7}(?:[\s,;|/*.]++\w{2,7})+[\s,;|/*.]*+", re.ASCII)
_SEARCHES = frozenset({"instr", "instrrev", "indexof", "contains", "split", "exists", "match", "test", "ismatch"})


def lists_harmless_kinds(constants: Iterable[Constant]) -> bool:
    """Return True if one constant is a list of harmless extensions."""
    return any(map(_is_list, {each.value for each in constants}))


def searches(index: SyntaxIndex) -> bool:
    """Return True if a call of a search has a name in its arguments, or splits a text."""
    for dotted in islice(index.find(_SEARCHES), _MOST_CALLS):
        for name, node in zip(dotted.names, dotted.nodes, strict=True):
            call = index.call_of(node) if name in _SEARCHES else None
            if isinstance(call, Call) and (name == "split" or any(map(index.within, call.arguments))):
                return True
    return False


def _is_list(text: str) -> bool:
    if len(text) > _LONGEST or _LIST.fullmatch(text) is None:
        return False
    kinds = set(filter(None, _SEPARATED.split(text.lower())))
    return len(kinds) >= _FEWEST and kinds <= HARMLESS
