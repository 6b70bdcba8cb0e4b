"""Shape: how a text is put together, as far as names tell it: whether the visitor's begins it, and what may end it.

A trace says that the visitor's text is *in* a value, which for a path is not enough: ``folder & number & ".xls"`` names
a table whatever the visitor sends, ``Request("path")`` any file of the server.
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterator, Mapping, Sequence

from webshellhunt.analysis.constants import Constant
from webshellhunt.analysis.flows import ITSELF, SHAPELESS, VISITOR, Shape, Trace
from webshellhunt.code.calls import Calls
from webshellhunt.code.expressions import Expressions
from webshellhunt.code.given import Given, Range
from webshellhunt.code.range_walk import MAX_RANGES, RangeWalk
from webshellhunt.code.roads import Roads
from webshellhunt.code.unit import Unit
from webshellhunt.lang.tokens import NAME, OP, STRING
from webshellhunt.lazy_pattern import lazy_pattern

SHAPED = frozenset(
    {"evaluate", "write-path", "write-content", "read-path", "list-path", "database", "statement", "fetch"}
)
"""The kinds of sinks for which it matters how the text is put together."""

_WHOLE, _MAPPED, _BESIDE, _PRIVATE = "whole", "mapped", "beside", "private"
_FED = frozenset({"evaluate", "database", "statement", "fetch"})
_JOINS = frozenset({"+", "&"})
_CHOICES = frozenset({"?", "??", ":", "||"})
_PREFIXES = frozenset({"new", "await", "ref", "out", "byval", "in"})
# Functions whose result is their first argument, as far as its beginning goes, and also its end.
_SAME = frozenset(
    {
        "trim", "ltrim", "rtrim", "cstr", "string", "tostring", "lcase", "ucase", "unescape", "urldecode", "htmldecode",
        "unescapedatastring", "decodeuri", "decodeuricomponent", "frombase64string", "getfullpath", "getbytes",
        "getstring", "fileinfo", "directoryinfo", "uri", "getfile", "getfolder", "getdirectoryname", "mappath",
        "expandenvironmentvariables", "directcast", "ctype", "cobj", "replace",
    }
)  # fmt: skip
_BEGIN_IN = dict.fromkeys((*_SAME, "left", "split", "mid", "combine", "buildpath", "format"), 0)
_END_IN = {**dict.fromkeys((*_SAME, "right", "getfilename", "format"), 0), "combine": -1, "buildpath": -1}
_CLASSES = frozenset({"convert", "path", "server", "httputility", "webutility", "regex", "string", "uri", "encoding"})
# Members that say the same of what they belong to.
_MEMBERS = frozenset(
    {
        "trim", "trimend", "trimstart", "tostring", "tolower", "toupper", "tolowerinvariant", "toupperinvariant",
        "replace", "substring", "substr", "split", "match", "tolowercase", "touppercase", "fullname", "path", "value",
        "directoryname", "directory", "text", "item", "absoluteuri", "originalstring", "connectionstring", "filename",
    }
)  # fmt: skip
_ITSELF = frozenset({"physicalpath", "filepath", "currentexecutionfilepath"})
_SITE = frozenset({"physicalapplicationpath", "appdomainapppath", "applicationphysicalpath", "basedirectory"})
_NOT_SERVED = "app_data"
_ITS_VARIABLES = frozenset({"script_name", "path_translated", "path_info", "url"})
# In front of what a visitor sends these leave the choice to him: a scheme, this very machine, a drive, a long path.
_OPEN = lazy_pattern(
    r"\s*(?:[a-z][a-z0-9+.]*://(?:127\.0\.0\.1:|localhost:)?|\\\\[?.]\\|[a-z]:[\\/]*)?\s*", re.IGNORECASE
)

OF_SITE = lazy_pattern(r"(?:~?[\\/])?(?:[\w.-]++[\\/])+[\w.-]*+")


class Shapes:
    """Looks at how the texts of one unit are put together, once all traces are known."""

    def __init__(self, unit: Unit, calls: Calls, expressions: Expressions, given: Given, roads: Roads) -> None:
        self._unit = unit
        self._calls = calls
        self._lower = calls.lower
        self._expressions = expressions
        self._functions = expressions.scopes.functions
        self._given = given
        self._roads = roads

    def is_site_file(self, ranges: Sequence[tuple[int, int]], owner: str | None, endings: tuple[str, ...]) -> bool:
        """Return True if a text is the path of a file in a fixed folder of the site, with one of some endings."""
        shape = self.of("write-path", ranges, owner)
        ends = bool(shape.tails) and all(text is not None and text.lower().endswith(endings) for text in shape.tails)
        before = list(self._befores((*ranges[0], owner))) if ends and not shape.is_whole else []
        return bool(before) and all(map(OF_SITE.fullmatch, before))

    def of(self, kind: str, ranges: Sequence[tuple[int, int]], owner: str | None) -> Shape:
        """Return the shape of the first range that holds a text of the visitor, or of the first one.

        What a written file's name ends in, and what stands before the visitor's text in a connection, is asked of no
        other kind.

        Raises:
            ExhaustedError: the unit has had its share of looks.
        """
        if not ranges:
            return SHAPELESS
        left, right = next((r for r in ranges if self._expressions.trace(*r, owner) is not None), ranges[0])
        found: Range = (left, right, owner)
        begins = set(self._beginnings(found))
        is_whole = not begins.isdisjoint((_WHOLE, _MAPPED))
        endings = tuple(dict.fromkeys(self._endings(found))) if kind == "write-path" else ()
        # Most that is fetched has an address of the page's own, to which a visitor only adds.
        before = (
            tuple(self._befores(found, every=kind == "evaluate"))
            if kind in _FED and (is_whole or kind != "fetch")
            else ()
        )
        return Shape(
            is_whole=is_whole,
            is_mapped=_MAPPED in begins and _WHOLE not in begins,
            is_beside=_BESIDE in begins,
            is_private=_PRIVATE in begins,
            endings=endings,
            before=before,
        )

    # The two ends -----------------------------------------------------------------------------------------------------

    def _beginnings(self, asked: Range) -> Iterator[str]:
        """Yield what comes first on each road: the visitor's text, as it is or below the site, or the page itself."""
        walk = RangeWalk(asked)
        for (start, end, owner), mapped in walk:
            left, right = self._bare(start, end)
            branches = self._branches(left, right, owner)
            if branches:
                walk.push(branches, mapped)
                continue
            end, text = self._leading(left, right)
            if end > left:
                if _NOT_SERVED in text.lower():
                    yield _PRIVATE
                elif mapped and not text.strip("~./\\"):
                    yield _BESIDE  # the folder of the page, or the top of the site
                if end < right - 1 and _OPEN.fullmatch(text) is not None:
                    walk.push([(end + 1, right, owner)], mapped)
                continue
            _, stop = next(self._split(left, right, _JOINS))
            if self._is_origin(self._expressions.trace(left, stop, owner), left, stop, owner):
                yield _MAPPED if mapped else _WHOLE
            elif self._is_itself(left, stop) or not _SITE.isdisjoint(self._lower[left:stop]):
                below = self._leading(stop + 1, right)[1] if stop < right else ""
                yield _PRIVATE if _NOT_SERVED in below.lower() else "" if below.strip("~./\\") else _BESIDE
            else:
                inner, maps = self._behind(left, stop, owner, _BEGIN_IN)
                walk.push(inner, mapped or maps)

    def _endings(self, asked: Range) -> Iterator[tuple[int, str | None]]:
        """Yield each constant that a text may end in with its token, ``None`` for what isn't known."""
        walk = RangeWalk(asked)
        for (start, end, owner), _ in walk:
            left, right = self._bare(start, end)
            branches = self._branches(left, right, owner)
            if branches:
                walk.push(branches)
                continue
            constant = self._constant_at_end(left, right)
            if constant is not None and (constant.value or constant.start <= left):
                yield self._joined(constant, left)
                continue
            first, last = list(self._split(left, right if constant is None else constant.start - 1, _JOINS))[-1]
            inner = [] if self._is_itself(first, last) else self._behind(first, last, owner, _END_IN, added=True)[0]
            if not inner:
                yield first, ITSELF if self._is_itself(first, last) else None
            walk.push(inner)
        if walk.is_cut:
            yield asked[0], None

    def _befores(self, asked: Range, *, every: bool = False) -> Iterator[str]:
        """Yield the constants right in front of what a visitor sent, or of ``every`` name that has it somewhere."""
        waiting, seen = deque([(asked, "")]), {(asked, "")}
        while waiting:
            (start, end, owner), before = waiting.popleft()
            for left, right in self._split(*self._bare(start, end), _JOINS):
                if (trace := self._expressions.trace(left, right, owner)) is None:
                    constant = self._constant_at_end(start, right)
                    before = self._literal(left, right) if constant is None else self._joined(constant, start)[1]
                    continue
                yield from filter(None, self._before_holes(left, right))
                inner = [] if self._is_origin(trace, left, right, owner) else self._given_as(left, right, owner)
                new = [(each, before) for each in inner if (each, before) not in seen]
                waiting += new[: MAX_RANGES - len(seen)]
                seen.update(new)
                if before and (every or not inner):
                    yield before
                before = ""

    def _given_as(self, left: int, right: int, owner: str | None) -> list[Range]:
        """Return the ranges that say what one piece is from its beginning on."""
        return [each for each in self._behind(left, right, owner, _BEGIN_IN, added=True)[0] if each[0] < each[1]]

    def _before_holes(self, left: int, right: int) -> list[str]:
        """Return what stands in front of each hole of ``String.Format("a={0}", x)``."""
        if "format" not in self._lower[left:right]:
            return []
        constants = self._expressions.constants.within(left, right)
        return re.split(r"\{\d", constants[0].value)[:-1] if constants else []

    # Steps ------------------------------------------------------------------------------------------------------------

    def _behind(
        self, left: int, right: int, owner: str | None, place: Mapping[str, int], *, added: bool = False
    ) -> tuple[list[Range], bool]:
        """Return the ranges that say what one piece is, and whether it maps them below the site."""
        own = self._calls.own(left)
        if not self._calls.is_root(left) or own >= right:
            return [], False
        tokens = [token for token in self._calls.name(left).tokens if own <= token < right]
        name, opener = self._lower[tokens[-1]], tokens[-1] + 1
        closer = self._unit.match.get(opener, right) if self._unit.is_op(opener, "(") else right
        arguments = list(self._calls.split(opener + 1, closer)) if opener < closer < right else []
        if len(tokens) == 1 and self._unit.value(own) in self._functions:
            return self._given.to(left, owner, added=added), False
        subject = self._lower[tokens[-2]] if len(tokens) > 1 else ""
        if subject and name in _MEMBERS and (subject not in _CLASSES or self._lower[tokens[-2] + 1] != "."):
            return [(left, tokens[-1] - 1, owner)], False
        if arguments and name in place:
            return [(*arguments[place[name]], owner)], name == "mappath"
        return ([] if subject else self._roads.values_at(left, owner, added=added)), False

    def _bare(self, left: int, right: int) -> tuple[int, int]:
        """Return a range without what stands around an expression: brackets, a cast, ``new``."""
        unit, lower = self._unit, self._lower
        while left < right:
            closer = unit.match.get(left, -1) if unit.is_op(left, "(") else -1
            if lower[left] in _PREFIXES:
                left += 1
            elif closer == right - 1:
                left, right = left + 1, right - 1
            elif left < closer < right - 1 and (unit.is_name(closer + 1) or unit.is_op(closer + 1, "(")):
                left = closer + 1  # (Type)value
            else:
                break
        return left, right

    def _branches(self, left: int, right: int, owner: str | None) -> list[Range]:
        """Return the values of a choice, ``a ? b : c`` or ``a ?? b``; empty where there is none."""
        parts = list(self._split(left, right, _CHOICES))
        if len(parts) < 2:
            return []
        asks = self._lower[parts[0][1]] == "?"
        return [(start, end, owner) for start, end in parts[asks:]]

    def _split(self, left: int, right: int, signs: frozenset[str]) -> Iterator[tuple[int, int]]:
        """Split a range at its own operators of some kind."""
        start = index = left
        while index < right:
            if self._unit.tokens.kinds[index] == OP:
                closer = self._unit.match.get(index, -1)
                if index < closer < right:
                    index = closer
                elif self._lower[index] in signs:
                    yield start, index
                    start = index + 1
            index += 1
        yield start, right

    def _leading(self, left: int, right: int) -> tuple[int, str]:
        """Return the end of the constants that a range begins with, and their text; ``left`` where there is none."""
        end, text = left, ""
        constant = self._expressions.constants.by_start.get(left)
        while constant is not None and constant.end <= right and self._is_told(constant, constant.start):
            end, text = constant.end, text + constant.value
            if end >= right or self._lower[end] not in _JOINS:
                break
            constant = self._expressions.constants.by_start.get(end + 1)
        return end, text

    def _joined(self, constant: Constant, left: int) -> tuple[int, str]:
        """Return where a constant at the end starts, and its text, with constants joined in front of it."""
        start, text = constant.start, constant.value
        while start - 1 > left and self._lower[start - 1] in _JOINS:
            before = self._constant_at_end(left, start - 1)
            if before is None:
                break
            start, text = before.start, before.value + text
        return start, text

    def _constant_at_end(self, left: int, right: int) -> Constant | None:
        found = self._expressions.constants.within(left, right)
        return found[-1] if found and found[-1].end == right and self._is_told(found[-1], right - 1) else None

    def _literal(self, left: int, right: int) -> str:
        """Return the text of a literal that was joined to what a variable holds first, so that it is no constant."""
        is_literal = right - left == 1 and self._unit.tokens.kinds[left] == STRING
        return self._unit.tokens.values[left] if is_literal else ""

    def _is_told(self, constant: Constant, at: int) -> bool:
        """Tell whether a constant stands there itself: what a variable was given once may not be all it is given."""
        return self._unit.tokens.kinds[at] != NAME or "variable" not in constant.steps

    def _is_origin(self, trace: Trace | None, left: int, right: int, owner: str | None) -> bool:
        """Tell whether a piece is itself what the visitor sends: not a name that was given it, nor made with it."""
        if trace is None or trace.kind not in VISITOR:
            return False
        if trace.token == left and not trace.steps:
            return True
        key = self._expressions.scopes.key(self._unit.value(left), owner)
        return "\0" in key and key not in self._given and right == left + 1  # the parameter of a web method

    def _is_itself(self, left: int, right: int) -> bool:
        """Tell whether a piece is the path of the page."""
        words = self._lower[left:right]
        if "request" not in words:
            return False
        told = [constant.value.lower() for constant in self._expressions.constants.within(left, right)]
        keys = (*told, "".join(told))  # also a name in pieces
        return not _ITSELF.isdisjoint(words) or ("servervariables" in words and not _ITS_VARIABLES.isdisjoint(keys))
