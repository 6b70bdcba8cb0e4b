"""Bypasses: conditions that grant access by something that the page hides, apart from the sign-in that it shows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence, Set
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

from webshellhunt.analysis.checks.branches import Branch, Functions, iter_branches
from webshellhunt.analysis.checks.derived_names import DerivedNames, Key
from webshellhunt.analysis.checks.endings import Endings
from webshellhunt.analysis.checks.expressions import constant_of, key_of, names_in, words_in
from webshellhunt.analysis.checks.grants import Decision, iter_decisions, may_grant
from webshellhunt.analysis.constants import Constant, Constants
from webshellhunt.analysis.structure.comparisons import COMPARISONS, iter_compared
from webshellhunt.analysis.vocabulary import vocabulary
from webshellhunt.lang.dotted_names import DottedName
from webshellhunt.lang.operator_words import JOINING, OR
from webshellhunt.lang.syntax_index import SyntaxIndex
from webshellhunt.lang.tree import Binary, Literal, Node, walk
from webshellhunt.lazy_pattern import lazy_pattern

_SHORTEST = 4
_DIGEST = lazy_pattern(
    r"(?:[0-9a-f]{16}|[0-9a-f]{32}|[0-9a-f]{40}|[0-9a-f]{56}|[0-9a-f]{64}|[0-9a-f]{96}|[0-9a-f]{128})|[\w+/]{22}==|[\w+/]{27}=|[\w+/]{43}=",
    re.I,
)
_DIGESTING = lazy_pattern(r"\w*(?:md5|md_5|sha_?\d|hash)\w*", re.IGNORECASE)
_PASSWORDS = ("pass", "pwd", "psw")
_PASSWORD = lazy_pattern(r"passw|pwd|passwd|\bpass|psw", re.IGNORECASE)
_USUAL = lazy_pattern(
    r"passw|pwd|psw|user|login|logon|mail|action|submit|\A(?:pass|\w*name|act|cmd|mode|do|op|type|code|token)\Z",
    re.IGNORECASE,
)
"""Names that the forms of other pages send, so that one without a field on this page is no secret."""
_LEAVING = frozenset({"redirect", "transfer", "throw", "exit", "return", "end"})
_MOST_KEYS = 20
_LONGEST_KEY = 200
_MAKING = frozenset(
    {
        "chr", "chrw", "chrb", "strreverse", "replace", "mid", "fromcharcode", "unescape", "frombase64string",
        "getstring", "char", "tochar", "atob", "fromhexstring", "reverse", "join", "concat",
    }
)  # fmt: skip
_NOT_SENT = frozenset({"isauthenticated", "servervariables", "requesttype"})
_SIGNING_IN = frozenset({"password", "username"})
_OF_SERVER = frozenset({"response", "server", "session"})
_TIDYING = frozenset({"trim", "ltrim", "rtrim", "lcase", "ucase", "cstr", "tostring", "tolower", "toupper", "equals"})


class Bypass(NamedTuple):
    """A hidden condition that grants access: its words, its place, and the request key and constant that meet it."""

    words: str
    place: int
    key: str | None
    constant: str


def may_sign_in(told: str, words: Set[str]) -> bool:
    """Return True if code may have a sign-in with a password, by all of its constants and names in lower case."""
    said = (told, "\n".join(words))
    return any(word in text for text in said for word in _PASSWORDS) and may_grant(words)


def iter_bypasses(
    index: SyntaxIndex, constants: Constants, joined: Callable[[], Constants] | None, texts: Sequence[str]
) -> Iterator[Bypass]:
    """Yield the bypasses of a code.

    Args:
        index: The index of the code.
        constants: The constants of the code.
        joined: Returns the constants of the code, those included that only a comparison uses; ``None`` where
            ``constants`` are these.
        texts: The page and its dependencies, as text: a name that is only read, and nowhere else in them, is no field.
    """
    decisions = list(iter_decisions(index, constants))
    if decisions:
        search = _Search(index, constants, joined, decisions, texts)
        yield from filter(None, map(search.look_at, decisions))


class _Search:
    """A search through the decisions of one code."""

    def __init__(
        self,
        index: SyntaxIndex,
        constants: Constants,
        joined: Callable[[], Constants] | None,
        decisions: Sequence[Decision],
        texts: Sequence[str],
    ) -> None:
        self._index = index
        self._constants = constants
        self._join = joined
        self._decisions = decisions
        self._texts = texts
        self._values = RequestedValues(index, constants)
        self._hidden = HiddenTexts(index)
        self._unsaid: dict[str, bool] = {}

    def look_at(self, decision: Decision) -> Bypass | None:
        """Return the bypass that a decision is."""
        words = words_in(self._index, decision.test)
        if COMPARISONS.isdisjoint(words):
            return None
        return self._put_together(decision) or self._digest(decision, words) or self._unasked(decision)

    @cached_property
    def _joined(self) -> Constants:
        return self._constants if self._join is None else self._join()

    # The constant ---------------------------------------------------------------------------------------------------

    def _put_together(self, decision: Decision) -> Bypass | None:
        """Return the bypass by a constant that is written so that nobody can read it."""
        if not self._hidden.may_be_in(decision.test):
            return None
        if self._join is not None and not self._is_of_visitor(decision.test):
            return None  # to join costs a run
        constant = next(filter(_is_hidden, self._compared(decision.test, self._joined)), None)
        if constant is None or not self._is_of_visitor(decision.test):
            return None
        words = f"a constant that the page puts together grants access ({decision.grant.target})"
        return Bypass(words, constant.start, None, constant.value)

    def _digest(self, decision: Decision, words: Set[str]) -> Bypass | None:
        """Return the bypass by the digest of a fixed password, where others sign in in another way."""
        if not any(_DIGESTING.fullmatch(word) for word in words) or not self._has_other_way(decision, words):
            return None
        for constant in self._compared(decision.test, self._constants):
            if _DIGEST.fullmatch(constant.value):
                message = (
                    "a fixed password, of which the page contains only the digest, "
                    f"grants access ({decision.grant.target})"
                )
                return Bypass(message, constant.start, None, constant.value)
        return None

    def _has_other_way(self, decision: Decision, words: Set[str]) -> bool:
        """Return True if another condition without a digest, or an alternative, grants the same."""
        if not OR.isdisjoint(words):
            return True
        target = decision.grant.target
        others = {d.test for d in self._decisions if d.grant.target == target and d.grant != decision.grant}
        return any(not self._compares_digest(test) for test in others - {decision.test})

    def _compares_digest(self, test: Node) -> bool:
        return any(_DIGEST.fullmatch(constant.value) for constant in self._compared(test, self._constants))

    def _compared(self, test: Node, constants: Constants) -> Iterator[Constant]:
        """Yield the constants with which a condition compares something."""
        for node in iter_compared(test):
            constant = constant_of(self._index, constants, node)
            if constant is not None:
                yield constant

    # The parameter --------------------------------------------------------------------------------------------------

    def _unasked(self, decision: Decision) -> Bypass | None:
        """Return the bypass by a parameter that no form has, where one value of it grants access."""
        if decision.by is not None or not self._values.are_all_of(decision.test):
            return None
        keys = {self._values.key_at(dotted) for dotted in self._index.within(decision.test)} - {None}
        constants = [each.value for each in self._compared(decision.test, self._constants)]
        key = next(iter(keys)) if len(keys) == 1 else None
        if not key or not constants or _USUAL.search(key) or not self._is_said_nowhere_else(key):
            return None
        if not any(_PASSWORD.search(other) for other in self._values.by_place.values() if other != key):
            return None
        if any(self._decides_too(branch, decision) for branch in decision.around[1:]) or self._is_left_before(decision):
            return None
        words = f"the parameter {key!r}, which no form of the page has, grants access ({decision.grant.target})"
        return Bypass(words, decision.test.start, key, constants[0])

    def _is_said_nowhere_else(self, key: str) -> bool:
        """Return True if a name is in the page only where the code reads it."""
        if key not in self._unsaid:
            said = re.compile(rf"(?<![\w-]){re.escape(key)}(?![\w-])", re.IGNORECASE)
            reads = sum(other == key for other in self._values.by_place.values())
            is_looked_up = len(self._unsaid) < _MOST_KEYS and len(key) < _LONGEST_KEY
            self._unsaid[key] = is_looked_up and all(len(said.findall(text)) <= reads for text in self._texts)
        return self._unsaid[key]

    def _decides_too(self, branch: Branch, decision: Decision) -> bool:
        """Return True if a condition farther out requires something that only signed-in visitors have."""
        grants = (other.grant for other in self._decisions if other.grant.target == decision.grant.target)
        if decision.grant.place in branch.other and any(grant.place in branch.holds for grant in grants):
            return False
        return not self._values.are_all_of(branch.test)

    def _is_left_before(self, decision: Decision) -> bool:
        """Return True if an earlier condition sends strangers away."""
        around = {branch.test for branch in decision.around}
        return any(test.start < decision.grant.place and test not in around for test in self._turning_away)

    @cached_property
    def _turning_away(self) -> list[Node]:
        """The conditions that end the visit where they hold, and depend on more than the request."""
        endings = Endings(self._index)
        branches = (branch for branch in iter_branches(self._index) if _LEAVING & {*endings.within(*branch.holds)})
        return [branch.test for branch in branches if not self._values.are_all_of(branch.test)]

    # The visitor ----------------------------------------------------------------------------------------------------

    @cached_property
    def _names(self) -> DerivedNames:
        return DerivedNames(self._index, Functions(self._index))

    @cached_property
    def _reads(self) -> frozenset[int]:
        """The places that have a value of the visitor: reads of the request, parameters with passwords."""
        found = set(self._values.by_place)
        for functions in self._index.functions.values():
            for function in functions:
                names = {parameter.name.lower() for parameter in function.parameters}
                if any(map(_PASSWORD.search, names)):
                    found.update(d.place for d in self._index.within(function) if d.own in names)
        return frozenset(found)

    @cached_property
    def _derived(self) -> frozenset[Key]:
        return self._names.of(self._reads)

    def _is_of_visitor(self, test: Node) -> bool:
        """Return True if a condition depends on a value of the visitor."""
        return any(
            dotted.place in self._reads or self._names.key(dotted.own, dotted.place) in self._derived
            for dotted in self._index.within(test)
        )


class HiddenTexts:
    """The places of one code that make texts, and the variables that have a text so made."""

    def __init__(self, index: SyntaxIndex) -> None:
        self._index = index
        self._known: dict[str, bool] = {}

    def may_be_in(self, node: Node) -> bool:
        """Return True if an expression joins or makes a text, or names a variable with a text so made."""
        return self._makes(node) or any(self._is_made(dotted.own) for dotted in names_in(self._index, node))

    def _makes(self, node: Node) -> bool:
        """Return True if an expression calls a function that makes texts, or joins two literals."""
        if any(not _MAKING.isdisjoint(dotted.names) for dotted in self._index.within(node)):
            return True
        return any(isinstance(each, Binary) and _joins_literals(each) for each in walk(node))

    def _is_made(self, name: str) -> bool:
        """Return True if a variable gets a text that is made of nothing but such calls and literals."""
        if name not in self._known:
            self._known[name] = any(
                self._makes(assignment.value)
                and all(not _MAKING.isdisjoint(dotted.names) for dotted in names_in(self._index, assignment.value))
                for assignment in self._index.assigned.get(name, ())
            )
        return self._known[name]


def _is_hidden(constant: Constant) -> bool:
    """Return True if a constant is a text that is written so that nobody can read it."""
    steps = set(constant.steps) - {"variable"}
    is_hidden = bool(steps - {"concatenate"}) or (bool(steps) and "variable" not in constant.steps)
    return is_hidden and len(constant.value) >= _SHORTEST and constant.value.isprintable()


def _joins_literals(node: Binary) -> bool:
    if JOINING.isdisjoint(node.operators):
        return False
    return any(isinstance(left, Literal) and isinstance(right, Literal) for left, right in pairwise(node.operands))


class RequestedValues:
    """The values that one code reads from its visitors."""

    def __init__(self, index: SyntaxIndex, constants: Constants) -> None:
        self._index = index
        self._constants = constants
        self._held: dict[str, str | None] = {}

    @cached_property
    def by_place(self) -> Mapping[int, str]:
        """The names by which values are read, ``""`` for one that is not known, by the places of the reads."""
        return dict(self._iter_reads())

    def _iter_reads(self) -> Iterator[tuple[int, str]]:
        members = vocabulary().control_members
        for dotted in self._index.find(_SIGNING_IN | members | {"request"}):
            names = dotted.names
            if "request" in names[:4]:
                if _NOT_SENT.isdisjoint(names):
                    yield dotted.place, key_of(self._index, self._constants, dotted.nodes)
            elif len(names) > 1 and names[0] not in _OF_SERVER:
                if names[-1] in _SIGNING_IN:
                    yield dotted.place, names[-1]
                elif len(names) < 4 and names[-1] in members:
                    yield dotted.place, names[-2]

    def are_all_of(self, node: Node) -> bool:
        """Return True if an expression reads nothing but such values, by constant names."""
        return all(self.key_at(dotted) is not None or _tidies(dotted) for dotted in names_in(self._index, node))

    def key_at(self, dotted: DottedName) -> str | None:
        """Return the name of the value that is read, or that a variable has; ``None`` for any other value."""
        return self.by_place.get(dotted.place) or self._held_by(dotted.own)

    def _held_by(self, name: str) -> str | None:
        """Return the name of the value that a variable has, unchanged and with no other."""
        if name not in self._held:
            keys = {self._key_of(assignment.value) for assignment in self._index.assigned.get(name, ())}
            self._held[name] = (keys.pop() or None) if len(keys) == 1 else None
        return self._held[name]

    def _key_of(self, value: Node) -> str | None:
        """Return the name of the one value that an expression reads."""
        read = (dotted for dotted in names_in(self._index, value) if not _tidies(dotted))
        keys = {self.by_place.get(dotted.place) for dotted in read}
        return keys.pop() if len(keys) == 1 else None


def _tidies(dotted: DottedName) -> bool:
    """Return True if a name is a function that only tidies a text, or finds out if there is any."""
    return dotted.names[-1] in _TIDYING or vocabulary().is_cleaner(dotted.names)
