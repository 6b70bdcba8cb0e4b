"""Name checks: the conditions by which a page decides, by the name of a visitor's file, if it stores that file.

A check counts only if it is about this very name: a condition that compares a part of it, or searches it in a list, and
that decides something. Any other comparison of the page says nothing about its uploads.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from enum import IntEnum
from functools import cached_property
from itertools import chain, islice
from typing import NamedTuple

from webshellhunt.analysis.checks.branches import Branch, Functions, Range, iter_branches, iter_choices
from webshellhunt.analysis.checks.conditions import has_turn, is_turned, iter_clauses
from webshellhunt.analysis.checks.derived_names import DerivedNames, Key
from webshellhunt.analysis.checks.endings import OF_LOOPS, Endings
from webshellhunt.analysis.checks.expressions import arguments_at, key_of, names_in, words_in
from webshellhunt.analysis.checks.file_kinds import EXECUTED, KindsInCode, hosts_of
from webshellhunt.analysis.constants import Constants
from webshellhunt.analysis.flow.flows import Flow
from webshellhunt.analysis.structure.comparisons import callee_name
from webshellhunt.analysis.structure.object_names import UPLOADED
from webshellhunt.analysis.traces import Trace
from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import (
    Argument,
    Assign,
    Binary,
    Call,
    Case,
    Conditional,
    Declaration,
    If,
    Loop,
    Member,
    Node,
    Switch,
    walk,
)
from webshellhunt.lazy_pattern import lazy_pattern

MAX_CONDITIONS = 400
"""Conditions of one code that are looked at."""
MAX_PLACES = 40
"""Expressions that are looked at for one condition."""
MOST_NAMES = 100_000
"""Names that are looked at for all conditions of one code together."""
_MOST_VALUES = 12
_MOST_TOKENS = 2000
_MOST_OF_FLAG = 80

_CUTS = frozenset(
    {
        "getextension", "extension", "substring", "substr", "lastindexof", "instrrev", "right", "mid", "endswith",
        "split", "getextensionname", "ismatch", "match", "test",
    }
)  # fmt: skip
"""Functions that take the extension of a name, or look for it."""
_SEARCHES = frozenset({"contains", "exists", "any", "ismatch", "match", "test", "endswith", "equals", "=="})
_MATCHES = _SEARCHES | {"indexof", "instr", "=", "===", "<>", "!=", "!==", "like", "includes", "containskey"}
_COMPARES = frozenset({"=", "==", "===", "<>", "!=", "!==", ">", ">=", "<", "case", "is", "like"})
_ANYWHERE = frozenset({"indexof", "contains", "includes"})
_TYPE = "contenttype"
_TELLING = _CUTS | _SEARCHES | _COMPARES | {_TYPE, "indexof", "instr"}
_CLASSES = frozenset(
    {
        "file", "directory", "path", "string", "math", "regex", "array", "convert", "server", "fso", "system",
        "response", "request", "session", "application", "instr", "instrrev", "right", "left", "mid", "lcase", "ucase",
        "trim", "len", "cstr", "nothing", "null", "true", "false", "isnull", "isempty", "exception",
        "stringcomparison", "vbtextcompare",
    }
)  # fmt: skip
"""First names of an expression that mean no list of extensions."""
_CHECKING = lazy_pattern(
    r"(?:ch?e?c?k|is|valid\w*|allow\w*|verify|can)\w*?"
    r"(?:ext|suffix|type|file|image|img|pic|photo|allow|valid|upload)\w*",
    re.IGNORECASE,
)
_COMPARING = _MATCHES | {"startswith", "compare", "strcomp", "case"}
"""Functions and operators that compare an address with another one."""
_LOGICAL = frozenset({"&&", "||", "and", "or", "andalso", "orelse", "xor"})
_NO_NAME = frozenset({"null", "nothing", "count", "hasfile", "hasfiles", "contentlength", _TYPE})
"""Words of conditions that ask if there is a file at all, or about its type in the words of the visitor."""
_SETTINGS = "appsettings"
_PAGES = EXECUTED - {"exe", "config"}
_ADDING = frozenset({"add", "push"})
_STARTED = "startinfo"
"""The object whose ``FileName`` is a program."""


class Check(IntEnum):
    """The strength of a check of a name, the weakest first."""

    NONE = 0
    DEMANDS = 1
    """Only files with an extension that the server executes are written."""
    WEAK = 2
    """A list of refused extensions, or the type that the visitor declares."""
    HOLDS = 3
    """The file is written if its name holds an allowed extension, at its end or anywhere else."""
    SETS_FLAG = 4
    """A list of allowed extensions decides the value of a variable or the result of a function."""
    DECIDES = 5
    """A list of allowed extensions decides if the file is written."""


class _Look(NamedTuple):
    """The way in which a condition looks at a name: the extensions with which the name is compared, and properties.

    ``cuts``: a part of the name is taken; ``lists``: it may be compared with a list from elsewhere; ``declared``: it is
    the type that the visitor declares; ``turned``: the values of the names in it may reverse its meaning.
    """

    kinds: frozenset[str]
    cuts: bool
    lists: bool
    declared: bool
    turned: bool


class _Part(NamedTuple):
    """A part of the code: its words, its dotted names, and True if it may reverse the result of a comparison."""

    words: frozenset[str]
    names: Sequence[DottedName]
    reverses: bool


class NameChecks:
    """The conditions of one code that check names of files."""

    def __init__(self, index: SyntaxIndex, constants: Constants) -> None:
        self._index = index
        self._sent = SentNames(index, constants)
        self._kinds = KindsInCode(index)
        self._decisions = Decisions(index)
        self._left = MOST_NAMES
        self._found: dict[tuple[str, str, int], Check] = {}

    def of(self, flow: Flow) -> Check:
        """Return the strongest check of a name that reaches a sink."""
        if flow.trace is None:
            return Check.NONE
        mark = (flow.trace.kind, flow.trace.origin, flow.place)
        if mark not in self._found:
            checks = (self._weigh(branch, flow.trace, flow.place) for branch in self._branches)
            self._found[mark] = max(checks, default=Check.NONE)
        return self._found[mark]

    def are_about(self, place: int, flow: Flow) -> bool:
        """Return True if a condition at a place, not after the sink, reads the visitor's name, and no more."""
        if flow.trace is None or self._decisions.is_after(place, flow.place):
            return False
        asked = self._index.node_at(place)
        for around in self._index.ancestors(asked):
            if isinstance(around, Switch):
                asked = around.subject
            if around.start < asked.start and not isinstance(around, Case):
                break
            if isinstance(around, (If, Conditional, Loop, Switch)) or _LOGICAL & {*_operators(around)}:
                break
            asked = around
        part = self._read(asked)
        words = map(str.lower, self._index.tokens.values[asked.start : asked.end])
        return _NO_NAME.isdisjoint(words) and any(map(self._sent.of(flow.trace), part.names))

    @property
    def kinds(self) -> frozenset[str]:
        """The extensions in the literals of the code."""
        return self._kinds.all

    def is_cut(self, flow: Flow) -> bool:
        """Return True if the argument of a sink takes only a part of a name, such as its extension."""
        sink = self._sinks.get(flow.place)
        if flow.trace is None or sink is None:
            return False
        looks = (self._look(argument, flow.trace) for argument in arguments_at(self._index, sink))
        return any(look is not None and look.cuts for look in looks)

    @cached_property
    def _sinks(self) -> dict[int, Node]:
        """The nodes of all names by their places."""
        dotted = self._index.dotted
        return {place: node for each in dotted for place, node in zip(each.places, each.nodes, strict=True)}

    @cached_property
    def _branches(self) -> list[Branch]:
        checking = frozenset(chain.from_iterable(self._index.of_parts(_checking)))
        found = (branch for branch in iter_branches(self._index) if branch.node in checking)
        flags = self._index.of_parts(_assigned_flags), self._index.of_parts(_flags_of_loops)
        rest = chain(iter_choices(self._index), *(chain.from_iterable(each) for each in flags))
        return list(islice(chain(found, rest), MAX_CONDITIONS))

    def _read(self, node: Node) -> _Part:
        return _read(self._index.part_at(node.start), node)

    def _weigh(self, branch: Branch, trace: Trace, sink: int) -> Check:
        look = self._look(branch.test, trace)
        if look is None:
            return Check.NONE
        kinds = look.kinds | self._kinds.of_cases(branch.node)
        if not kinds and not (look.cuts and look.lists):
            return Check.NONE
        is_weak = look.declared or not kinds.isdisjoint(EXECUTED)
        asks = None if is_weak or not kinds else self._asks_for(branch, look)
        are_pages = kinds <= EXECUTED and not kinds.isdisjoint(_PAGES)
        if are_pages and not look.declared and not isinstance(branch.node, Switch):
            demands = self._asks_for(branch, look)
            if demands is not None and self._decisions.decides(branch, sink, demands):
                return Check.DEMANDS
            if demands and self._is_flag_demanded(branch, sink):
                return Check.DEMANDS
        if self._decisions.decides(branch, sink, asks):
            return (
                Check.WEAK if is_weak else Check.HOLDS if self._asks_anywhere(branch, kinds, trace) else Check.DECIDES
            )
        if self._decisions.sets_flag(branch, sink, asks):
            return Check.WEAK if is_weak else Check.SETS_FLAG
        return Check.NONE

    def _is_flag_demanded(self, branch: Branch, sink: int) -> bool:
        """Return True if a sink is reached only if a variable is true that a condition alone makes true."""
        made = [each for each in self._index.assignments if getattr(each.value, "value", None) is True]
        flags = {each.name for each in made if each.node.start in branch.holds}
        flags -= {each.name for each in made if each.node.start not in branch.holds}
        for each in iter_branches(self._index) if flags else ():
            asked = self._read(each.test).names
            is_flag = len(asked) == 1 and asked[0].own in flags
            if is_flag and self._decisions.decides(each, sink, not is_turned(each.test)):
                return True
        return False

    def _asks_anywhere(self, branch: Branch, kinds: frozenset[str], trace: Trace) -> bool:
        """Return True if a condition searches its extensions anywhere in a name of the visitor."""
        is_sent, found = self._sent.of(trace), set[str]()
        for each in walk(branch.test):
            if isinstance(each, Call) and (search := _search_of(each)) is not None:
                names = [*map(is_sent, self._read(search[0]).names)]
                if any(names) and not self._cuts(search[0], trace):
                    found |= self._kinds.within(search[1])
        return bool(kinds) and found >= kinds

    def _cuts(self, node: Node, trace: Trace) -> bool:
        """Return True if an expression, or a value of its variables, takes a part of a name."""
        look = self._look(node, trace)
        return look is not None and look.cuts

    def _asks_for(self, branch: Branch, look: _Look) -> bool | None:
        """Return True if a condition holds for its extensions, False if for all others, ``None`` if that is unknown."""
        if branch.test.end - branch.test.start > _MOST_TOKENS:
            return None
        clauses = [*iter_clauses(branch.test)]
        told = [clause for clause in clauses if self._kinds.within(clause[0])]
        if not told and look.turned:
            return None
        turned = {is_turned(clause, is_negated=is_negated) for clause, is_negated in (told or clauses)[:MAX_PLACES]}
        return not turned.pop() if len(turned) == 1 else None

    def _look(self, test: Node, trace: Trace) -> _Look | None:
        """Return the way in which a condition looks at a name, ``None`` if it does not."""
        if self._left < 0 or not any(map(self._sent.of(trace), self._read(test).names)):
            return None
        waiting, is_sent = [(test, 0)], self._sent.of(trace)
        seen = set[Node]()
        declared = turned = False
        checks, kinds = _checks_by_name(self._read(test)), set[str]()
        cuts, lists = bool(checks), any(map(self._is_from_elsewhere, checks))
        while waiting and len(seen) < MAX_PLACES and self._left > 0:
            node, depth = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            words, names, reverses = self._read(node)
            self._left -= len(names) + 1
            sent = [*filter(is_sent, names)]
            cuts = cuts or (bool(sent) and not _CUTS.isdisjoint(words))
            declared = declared or (depth == 0 and any(_TYPE in dotted.names for dotted in sent))
            turned = turned or (depth > 0 and reverses)
            if not depth or not sent or not _TELLING.isdisjoint(words):
                kinds |= self._found_in(node, names)
            if sent and not _MATCHES.isdisjoint(words):
                lists = lists or any(map(self._may_be_list, names))
            for dotted in {each.own: each for each in names if not self._sent.is_read(each, trace)}.values():
                values = islice(self._sent.values_of(dotted), _MOST_VALUES)
                waiting.extend((value, depth + 1) for value in values)
        return _Look(frozenset(kinds), cuts, lists, declared, turned)

    def _found_in(self, node: Node, names: Sequence[DottedName]) -> frozenset[str]:
        return self._kinds.within(node)

    def _may_be_list(self, dotted: DottedName) -> bool:
        """Return True if a name may be a list of extensions from elsewhere."""
        if dotted.names[0] in _CLASSES or arguments_at(self._index, dotted.nodes[0]):
            return False
        return self._is_from_elsewhere(dotted)

    def _is_from_elsewhere(self, dotted: DottedName) -> bool:
        """Return True if a name is no variable or function of the code with a value."""
        return next(self._sent.values_of(dotted), None) is None


class HostChecks(NameChecks):
    """The conditions of one code that compare an address, or a part of it, with hosts of the code or its settings."""

    def __init__(self, index: SyntaxIndex, constants: Constants) -> None:
        super().__init__(index, constants)
        self._kinds = KindsInCode(index, hosts_of)

    @cached_property
    def _branches(self) -> list[Branch]:
        found = (each for each in iter_branches(self._index) if _COMPARING & self._read(each.test).words)
        flags = chain.from_iterable(self._index.of_parts(_flags_of_hosts))
        return list(islice(chain(found, iter_choices(self._index), flags), MAX_CONDITIONS))

    def _found_in(self, node: Node, names: Sequence[DottedName]) -> frozenset[str]:
        configured = {_SETTINGS for dotted in names if _SETTINGS in dotted.names}
        return self._kinds.within(node) | configured

    def _may_be_list(self, dotted: DottedName) -> bool:
        return False  # a list that the code doesn't show may be anything


def _flags_of_hosts(index: SyntaxIndex) -> Sequence[Branch]:
    """Return the comparisons that a part of the page assigns or returns."""
    tests = ((each.node, each.value) for each in index.assignments)
    return [
        Branch(node, test, Range(test.end, test.end), Range(test.end, test.end))
        for node, test in tests
        if test.end - test.start < _MOST_OF_FLAG and _COMPARING & _read(index, test).words
    ]


def _operators(node: Node) -> Sequence[str]:
    return node.operators if isinstance(node, Binary) else ()


def _search_of(call: Call) -> tuple[Node, Node] | None:
    """Return where a call searches, and what: ``InStr(where, what)``, ``where.IndexOf(what)``."""
    name, given = callee_name(call), [each.value if isinstance(each, Argument) else each for each in call.arguments]
    if name == "instr" and len(given) >= 2:
        where, what = given[-2:] if len(given) < 4 else given[1:3]
        return where, what
    if name in _ANYWHERE and given and isinstance(call.callee, Member) and call.callee.subject is not None:
        return call.callee, given[0]
    return None


def _reads(index: SyntaxIndex) -> dict[Node, _Part]:
    """Return the parts of the code that were read before."""
    return {}


def _read(index: SyntaxIndex, node: Node) -> _Part:
    """Return a part of the code; ``index`` is that of the part of the page around it."""
    read = index.of_parts(_reads)[0]
    if node not in read:
        read[node] = _Part(words_in(index, node), [*names_in(index, node)], has_turn(node))
    return read[node]


def _checks_by_name(part: _Part) -> list[DottedName]:
    """Return the names in a part of the code that are those of functions which check files."""
    return [dotted for dotted in part.names if _CHECKING.fullmatch(dotted.names[-1])]


def _may_check(index: SyntaxIndex, test: Node) -> bool:
    part = _read(index, test)
    return bool(_TELLING & part.words or _checks_by_name(part))


def _checking(index: SyntaxIndex) -> Sequence[Node]:
    """Return the conditions of a part of the page that may check a name."""
    return [branch.node for branch in iter_branches(index) if _may_check(index, branch.test)]


def _assigned_flags(index: SyntaxIndex) -> Sequence[Branch]:
    """Return the comparisons that a part of the page assigns or returns, as conditions of the rest."""
    return [*_flags(index, ((each.node, each.value) for each in index.assignments))]


def _flags_of_loops(index: SyntaxIndex) -> Sequence[Branch]:
    """Return the comparisons that end a loop, as conditions of the rest."""
    return [*_flags(index, ((node, node.test) for node in index.of(Loop) if node.test is not None))]


def _flags(index: SyntaxIndex, tests: Iterable[tuple[Node, Node]]) -> Iterator[Branch]:
    for node, test in tests:
        is_short = test.end - test.start < _MOST_OF_FLAG
        if is_short and not _SEARCHES.isdisjoint(_read(index, test).words) and _may_check(index, test):
            yield Branch(node, test, Range(test.end, test.end), Range(test.end, test.end))


class Decisions:
    """The decisions of one code.

    Of a condition on names of files, ``asks`` is True if it holds for harmless extensions, False if it holds for all
    others, ``None`` if that is unknown; it must not let the others pass.
    """

    def __init__(self, index: SyntaxIndex) -> None:
        self._index = index
        self._endings = Endings(index)
        self._functions = Functions(index)

    def decides(self, branch: Branch, place: int, asks: bool | None) -> bool:
        """Return True if a condition decides whether a place in the code is reached."""
        if branch.covers(place):
            if isinstance(branch.node, Switch):
                return asks is None or not _is_rest(branch.node, place)
            return asks in (None, place in branch.holds)
        if not self._is_before(branch, place):
            return False
        holds, other = self._ends(branch.holds), self._ends(branch.other)
        return bool(holds | other) and (asks is None or bool(other if asks else holds))

    def sets_flag(self, branch: Branch, place: int, asks: bool | None) -> bool:
        """Return True if a condition decides over something that another one may ask for."""
        if branch.covers(place):
            return False
        if not isinstance(branch.node, (If, Conditional, Switch)):
            return True
        holds, other = self._ends(branch.holds), self._ends(branch.other)
        if self._is_before(branch, place) and asks is not None and not (holds if asks else other) <= OF_LOOPS:
            return False  # it refuses the harmless ones
        ends = bool(holds | other) and not isinstance(branch.node, Switch) and not self._is_before(branch, place)
        return ends or self._assigns(branch.holds) or self._assigns(branch.other)

    def is_after(self, place: int, sink: int) -> bool:
        """Return True if a place is after a sink in the same function."""
        return place > sink and self._functions.at(place) is self._functions.at(sink)

    def _is_before(self, branch: Branch, place: int) -> bool:
        """Return True if a place is after a branch in the same function: an ending in the branch prevents it."""
        if not isinstance(branch.node, (If, Conditional)) or branch.test.start >= place:
            return False
        return self._functions.at(branch.test.start) is self._functions.at(place)

    def _ends(self, part: Range) -> frozenset[str]:
        return frozenset(self._endings.within(*part))

    def _assigns(self, part: Range) -> bool:
        return bisect_left(self._assigned, part.start) < bisect_left(self._assigned, part.end)

    @cached_property
    def _assigned(self) -> list[int]:
        return sorted(node.start for node in self._index.of(Assign, Declaration))


def _is_rest(choice: Switch, place: int) -> bool:
    """Return True if a place is in the case of a choice for all that no other case names."""
    return any(case.start <= place < case.end and not case.patterns for case in choice.cases)


class SentNames:
    """The origins of the names in one code."""

    def __init__(self, index: SyntaxIndex, constants: Constants) -> None:
        self._index = index
        self._constants = constants
        self._names = DerivedNames(index, Functions(index))
        self._found: dict[tuple[str, str], tuple[frozenset[int], frozenset[Key]]] = {}

    def is_read(self, dotted: DottedName, trace: Trace) -> bool:
        """Return True if a dotted name itself is a read of the origin of a trace."""
        return dotted.place in self._of(trace)[0]

    def of(self, trace: Trace) -> Callable[[DottedName], bool]:
        """Return the test whether a dotted name is such a read, or a variable that may have a value of the origin."""
        (reads, variables), key = self._of(trace), self._names.key
        return lambda dotted: dotted.place in reads or key(dotted.own, dotted.place) in variables

    def values_of(self, dotted: DottedName) -> Iterator[Node]:
        """Yield the values that are assigned to the variable that a dotted name means."""
        for assignment in self._names.assigned(self._names.key(dotted.own, dotted.place)):
            yield assignment.value
        yield from self._added.get(dotted.own, ())

    @cached_property
    def _added(self) -> Mapping[str, Sequence[Node]]:
        """The entries that are added to a dictionary or list, by its name."""
        found = defaultdict[str, list[Node]](list)
        for dotted in self._index.find(_ADDING):
            if len(dotted.names) > 1 and dotted.names[-1] in _ADDING:
                found[dotted.names[-2]] += self._index.arguments_of(dotted.node)
        return found

    def _of(self, trace: Trace) -> tuple[frozenset[int], frozenset[Key]]:
        """Return the reads of the origin of a trace, by their places, and the variables that may have its value."""
        mark = (trace.kind, "" if trace.kind == "upload" else trace.origin)
        if mark not in self._found:
            reads = self._uploads if trace.kind == "upload" else frozenset(self._iter_reads(trace))
            self._found[mark] = reads, self._names.of(reads)
        return self._found[mark]

    @cached_property
    def _uploads(self) -> frozenset[int]:
        """The places of all reads of uploads."""
        return frozenset(dotted.place for dotted in self._index.find(UPLOADED | {"files"}) if _is_upload(dotted))

    def _iter_reads(self, trace: Trace) -> Iterator[int]:
        """Yield the places of the reads of a request by the same key, or in the same words."""
        said = trace.origin.lower()
        for dotted in self._index.dotted:
            if dotted.nodes[0].start <= trace.place <= dotted.place:
                yield dotted.place
            elif "request" not in dotted.names or trace.key is None:
                is_said = len(dotted.names) > 1 and said in (".".join(dotted.names), ".".join(dotted.names[:2]))
                yield from [dotted.place] if is_said else []
            elif key_of(self._index, self._constants, dotted.nodes).lower() == trace.key.lower():
                yield dotted.place


def _is_upload(dotted: DottedName) -> bool:
    names = dotted.names
    if "request" in names:
        return "files" in names[names.index("request") :]
    return not UPLOADED.isdisjoint(names[1:]) and _STARTED not in names
