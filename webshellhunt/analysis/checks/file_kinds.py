"""File kinds: the extensions that an upload page allows, where a server executes none of them.

Such a page lets its visitor choose a name, or a part of one, and then looks for its extension in the list. The
check itself may be anywhere (a property of a class, the result of a function), so only the list is looked for, and a
search in some text.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Callable, Iterable, Sequence
from functools import cached_property
from itertools import islice

from webshellhunt.analysis.constants import Constant
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Call, Node, Switch
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
        "cab", "iso", "torrent", "apk", "ipa", "css", "js",
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
_SEPARATOR = r"[\s*.,;|/\\()$^?:\[\]+]"
_KINDS = lazy_pattern(rf"{_SEPARATOR}*+[a-z0-9]{{2,7}}(?:{_SEPARATOR}++[a-z0-9]{{2,7}})*+{_SEPARATOR}*+", re.IGNORECASE)
_WORD = lazy_pattern(r"[a-z0-9]{2,7}", re.IGNORECASE)
_KNOWN = HARMLESS | EXECUTED
_LONGEST_KINDS = 600
_SEPARATED_HOSTS = lazy_pattern(r"[\s,;|]++")
_HOST = lazy_pattern(
    r"(?:https?://|//)?(?:\*?\.?(?:[\w-]++\.)++[a-z]{2,12}|[\d.]{7,15}|localhost)(?::\d++)?(?:/[^\s,;|]*+)?",
    re.IGNORECASE,
)
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


def _kinds_of(text: str) -> frozenset[str]:
    if not 1 < len(text) < _LONGEST_KINDS or not _KINDS.fullmatch(text):
        return frozenset()
    return _KNOWN.intersection(map(str.lower, _WORD.findall(text)))


def hosts_of(text: str) -> frozenset[str]:
    """Return the hosts in a text that is a host, an address or a list of them."""
    each = _SEPARATED_HOSTS.split(text.strip()) if 3 < len(text) < _LONGEST_KINDS else ()
    return frozenset(map(str.lower, each)) if each and all(map(_HOST.fullmatch, each)) else frozenset()


class KindsInCode:
    """The extensions in the literals of one code, or whatever else ``kinds_of`` finds in them."""

    def __init__(self, index: SyntaxIndex, kinds_of: Callable[[str], frozenset[str]] = _kinds_of) -> None:
        self._index = index
        self._kinds_of = kinds_of

    @cached_property
    def _found(self) -> Sequence[tuple[int, frozenset[str]]]:
        found = ((literal.start, self._kinds_of(str(literal.value))) for literal in self._index.literals)
        return sorted((start, kinds) for start, kinds in found if kinds)

    @cached_property
    def _starts(self) -> Sequence[int]:
        return [start for start, _ in self._found]

    @property
    def all(self) -> frozenset[str]:
        """All extensions in the literals."""
        return frozenset().union(*(kinds for _, kinds in self._found))

    def within(self, node: Node) -> frozenset[str]:
        """Return the extensions in a part of the code."""
        first, last = bisect_left(self._starts, node.start), bisect_left(self._starts, node.end)
        return frozenset().union(*(kinds for _, kinds in self._found[first:last]))

    def of_cases(self, node: Node) -> frozenset[str]:
        """Return the extensions in the patterns of a choice; none of any other node."""
        if not isinstance(node, Switch):
            return frozenset()
        return frozenset().union(*(self.within(pattern) for case in node.cases for pattern in case.patterns))
